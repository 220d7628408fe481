"""Checks that whoever meets every condition is complete without a click: whatever changed the
conditions.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from accounts.models import User
from certificates.models import Certificate
from courses.editions import outline_of
from courses.models import CourseHead, CoursePage, LessonPage, ModulePage
from learning.completing import LATE_ACTS, complete_met_enrolments, enrolments_to_settle
from learning.models import ActivityProgress, ConditionsCheck, Enrolment, Statement
from learning.services import complete_activity, enrol_learner
from operations.jobs import run_due_jobs
from operations.records import check_records
from quizzes.models import QuizPage
from quizzes.passing import completions_without_pass
from quizzes.services import start_attempt
from tests.factories.courses import add_lesson, publish_course
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer_all, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def publishing(django_capture_on_commit_callbacks):
    """Do what an author does, and all that follows its commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def newest(course):
    return CourseHead.objects.get(pk=course.pk)


def read_all_but(course, user, *slugs):
    """Enrol a person who reads everything but the lessons named as module/lesson."""
    enrolment = enrol_learner(user=user, course=newest(course), received_at=timezone.now())
    for activity in outline_of(newest(course).latest_edition_id).activities:
        if activity.kind == "lesson" and f"{activity.module_slug}/{activity.slug}" not in slugs:
            complete_activity(
                enrolment_id=enrolment.pk,
                learner=user.learner_key,
                activity_key=activity.key,
                uuid=uuid4(),
                received_at=timezone.now(),
            )
    return enrolment


def lesson(path):
    module, slug = path.split("/")
    return LessonPage.objects.get(url_path__endswith=f"/curso/{module}/{slug}/")


def unpublish(course):
    lesson("m2/l2").unpublish()


def make_optional(course):
    page = lesson("m2/l2")
    page.is_required = False
    page.save_revision().publish()


def move_away(course):
    other = publish_course(
        CoursePage.objects.get(slug="curso").get_parent().specific, "otro", modules=1, lessons=1
    )
    lesson("m2/l2").move(ModulePage.objects.child_of(other).get(), "last-child")


def delete(course):
    lesson("m2/l2").delete()


def let_expire(course):
    page = lesson("m2/l2")
    page.expire_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("relax", [unpublish, make_optional, move_away, delete, let_expire])
def test_a_lesson_that_leaves_the_list_completes_who_lacked_only_that(
    course, lina, omar, publishing, relax
):
    due = read_all_but(course, lina, "m2/l2")
    still = read_all_but(course, omar, "m2/l2", "m1/l1")
    with publishing():
        relax(course)
    with publishing():
        assert run_due_jobs(timezone.now()) == []
    with publishing():
        assert run_due_jobs(timezone.now()) == []
    due.refresh_from_db()
    still.refresh_from_db()
    assert (due.state, due.completed_edition_id) == (
        Enrolment.State.COMPLETED,
        newest(course).latest_edition_id,
    )
    assert still.state == Enrolment.State.ACTIVE
    certificate = Certificate.objects.get()
    assert (certificate.learner, certificate.number, certificate.edition_id) == (
        lina.learner_key,
        1,
        due.completed_edition_id,
    )
    assert Statement.objects.filter(verb="completed", activity_key=None).count() == 1
    assert [finding for finding in check_records() if finding.violations] == []


def test_a_withdrawn_module_completes_too(course, lina, publishing):
    enrolment = read_all_but(course, lina, "m2/l1", "m2/l2")
    with publishing():
        ModulePage.objects.get(slug="m2").unpublish()
    assert complete_met_enrolments(now=timezone.now()) == 1
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.COMPLETED


@pytest.fixture
def quiz(course, publishing):
    with publishing():
        return add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 4)], attempts_allowed=1)


def try_once(enrolment, quiz, right):
    enrolment.course.refresh_from_db()
    attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    answer_all(attempt, right=right)
    return submit(attempt)


def set_rule(quiz, **facts):
    page = QuizPage.objects.get(pk=quiz.pk)
    for name, value in facts.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_a_lowered_pass_mark_passes_who_reached_it(course, quiz, lina, omar, publishing):
    reached, below = read_all_but(course, lina), read_all_but(course, omar)
    assert not try_once(reached, quiz, 2).passed
    assert not try_once(below, quiz, 1).passed
    with publishing():
        set_rule(quiz, pass_mark=0.5)
    assert complete_met_enrolments(now=timezone.now()) == 1
    reached.refresh_from_db()
    below.refresh_from_db()
    assert (reached.state, below.state) == ("completed", "active")
    row = ActivityProgress.objects.get(enrolment=reached, activity_key=quiz.translation_key)
    assert (row.state, row.success, row.score) == ("completed", "passed", 0.5)
    assert Certificate.objects.get().score_scaled == 0.5
    assert completions_without_pass() == set()


def test_a_lowered_pass_mark_counts_before_the_course_is_complete(
    course, quiz, lina, client, publishing
):
    enrolment = read_all_but(course, lina, "m1/l1")
    try_once(enrolment, quiz, 2)
    with publishing():
        set_rule(quiz, pass_mark=0.5)
    assert complete_met_enrolments(now=timezone.now()) == 1
    assert complete_met_enrolments(now=timezone.now()) == 0
    assert ActivityProgress.objects.get(activity_key=quiz.translation_key).state == "completed"
    client.force_login(lina)
    assert "4 de 5" in client.get("/cursos/curso/").content.decode()


def test_raised_attempts_let_the_learner_try_again_and_finish(course, quiz, lina, publishing):
    enrolment = read_all_but(course, lina)
    try_once(enrolment, quiz, 0)
    with publishing():
        set_rule(quiz, attempts_allowed=2)
    assert complete_met_enrolments(now=timezone.now()) == 0
    assert try_once(enrolment, quiz, 4).passed
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.COMPLETED


def test_a_stricter_course_takes_no_completion_away(course, quiz, lina, publishing):
    enrolment = read_all_but(course, lina)
    try_once(enrolment, quiz, 3)
    enrolment.refresh_from_db()
    before = (enrolment.state, enrolment.completed_at, enrolment.completed_edition_id)
    with publishing():
        set_rule(quiz, pass_mark=1.0)
        add_lesson(ModulePage.objects.get(slug="m1"), "nueva")
    assert run_due_jobs(timezone.now()) == []
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.completed_at, enrolment.completed_edition_id) == before
    assert ActivityProgress.objects.get(activity_key=quiz.translation_key).success == "passed"
    assert [finding for finding in check_records() if finding.violations] == []


def test_a_course_that_asks_for_nothing_completes_nobody(course, lina, publishing):
    read_all_but(course, lina, "m2/l2")
    with publishing():
        for page in LessonPage.objects.all():
            page.is_required = False
            page.save_revision().publish()
    assert complete_met_enrolments(now=timezone.now()) == 0
    assert not Certificate.objects.exists()


def test_an_erased_person_is_not_completed(course, lina, publishing):
    read_all_but(course, lina, "m2/l2")
    User.objects.filter(pk=lina.pk).delete()
    with publishing():
        unpublish(course)
    assert complete_met_enrolments(now=timezone.now()) == 0
    assert [finding for finding in check_records() if finding.violations] == []


def test_the_day_of_the_last_act_stays_the_learners(course, lina, publishing):
    enrolment = read_all_but(course, lina, "m2/l2")
    Enrolment.objects.update(last_act_on="2026-01-02")
    with publishing():
        unpublish(course)
    complete_met_enrolments(now=timezone.now())
    enrolment.refresh_from_db()
    assert enrolment.last_act_on.isoformat() == "2026-01-02"


def test_one_that_fails_is_left_for_the_next_run_and_stops_nobody(
    course, lina, omar, publishing, monkeypatch, caplog
):
    first, second = read_all_but(course, lina, "m2/l2"), read_all_but(course, omar, "m2/l2")
    with publishing():
        unpublish(course)
    later = timezone.now() + LATE_ACTS + timedelta(minutes=1)

    def settle(*, enrolment_id, **facts):
        if enrolment_id == first.pk:
            raise RuntimeError("no disk")
        return settle_enrolment(enrolment_id=enrolment_id, **facts)

    # The real one, before it is replaced.
    from learning.services import settle_enrolment  # noqa: PLC0415

    with monkeypatch.context() as broken:
        broken.setattr("learning.completing.settle_enrolment", settle)
        assert complete_met_enrolments(now=later) == 1
    assert f"Enrolment {first.pk}" in caplog.text
    assert not ConditionsCheck.objects.exists()
    assert complete_met_enrolments(now=later) == 1
    second.refresh_from_db()
    assert second.state == Enrolment.State.COMPLETED


def test_a_course_is_looked_at_until_no_act_by_the_edition_before_can_arrive(course, lina):
    frozen_at = course.latest_edition.frozen_at
    complete_met_enrolments(now=frozen_at + LATE_ACTS - timedelta(seconds=1))
    assert not ConditionsCheck.objects.exists()
    complete_met_enrolments(now=frozen_at + LATE_ACTS + timedelta(seconds=1))
    assert ConditionsCheck.objects.get().edition_id == newest(course).latest_edition_id
    with CaptureQueriesContext(connection) as statements:
        complete_met_enrolments(now=timezone.now() + timedelta(hours=1))
    assert len(statements) == 1


def test_looking_for_them_is_one_statement_however_many_study(course, person, publishing):
    for name in ("Ana", "Beto", "Cora", "Dina"):
        read_all_but(course, person(name), "m2/l2")
    with publishing():
        unpublish(course)
    head = newest(course)
    outline_of(head.latest_edition_id)
    with CaptureQueriesContext(connection) as statements:
        assert len(list(enrolments_to_settle(head))) == 4
    assert len(statements) == 1
