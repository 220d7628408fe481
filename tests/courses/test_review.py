"""Nobody publishes alone what learners read: another person approves that revision, by whatever
door it comes.
"""

import html
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.copy_page import CopyPageAction
from wagtail.models import GroupApprovalTask, Page, Revision, Task, Workflow, WorkflowTask

from accounts.models import RoleGrant
from accounts.roles import sync_roles
from audit.models import AuditEntry
from content.publishing import CannotPublish
from courses.models import Approval, CourseHead, CoursePage, LessonPage, ModulePage
from courses.queries import reviewer_name, signature_of
from courses.review import send_to_review
from courses.scheduling import publish_due_pages
from privacy.erasure import erase_person
from tests.courses.deciding import approve_by_button, decision_link
from tests.courses.editor import bulk, form_of, signed_in, told, url

pytestmark = pytest.mark.django_db
NEW = "Distingues tres ideas."


@pytest.fixture
def lesson(course, raul):
    """A published lesson, in a site where Raúl reviews."""
    sync_roles(today=timezone.localdate())
    return LessonPage.objects.filter(slug="l1").order_by("path").first()


def written(lesson, author, objective=NEW) -> Revision:
    page = LessonPage.objects.get(pk=lesson.pk)
    page.objective = objective
    return page.save_revision(user=author, log_action=True)


def send(client, author, lesson):
    """Write a change and send it to review by the editor's button."""
    sent = form_of(lesson, objective=NEW, **{"action-submit": "action-submit"})
    return signed_in(client, author).post(url("edit", lesson.pk), sent, follow=True)


def shown(lesson) -> str:
    return LessonPage.objects.get(pk=lesson.pk).objective


def test_the_review_is_there_from_set_up_and_stays(course):
    for _time in range(2):
        sync_roles(today=timezone.localdate())
    page = Page.objects.get(slug="curso")
    assert page.get_workflow().name == "Revisión"
    assert Workflow.objects.filter(active=True).count() == 1


def test_a_step_of_another_kind_lets_nobody_approve_their_own_words(lesson, ada, raul, client):
    signed_in(client, ada)
    step = GroupApprovalTask.objects.create(name="Paso rápido")
    step.groups.set(Group.objects.filter(name__in=["Formadores", "Revisores"]))
    WorkflowTask.objects.update(task=step)
    for writer, refusal in ((ada, "rol de revisar"), (raul, "Escribiste una parte")):
        written(lesson, writer, f"Según {writer.first_name}.")
        send_to_review(LessonPage.objects.get(pk=lesson.pk), ada)
        client.force_login(writer)
        answer = client.post(decision_link(lesson, "approve"), follow=True)
        assert refusal in told(answer)
        assert shown(lesson) == "Distingues dos ideas."
        assert not Approval.objects.exists()
        LessonPage.objects.get(pk=lesson.pk).current_workflow_state.cancel(user=ada)


@pytest.mark.parametrize("model", [Task, Workflow])
def test_a_review_that_asks_nobody_loses_no_text_and_is_mended(lesson, ada, client, model):
    signed_in(client, ada)
    model.objects.update(active=False)
    answer = client.post(
        url("edit", lesson.pk),
        form_of(lesson, objective=NEW, **{"action-submit": "action-submit"}),
        follow=True,
    )
    assert "Quedó como borrador. El flujo de revisión está deshabilitado" in told(answer)
    assert LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().objective == NEW
    new = form_of(lesson, title="Otra", **{"action-submit": "action-submit", "slug": ""})
    where = url("add", "courses", "lessonpage", lesson.get_parent().pk)
    assert "Quedó como borrador." in told(client.post(where, new, follow=True))
    many = client.post(bulk("publish", [lesson]), follow=True)
    assert "El flujo de revisión está deshabilitado o no tiene pasos" in told(many)
    assert shown(lesson) == "Distingues dos ideas."
    send(client, ada, lesson)
    assert LessonPage.objects.get(pk=lesson.pk).workflow_in_progress


def test_no_door_publishes_what_nobody_approved(lesson, ada, client):
    revision = written(lesson, ada)
    with pytest.raises(CannotPublish, match="falta que otra persona la apruebe"):
        revision.publish()
    with pytest.raises(CannotPublish, match="falta que otra persona la apruebe"):
        revision.publish(user=ada, skip_permission_checks=True)
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save(update_fields=["approved_go_live_at"])
    publish_due_pages(timezone.now())
    with pytest.raises(CannotPublish):
        call_command("publish_scheduled", verbosity=0)
    signed_in(client, ada)
    client.post(
        url("edit", lesson.pk),
        form_of(lesson, objective=NEW, **{"action-publish": "action-publish"}),
    )
    client.post(bulk("publish", [lesson]), {"include_descendants": "on"})
    assert shown(lesson) == "Distingues dos ideas."


def test_copies_are_drafts_whoever_asks(lesson, oscar):
    module = lesson.get_parent()
    with pytest.raises(Exception, match=r"permission|apruebe"):
        CopyPageAction(
            page=lesson, to=module, update_attrs={"slug": "otra"}, keep_live=True, user=oscar
        ).execute()
    assert not Page.objects.filter(slug="otra").exists()


def test_the_reviewer_publishes_the_revision_that_was_signed(
    lesson, ada, raul, client, django_capture_on_commit_callbacks
):
    send(client, ada, lesson)
    signed = LessonPage.objects.get(pk=lesson.pk).get_latest_revision()
    written(lesson, raul, "Según Raúl.")
    with django_capture_on_commit_callbacks(execute=True):
        refused = signed_in(client, raul).post(decision_link(lesson, "approve"))
        assert refused.status_code in {302, 403}
        assert shown(lesson) == "Distingues dos ideas."
        Page.objects.get(pk=lesson.pk).get_latest_revision().delete()
        Page.objects.filter(pk=lesson.pk).update(latest_revision=signed)
        approve_by_button(client, raul, LessonPage.objects.get(pk=lesson.pk))
    assert shown(lesson) == NEW
    approval = Approval.objects.get()
    assert (approval.revision, approval.approver_key, approval.reason) == (
        signed.pk,
        raul.learner_key,
        "",
    )
    assert (
        AuditEntry.objects.filter(action="revision_approved", actor_key=raul.learner_key).count()
        == 1
    )
    assert Page.objects.get(pk=lesson.pk).live_revision_id == signed.pk


def test_who_wrote_does_not_approve(lesson, person, raul, client):
    both = person("Eva", role="reviewer", national=True)
    RoleGrant.objects.create(
        user=both, role="author", is_national=True, starts_on=timezone.localdate()
    )
    send(client, both, lesson)
    page = LessonPage.objects.get(pk=lesson.pk)
    body = signed_in(client, both).get(url("edit", lesson.pk)).content.decode()
    assert 'data-workflow-action-name="approve"' not in body
    client.post(decision_link(page, "approve"))
    assert shown(lesson) == "Distingues dos ideas."
    approve_by_button(client, raul, page)
    assert shown(lesson) == NEW


def test_the_reviewer_sends_it_back_with_a_comment(lesson, ada, raul, client, mailoutbox):
    send(client, ada, lesson)
    state = LessonPage.objects.get(pk=lesson.pk).current_workflow_task_state
    address = decision_link(lesson, "reject")
    assert (
        signed_in(client, raul).post(address, {"comment": "Cita el artículo 8."}).status_code == 302
    )
    state.refresh_from_db()
    assert (state.status, state.comment) == ("rejected", "Cita el artículo 8.")
    assert (
        "Cita el artículo 8." in signed_in(client, ada).get(url("edit", lesson.pk)).content.decode()
    )
    send(client, ada, LessonPage.objects.get(pk=lesson.pk))
    approve_by_button(client, raul, LessonPage.objects.get(pk=lesson.pk))
    assert shown(lesson) == NEW


def test_an_approval_that_something_stops_says_where_and_publishes_nothing(
    lesson, ada, raul, client
):
    module = (
        lesson.get_parent()
        .get_parent()
        .specific.add_child(instance=ModulePage(title="Nuevo", live=False, owner=ada))
    )
    module.save_revision(user=ada)
    module.get_workflow().start(module, ada)
    body = html.unescape(approve_by_button(client, raul, module).content.decode())
    assert (
        "“Nuevo” no se publicó. Actividades: publica antes al menos una actividad de este módulo."
        in body
    )
    module.refresh_from_db()
    assert not module.live
    assert module.workflow_in_progress
    assert not Approval.objects.exists()


def test_an_operator_publishes_with_a_reason_where_nobody_reviews(lesson, ada, raul, oscar, client):
    written(lesson, ada)
    address = reverse("review:publish_alone", args=[lesson.pk])
    assert "Hay quien puede revisarla" in html.unescape(
        signed_in(client, oscar).get(address, follow=True).content.decode()
    )
    assert "action-publish" not in client.get(url("edit", lesson.pk)).content.decode()
    RoleGrant.objects.filter(user=raul).update(ends_on=timezone.localdate())
    assert "action-publish" in signed_in(client, oscar).get(url("edit", lesson.pk)).content.decode()
    pressed = client.post(
        url("edit", lesson.pk),
        form_of(lesson, objective=NEW, **{"action-publish": "action-publish"}),
    )
    assert pressed["Location"] == address
    assert "Hoy nadie más puede revisar esta página" in client.get(address).content.decode()
    assert client.post(address, {"reason": " "}).status_code == 422
    asked = client.post(address, {"reason": "Lo pide la persona del DNI 40123678."})
    assert "el número de un documento" in html.unescape(asked.content.decode())
    assert 'name="number_seen" value="1"' in asked.content.decode()
    assert shown(lesson) == "Distingues dos ideas."
    client.post(address, {"reason": "Cambió el plazo y el revisor está de licencia."})
    assert shown(lesson) == NEW
    assert Approval.objects.get().reason == "Cambió el plazo y el revisor está de licencia."
    assert signed_in(client, ada).get(address).status_code == 404


def test_an_author_reads_that_nobody_reviews(lesson, ada, raul, client):
    RoleGrant.objects.filter(user=raul).update(ends_on=timezone.localdate())
    assert "Hoy nadie revisa: avisa a quien opera el sitio" in html.unescape(
        send(client, ada, lesson).content.decode()
    )


def test_what_the_system_loads_needs_nobody(course):
    page = CoursePage.objects.get(translation_key=course.key)
    page.summary = "Otro resumen"
    page.save_revision().publish()
    assert CoursePage.objects.get(pk=page.pk).summary == "Otro resumen"


def test_a_lesson_says_who_reviewed_it(
    lesson, ada, raul, client, lina, organisations, django_capture_on_commit_callbacks
):
    client.force_login(lina)
    head = CourseHead.objects.get()
    client.post(f"/inscripcion/{head.slug}/")
    assert "Un abogado todavía no la revisa." in client.get("/cursos/curso/m1/l1/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        send(client, ada, lesson)
        approve_by_button(client, raul, LessonPage.objects.get(pk=lesson.pk))
    client.force_login(lina)
    body = client.get("/cursos/curso/m1/l1/").content.decode()
    assert "Un abogado todavía no la revisa." not in body
    assert "Revisada por Raul Quispe el " in body


def test_an_erased_reviewer_is_named_no_longer_than_the_day(raul):
    today = timezone.localdate()
    signature = {"by": str(raul.learner_key), "organisation": "", "on": today.isoformat()}
    assert signature_of({"signature": signature}).who == "Raul Quispe"
    erase_person(raul.learner_key)
    assert reviewer_name(raul.learner_key, today + timedelta(days=1)) == ""


EDITORS = ("ada", "raul", "oscar")


@pytest.mark.parametrize("name", EDITORS)
@pytest.mark.parametrize("state", ["published", "draft", "in review"])
def test_no_button_of_the_editor_ends_in_a_refusal(lesson, request, client, ada, name, state):
    """Press every button and link that Wagtail shows on the edit screen and in its menus."""
    person = request.getfixturevalue(name)
    if state == "draft":
        written(lesson, ada)
    elif state == "in review":
        send(client, ada, lesson)
    signed_in(client, person)
    page = LessonPage.objects.get(pk=lesson.pk)
    module = page.get_parent()
    body = (
        client.get(url("edit", page.pk)).content.decode()
        + client.get(reverse("wagtailadmin_explore", args=[module.pk])).content.decode()
    )
    refusal = "no tienes permiso"
    links = {
        found.split("?")[0]
        for found in html.unescape(body).split('href="')[1:]
        for found in [found.split('"')[0]]
    }
    for link in sorted(link for link in links if link.startswith("/gestion/pages/")):
        answer = client.get(link, follow=True)
        assert (link, answer.status_code) == (link, 200)
        assert refusal not in answer.content.decode().lower(), link
    buttons = [
        action for action in ("action-publish", "action-submit") if f'name="{action}"' in body
    ]
    for action in buttons:
        answer = client.post(
            url("edit", page.pk), form_of(page, objective=NEW, **{action: action}), follow=True
        )
        assert answer.status_code == 200
        assert refusal not in answer.content.decode().lower(), action
