"""Puts the review and what stops publishing before every door of the editor, and tells what did not
take place.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page, TaskState, WorkflowState

from content.models import SitePage
from courses import views
from courses.before_review import warnings_of
from courses.bulk_publishing import PublishOrSendToReview, Withdraw
from courses.models import ReviewedPage, follow_newest, own_words, who_may_approve
from courses.queries import missed_publications
from courses.review import asks_nobody

urlpatterns = [path("<int:page_id>/", views.publish_alone, name="publish_alone")]


@hooks.register("register_admin_urls")
def register_review_urls():
    return [path("publicar/", include((urlpatterns, "review")))]


# After Wagtail's own, which it replaces.
hooks.register("register_bulk_action", PublishOrSendToReview, order=10)
hooks.register("register_bulk_action", Withdraw, order=10)


class MissedPublications(Component):
    """What was published and learners do not see: on the home of the editor until it is mended."""

    order = 50
    template_name = "courses/missed_publications.html"

    def __init__(self, told: list[str]):
        self.told = told

    def get_context_data(self, parent_context: object) -> dict[str, object]:
        return {"told": self.told}


@hooks.register("construct_homepage_panels")
def tell_missed_publications(request: HttpRequest, panels: list[Component]) -> None:
    sentences = missed_publications(timezone.now())
    if sentences:
        panels.append(MissedPublications(sentences))


@hooks.register("before_publish_page")
def stop_what_is_not_whole(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The draft is stored already; what stops it is told, and a page that needs a review asks for
    the reason first.
    """
    if not isinstance(page, SitePage):
        return None
    problems = page.publishing_problems()
    for problem in problems:
        messages.error(
            request,
            _("“%(title)s” no se publicó. %(problem)s") % {"title": page.title, "problem": problem},
        )
    if problems:
        return redirect("wagtailadmin_pages:edit", page.pk)
    return redirect("review:publish_alone", page.pk) if isinstance(page, ReviewedPage) else None


@hooks.register("after_edit_page")
def let_the_review_follow(request: HttpRequest, page: Page) -> None:
    """What a reviewer corrects is what the other reviewers read, from the home of the editor
    too.
    """
    state = page.current_workflow_task_state
    if state and state.status == TaskState.STATUS_IN_PROGRESS:
        follow_newest(state)


@hooks.register("before_edit_page")
def tell_what_was_asked_for(request: HttpRequest, page: Page) -> None:
    """Whoever opens a page that came back reads who asked for changes, and which."""
    review = page.current_workflow_state if request.method == "GET" else None
    if review is None or review.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    state = review.current_task_state
    reviewer = state.finished_by
    name = f"{reviewer.first_name} {reviewer.last_name}".strip() if reviewer else ""
    sentence = (
        _("%(name)s pidió cambios.") % {"name": name}
        if name
        else _("Quien la revisó pidió cambios.")
    )
    comment = state.get_comment()
    messages.warning(
        request,
        f"{sentence} {_('Su comentario: «%(comment)s»') % {'comment': comment}}"
        if comment
        else sentence,
    )


@hooks.register("before_edit_page")
def tell_who_may_approve(request: HttpRequest, page: Page) -> None:
    """A reviewer who corrected something reads why approving is not offered, and who may."""
    task = page.current_workflow_task if request.method == "GET" else None
    if task is None or not isinstance(page, ReviewedPage):
        return
    actions = {action[0] for action in task.get_actions(page, request.user)}
    if actions and "approve" not in actions:
        messages.warning(request, own_words(page))


@hooks.register("before_edit_page")
def tell_what_readers_would_meet(request: HttpRequest, page: Page) -> None:
    """Whoever decides on a page reads it before approving."""
    if request.method == "GET" and isinstance(page, ReviewedPage) and page.workflow_in_progress:
        for sentence in warnings_of(page.get_latest_revision_as_object()):
            messages.warning(request, sentence)


@hooks.register("construct_page_action_menu")
def offer_one_way_to_ask_again(
    menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]
) -> None:
    """Beginning a review anew and sending the page again are the same where a review has one
    step.
    """
    state = context["page"].current_workflow_state if context["view"] == "edit" else None
    if state and state.workflow.tasks.filter(active=True).count() == 1:
        menu_items[:] = [item for item in menu_items if item.name != "action-restart-workflow"]


@hooks.register("after_edit_page")
@hooks.register("after_create_page")
def tell_what_will_stop_it(request: HttpRequest, page: Page) -> None:
    """Whoever sends a page to review reads at once what would stop its publication, and whether
    anybody reviews.
    """
    if not request.POST.get("action-submit") or not isinstance(page, ReviewedPage):
        return
    if not page.has_workflow:
        messages.warning(request, _("Quedó como borrador. %(why)s") % {"why": asks_nobody()})
        return
    for problem in page.publishing_problems():
        messages.warning(request, _("Para publicarla falta: %(problem)s") % {"problem": problem})
    for sentence in warnings_of(page):
        messages.warning(request, sentence)
    if not who_may_approve(page).exclude(pk=request.user.pk).exists():
        messages.warning(
            request,
            _(
                "Hoy nadie revisa: avisa a quien opera el sitio, que puede publicarla con un "
                "motivo."
            ),
        )
