"""What somebody studies is not deleted in the editor, and who asks is told whom it would take it
from.
"""

import html

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from courses.models import CoursePage, Edition
from learning.models import Statement
from learning.services import complete_activity, enrol_learner
from quizzes.models import Attempt
from quizzes.services import start_attempt
from tests.courses.editor import bulk, lesson_of, module_of, outline, signed_in, told, url
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz

REFUSED = "tiene registros de personas que estudian. No se elimina: retírala de la publicación."


@pytest.fixture
def studied(course, published, lina):
    """The course with a learner who read its first lesson."""
    enrolment = enrol_learner(user=lina, course=course, received_at=timezone.now())
    key = lesson_of(published).translation_key
    complete_activity(
        enrolment_id=enrolment.pk,
        learner=lina.learner_key,
        activity_key=key,
        uuid=enrolment.uuid,
        received_at=timezone.now(),
    )
    return published


@pytest.mark.django_db
def test_a_page_with_records_on_it_or_below_is_not_deleted(studied, client, ada, oscar):
    before = Page.objects.count(), Statement.objects.count()
    signed_in(client, oscar)
    for page in (studied.get_parent(), studied, module_of(studied), lesson_of(studied)):
        answer = client.post(url("delete", page.pk), {"confirm_site_name": "Puriq"}, follow=True)
        assert f"“{page.title}” {REFUSED}" in told(answer)
    client.force_login(ada)
    assert REFUSED in told(client.post(url("delete", lesson_of(studied).pk), follow=True))
    assert (Page.objects.count(), Statement.objects.count()) == before


@pytest.mark.django_db
def test_the_way_out_is_one_that_this_person_may_go_now(studied, client, ada, raul):
    lesson = lesson_of(studied)
    signed_in(client, ada)

    def refused() -> str:
        return told(client.post(url("delete", lesson.pk), follow=True))

    assert "No se elimina: retírala de la publicación." in refused()
    lesson.save_revision(user=ada)
    lesson.get_workflow().start(lesson, ada)
    in_review = refused()
    assert "No se elimina. Está en revisión: cuando salga de ahí, se puede retirar." in in_review
    assert "retírala" not in in_review
    lesson.current_workflow_state.cancel(user=ada)
    lesson.unpublish()
    assert "No se elimina: no está publicada, así que nadie la abre." in refused()


@pytest.mark.django_db
def test_one_page_with_records_keeps_all_that_were_to_be_deleted_together(studied, client, oscar):
    pages = [
        lesson_of(studied, "m2", "l1"),
        lesson_of(studied, "m2", "l2"),
        lesson_of(studied, "m1", "l1"),
    ]
    before = Page.objects.count(), Statement.objects.count()
    answer = signed_in(client, oscar).post(
        bulk("delete", pages), {"confirm_site_name": "Puriq"}, follow=True
    )
    assert f"“{pages[2].title}” {REFUSED}" in told(answer)
    assert (Page.objects.count(), Statement.objects.count()) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "action",
    [
        "delete", "unpublish", "move", "copy", "publish", "create_alias", "convert_alias",
        "copy_for_translation", "revert_to_page_revision",
    ],
)  # fmt: skip
def test_no_page_is_changed_past_the_screens(studied, client, ada, raul, oscar, action):
    def stored():
        return list(Page.objects.order_by("pk").values_list("path", "live", "latest_revision"))

    before, page = stored(), lesson_of(studied)
    address = reverse("wagtailadmin_api:pages:action", args=[page.pk, action])
    sent = {
        "destination_page_id": module_of(studied, "m2").pk,
        "recursive": False,
        "revision_id": page.latest_revision_id,
    }
    for person in (ada, raul, oscar):
        answer = signed_in(client, person).post(address, sent, content_type="application/json")
        assert answer.status_code == 405, person
    assert stored() == before
    assert Statement.objects.filter(activity_key=page.translation_key).exists()


@pytest.mark.django_db
def test_a_quiz_that_someone_is_answering_is_not_deleted(
    published, course, client, ada, oscar, lina, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        quiz = add_quiz(module_of(published, "m2"), [(make_bank(), 3)])
    course.refresh_from_db()
    enrolment = enrol_learner(user=lina, course=course, received_at=timezone.now())
    attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    assert REFUSED in told(signed_in(client, ada).post(url("delete", quiz.pk), follow=True))
    client.force_login(oscar)
    assert REFUSED in told(client.post(bulk("delete", [quiz]), follow=True))
    assert REFUSED in told(client.post(bulk("delete", [module_of(published, "m2")]), follow=True))
    assert Page.objects.filter(pk=quiz.pk).exists()
    assert Attempt.objects.get().pk == attempt.pk


def test_a_page_without_records_is_deleted_and_one_edition_follows(
    really_published, client, ada, oscar
):
    before = Edition.objects.count()
    signed_in(client, ada).post(url("delete", lesson_of(really_published).pk))
    assert Edition.objects.count() == before + 1
    assert outline(really_published)["m1"] == ["l2"]
    client.force_login(oscar)
    client.post(
        bulk(
            "delete",
            [lesson_of(really_published, "m1", "l2"), lesson_of(really_published, "m2", "l1")],
        )
    )
    assert Edition.objects.count() == before + 2
    assert outline(really_published) == {"m1": [], "m2": ["l2"]}


@pytest.mark.django_db
def test_what_is_only_its_authors_own_trial_blocks_no_deletion(
    course, published, client, ada, oscar
):
    enrolment = enrol_learner(user=ada, course=course, received_at=timezone.now())
    key = lesson_of(published).translation_key
    complete_activity(
        enrolment_id=enrolment.pk,
        learner=ada.learner_key,
        activity_key=key,
        uuid=enrolment.uuid,
        received_at=timezone.now(),
    )
    signed_in(client, oscar).post(url("delete", published.pk), {"confirm_site_name": "Puriq"})
    assert not CoursePage.objects.exists()


@pytest.mark.django_db
def test_who_is_in_a_course_is_told_before_the_question(studied, client, oscar):
    body = (
        signed_in(client, oscar)
        .get(url("delete", lesson_of(studied, "m2", "l2").pk))
        .content.decode()
    )
    assert "“Curso curso”: 1 persona lo estudia." in html.unescape(body)


@pytest.mark.django_db
def test_the_way_to_a_published_page_leads_somewhere(published):
    assert module_of(published).url == "/cursos/curso/"
    assert lesson_of(published).url == "/cursos/curso/m1/l1/"
    published.unpublish()
    assert lesson_of(published).url is None
