"""Lets what authors write reach learners: somebody else approves one revision, and the site
publishes exactly that one.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import (
    Page,
    Revision,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from accounts.models import Membership, User
from accounts.permissions import Role, holds_role
from accounts.roles import GROUP_OF_ROLE
from audit.services import record_act
from content.publishing import CannotPublish, PublishingProblem
from courses.models import Approval, CataloguePage, ReviewTask, own_words, writers_of

WORKFLOW = "Revisión"


def send_to_review(page: Page, user: User) -> bool:
    """Ask for the review of the newest revision; False when it is asked for already, or nothing
    waits to be published.

    Raises CannotPublish when the workflow would ask nobody.
    """
    if page.workflow_in_progress or (page.live and not page.has_unpublished_changes):
        return False
    if not page.has_workflow:
        raise CannotPublish(page, [PublishingProblem("", asks_nobody())])
    earlier_state = page.current_workflow_state
    if earlier_state:
        earlier_state.resume(user)
    else:
        page.get_workflow().start(page, user)
    return True


def approve(revision: Revision, *, approver: User, now: datetime, reason: str = "") -> Approval:
    """Keep that a person let one revision of a page reach learners; `reason` is why nobody signed
    it.
    """
    page_key = UUID(revision.content["translation_key"])
    place = (
        Membership.objects.filter(user=approver, ended_on=None)
        .select_related("organisation")
        .first()
    )
    approval, is_new = Approval.objects.get_or_create(
        revision=revision.pk,
        defaults={
            "page_key": page_key,
            "approver_key": approver.learner_key,
            "organisation": place.organisation if place else None,
            "approved_at": now,
            "reason": reason,
        },
    )
    if is_new:
        record_act(
            actor_key=approver.learner_key,
            action="published_without_review" if reason else "revision_approved",
            object_type="page",
            object_key=str(page_key),
            now=now,
            details={"revision": revision.pk} | ({"reason": reason} if reason else {}),
        )
    return approval


def asks_nobody() -> str:
    """Return why nothing can be sent to review, and who may mend it."""
    return _(
        "El flujo de revisión está deshabilitado o no tiene pasos: quien opera el sitio lo arregla "
        "en Flujos de trabajo."
    )


def check_signature(workflow_state: WorkflowState, user: User) -> Revision:
    """Return the revision that a reviewer signed who wrote no part of it.

    Raises CannotPublish: operators may give a workflow other steps, which ask less, or none.
    """
    # Read anew: the review follows the newest revision until the moment of the decision.
    state = (
        TaskState.objects.select_related("revision")
        .filter(pk=workflow_state.current_task_state_id)
        .first()
    )
    if state is None:
        page = Page.objects.get(pk=workflow_state.object_id).specific
        raise CannotPublish(page, [PublishingProblem("", asks_nobody())])
    page = state.revision.as_object()
    if not (user.is_superuser or holds_role(user, Role.REVIEWER)):
        sentence = _(
            "Solo la aprueba quien tiene el rol de revisar, y el flujo pregunta a otro grupo: "
            "quien opera el sitio lo arregla en Flujos de trabajo."
        )
        raise CannotPublish(page, [PublishingProblem("", sentence)])
    if user.pk in writers_of(state.revision):
        raise CannotPublish(page, [PublishingProblem("", own_words(page))])
    return state.revision


def publish_signed_revision(workflow_state: WorkflowState, user: User) -> None:
    """Publish the revision that was signed, as the site: a reviewer has no right to publish.

    Raises CannotPublish when something in it stops it.
    """
    revision = check_signature(workflow_state, user)
    problems = revision.as_object().publishing_problems()
    if problems:
        raise CannotPublish(revision.as_object(), problems)
    approve(revision, approver=user, now=timezone.now())
    revision.publish()


def publish_without_review(page: Page, *, operator: User, reason: str, now: datetime) -> None:
    """Publish the newest revision where nobody could sign it; the reason stays.

    Raises CannotPublish.
    """
    with transaction.atomic():
        revision = page.get_latest_revision() or page.specific.save_revision(user=operator)
        problems = revision.as_object().publishing_problems()
        if problems:
            raise CannotPublish(revision.as_object(), problems)
        approve(revision, approver=operator, now=now, reason=reason)
        revision.publish(user=operator, skip_permission_checks=True)


def write_workflow() -> None:
    """Let everything below the catalogue pass the review: asked of the reviewers' group.

    Idempotent.
    """
    group = Group.objects.filter(name=GROUP_OF_ROLE[Role.REVIEWER]).first()
    catalogue = CataloguePage.objects.first()
    if group is None or catalogue is None:
        return
    task = ReviewTask.objects.first() or ReviewTask.objects.create(name=_("Revisión legal"))
    if set(task.groups.all()) != {group}:
        task.groups.set([group])
    if not task.active:
        ReviewTask.objects.filter(pk=task.pk).update(active=True)
    workflow, is_new = Workflow.objects.get_or_create(name=WORKFLOW)
    if is_new or not workflow.active:
        Workflow.objects.filter(pk=workflow.pk).update(active=True)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.get_or_create(page=catalogue, defaults={"workflow": workflow})
