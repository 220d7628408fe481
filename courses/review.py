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
from accounts.permissions import Role
from accounts.roles import GROUP_OF_ROLE
from audit.services import record_act
from content.publishing import CannotPublish
from courses.models import Approval, CataloguePage, ReviewTask

WORKFLOW = "Revisión"


def send_to_review(page: Page, user: User) -> bool:
    """Ask for the review of the newest revision; False when it is asked for already, or nothing
    waits to be published.
    """
    if page.workflow_in_progress or (page.live and not page.has_unpublished_changes):
        return False
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


def publish_signed_revision(workflow_state: WorkflowState, user: User) -> None:
    """Publish the revision that was signed, as the site: a reviewer has no right to publish.

    Raises CannotPublish when something in it stops it.
    """
    # Read anew: the review follows the newest revision until the moment of the decision.
    revision = (
        TaskState.objects.select_related("revision")
        .get(pk=workflow_state.current_task_state_id)
        .revision
    )
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
    workflow, is_new = Workflow.objects.get_or_create(name=WORKFLOW)
    if is_new or not workflow.active:
        Workflow.objects.filter(pk=workflow.pk).update(active=True)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.get_or_create(page=catalogue, defaults={"workflow": workflow})
