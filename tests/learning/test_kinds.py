"""Checks that each act takes the kinds of activity it names, and only while the activity is
open.
"""

import tomllib
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from certificates.models import Certificate
from courses.editions import outline_of
from courses.models import CourseHead, LessonPage, ModulePage
from learning.models import ActivityProgress, Enrolment, Statement
from learning.services import (
    NotInOutline,
    Provenance,
    WrongGrade,
    enrol_learner,
    lock_enrolment,
    record_result,
)
from quizzes.services import start_attempt
from tests.factories.courses import build_site
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer_all, submit

pytestmark = pytest.mark.django_db
STARTER = Path(settings.BASE_DIR) / "courses" / "starter" / "c1"


@pytest.fixture
def quiz(course, django_capture_on_commit_callbacks):
    """A quiz at the end of the small course."""
    with django_capture_on_commit_callbacks(execute=True):
        return add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 2)])


@pytest.fixture
def enrolment(course, quiz, lina, client):
    """Lina, enrolled and signed in."""
    client.force_login(lina)
    return enrol_learner(
        user=lina, course=CourseHead.objects.get(pk=course.pk), received_at=timezone.now()
    )


def outline(enrolment):
    return outline_of(CourseHead.objects.get(pk=enrolment.course_id).latest_edition_id)


def lesson_of(enrolment):
    return next(activity for activity in outline(enrolment).activities if activity.kind == "lesson")


def mark(client, key, course="curso"):
    return client.post(f"/mi-aprendizaje/{course}/leida/{key}/", {"uuid": uuid4()})


def bookmark(client, enrolment, key):
    return client.post(f"/mi-aprendizaje/marcador/{enrolment.uuid}/", {"activity": key})


def record(enrolment, key, **result):
    with transaction.atomic():
        locked = lock_enrolment(enrolment.pk, enrolment.learner)
        record_result(
            enrolment=locked,
            activity_key=key,
            uuid=uuid4(),
            provenance=Provenance(timezone.now()),
            **result,
        )


def test_a_quiz_cannot_be_marked_as_read(client, enrolment, quiz):
    for activity in outline(enrolment).activities:
        assert mark(client, activity.key).status_code == (404 if activity.kind == "quiz" else 302)
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.ACTIVE
    assert not Certificate.objects.exists()
    assert not ActivityProgress.objects.filter(activity_key=quiz.translation_key).exists()


def test_no_key_of_the_first_course_certifies_without_answers(
    site, lina, client, django_capture_on_commit_callbacks
):
    """The keys in its files are the same on every site."""
    build_site()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("import_norms")
        call_command("load_starter_courses")
    facts = tomllib.loads((STARTER / "course.toml").read_text(encoding="utf-8"))
    head = CourseHead.objects.get(key=facts["key"])
    enrolment = enrol_learner(user=lina, course=head, received_at=timezone.now())
    client.force_login(lina)
    keys = set(keys_in(facts)) | {
        activity.key for activity in outline_of(head.latest_edition_id).activities
    }
    quizzes = {
        activity.key
        for activity in outline_of(head.latest_edition_id).activities
        if activity.kind == "quiz"
    }
    assert len(quizzes & set(keys_in(facts))) == len(quizzes) >= 6
    answers = {key: mark(client, key, facts["slug"]).status_code for key in keys}
    assert {answers[key] for key in quizzes} == {404}
    assert 302 in answers.values()
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.ACTIVE
    assert not Certificate.objects.exists()


def keys_in(facts):
    """Yield every key of a file, however deep it stands."""
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from keys_in(value)
        elif isinstance(value, list):
            for item in value:
                yield from keys_in(item) if isinstance(item, dict) else ()
        elif name.endswith("key"):
            yield UUID(value)


def test_a_lesson_cannot_be_started(enrolment):
    with pytest.raises(NotInOutline):
        start_attempt(enrolment=enrolment, quiz_key=lesson_of(enrolment).key, now=timezone.now())


def test_the_address_of_a_lesson_takes_no_attempt(client, enrolment):
    lesson = lesson_of(enrolment)
    assert (
        client.post(
            f"/cursos/curso/{lesson.module_slug}/{lesson.slug}/", {"uuid": uuid4()}
        ).status_code
        == 405
    )


def test_a_result_of_another_kind_is_refused_whoever_writes_it(enrolment, quiz):
    with pytest.raises(NotInOutline):
        record(enrolment, quiz.translation_key, kinds={"lesson"}, passed=None, score=None)
    with pytest.raises(NotInOutline):
        record(enrolment, lesson_of(enrolment).key, kinds={"quiz"}, passed=True, score=1.0)
    assert Statement.objects.exclude(verb="enrolled").count() == 0


def test_a_pass_mark_asks_for_a_grade_whoever_writes_it(enrolment, quiz):
    with pytest.raises(WrongGrade):
        record(enrolment, quiz.translation_key, kinds={"quiz"}, passed=None, score=None)
    with pytest.raises(WrongGrade):
        record(enrolment, lesson_of(enrolment).key, kinds={"lesson"}, passed=True, score=1.0)
    assert Statement.objects.exclude(verb="enrolled").count() == 0


def test_a_bookmark_takes_any_activity_of_the_course_and_nothing_else(client, enrolment, quiz):
    for activity in outline(enrolment).activities:
        assert bookmark(client, enrolment, activity.key).status_code == 204
    last = Enrolment.objects.get(pk=enrolment.pk).bookmark
    for stranger in (uuid4(), outline(enrolment).key, "nada"):
        assert bookmark(client, enrolment, stranger).status_code == 404
    assert Enrolment.objects.get(pk=enrolment.pk).bookmark == last


def doors(client, enrolment, activity):
    """Return what every door to one activity answers."""
    address = f"/cursos/curso/{activity.module_slug}/{activity.slug}/"
    answers = {
        "open": client.get(address).status_code,
        "bookmark": bookmark(client, enrolment, activity.key).status_code,
    }
    if activity.kind == "quiz":
        return {**answers, "start": client.post(address, {"uuid": uuid4()}).status_code}
    return {**answers, "mark": mark(client, activity.key).status_code}


def let_expire(page, capture):
    """Give a published page a date of expiry, and let that date come; nothing has run since."""
    page.expire_at = timezone.now() + timedelta(days=1)
    with capture(execute=True):
        page.save_revision().publish()
    return page.expire_at + timedelta(seconds=1)


@pytest.mark.parametrize("kind", ["lesson", "quiz"])
def test_what_has_expired_opens_no_door(
    client, enrolment, quiz, kind, monkeypatch, django_capture_on_commit_callbacks
):
    page = quiz if kind == "quiz" else LessonPage.objects.order_by("path").first()
    later = let_expire(page, django_capture_on_commit_callbacks)
    activity = outline(enrolment).by_key[page.translation_key]
    assert 404 not in doors(client, enrolment, activity).values()
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert set(doors(client, enrolment, activity).values()) == {404}


@pytest.mark.parametrize("kind", ["lesson", "quiz"])
def test_what_was_withdrawn_opens_no_door_even_before_the_course_is_frozen_again(
    client, enrolment, quiz, kind
):
    page = quiz if kind == "quiz" else LessonPage.objects.order_by("path").first()
    activity = outline(enrolment).by_key[page.translation_key]
    page.unpublish()
    assert CourseHead.objects.get(pk=enrolment.course_id).is_dirty
    assert set(doors(client, enrolment, activity).values()) == {404}


def test_what_is_not_open_yet_takes_no_act(client, enrolment, django_capture_on_commit_callbacks):
    page = LessonPage(title="Mañana", slug="manana", objective="Algo.", summary="Idea", live=False)
    page.body = LessonPage.objects.first().body
    page.go_live_at = timezone.now() + timedelta(days=1)
    with django_capture_on_commit_callbacks(execute=True):
        ModulePage.objects.get(slug="m1").add_child(instance=page)
        page.save_revision().publish()
    assert not Page.objects.get(pk=page.pk).live
    assert client.get("/cursos/curso/m1/manana/").status_code == 404
    assert mark(client, page.translation_key).status_code == 404
    assert bookmark(client, enrolment, page.translation_key).status_code == 404


def test_an_attempt_begun_in_time_is_finished_after_the_quiz_expired(
    client, enrolment, quiz, django_capture_on_commit_callbacks
):
    later = let_expire(quiz, django_capture_on_commit_callbacks)
    enrolment.course.refresh_from_db()
    attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    answer_all(attempt)
    assert submit(attempt, now=later).passed
    assert Statement.objects.filter(verb="passed", activity_key=quiz.translation_key).count() == 1
    with pytest.raises(NotInOutline):
        start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=later)


def test_a_closed_course_takes_no_act(
    client, enrolment, course, django_capture_on_commit_callbacks
):
    activity = lesson_of(enrolment)
    with django_capture_on_commit_callbacks(execute=True):
        Page.objects.get(slug="curso").unpublish()
    assert set(doors(client, enrolment, activity).values()) == {404}
