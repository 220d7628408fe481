"""Publishes, or sends to review, many pages in one act: all of them or none, and what stops is told
page by page.
"""

from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.admin.views.pages.bulk_actions.unpublish import UnpublishBulkAction
from wagtail.models import Page

from accounts.models import User
from content.models import SitePage
from content.publishing import PublishingProblem
from courses.deciding import mark_of
from courses.models import ReviewedPage
from courses.queries import day_to_come, waits_for
from courses.review import send_to_review


class PublishForm(forms.Form):
    """Wagtail's form has no words for its one question."""

    include_descendants = forms.BooleanField(
        label=gettext_lazy("Incluye los borradores que están dentro"), required=False
    )


class PublishOrSendToReview(PublishBulkAction):
    """What needs the eyes of somebody else goes to review; other pages are published."""

    form_class = PublishForm
    display_name = gettext_lazy("Envía a revisión, aprueba o publica")
    aria_label = gettext_lazy("Envía a revisión, aprueba o publica lo elegido")
    template_name = "courses/confirm_bulk_publish.html"
    let_through: tuple[int, ...] | list[int] = ()

    def check_perm(self, page: Page) -> bool:
        page = page.specific
        rights = page.permissions_for_user(self.request.user)
        if not isinstance(page, ReviewedPage):
            return rights.can_publish()
        # Where nobody reviews, an operator publishes page by page, each with its reason.
        return rights.can_edit() and not rights.can_publish()

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Let the confirmation carry what it showed of the pages that wait for an approval."""
        context = super().get_context_data(**kwargs)
        items = [page["item"] for page in context["items"]]
        pages = chosen_pages(items, include_descendants=True)
        waiting = [page for page in pages if may_approve(page, self.request.user)]
        return context | {"shown": [mark_of(page.get_latest_revision()) for page in waiting]}

    def prepare_action(self, objects: list[Page], objects_without_access: object) -> object:
        with_drafts = self.cleaned_form.cleaned_data["include_descendants"]
        pages = chosen_pages(objects, include_descendants=with_drafts)
        user = self.request.user
        self.let_through = [
            page.pk
            for page in pages
            if may_approve(page, user) or not isinstance(page, ReviewedPage)
        ]
        if changes := self.changed_since_shown(pages):
            sentence = _(
                "No se publicó nada: %(titles)s cambió después de que abriste esta pantalla. Lee "
                "cómo está ahora."
            )
            titles = get_text_list(
                [f"“{page.get_admin_display_title()}”" for page in changes], _("y")
            )
            messages.error(self.request, sentence % {"titles": titles})
            return HttpResponseRedirect(self.next_url)
        obstacles = problems_of(pages)
        for page, problems in obstacles:
            titles = "; ".join(str(problem) for problem in problems)
            sentence = _("No se publicó nada. En “%(title)s” falta corregir: %(problems)s")
            messages.error(self.request, sentence % {"title": page.title, "problems": titles})
        return HttpResponseRedirect(self.next_url) if obstacles else None

    def changed_since_shown(self, pages: list[Page]) -> list[Page]:
        """Return the pages that this act would approve, and that are not as its confirmation showed
        them.
        """
        marks = set(self.request.POST.getlist("shown"))
        waiting = [page for page in pages if may_approve(page, self.request.user)]
        return [page for page in waiting if mark_of(page.get_latest_revision()) not in marks]

    @classmethod
    def execute_action(
        cls,
        objects: list[Page],
        include_descendants: bool = False,
        user: User | None = None,
        **kwargs: object,
    ) -> tuple[int, int]:
        """Return how many pages were published, and how many were sent to review."""
        publications = submissions = 0
        for page in chosen_pages(objects, include_descendants=include_descendants):
            if may_approve(page, user):
                page.current_workflow_task.on_action(
                    page.current_workflow_task_state, user, "approve"
                )
                publications += 1
            elif isinstance(page, ReviewedPage):
                submissions += send_to_review(page, user)
            else:
                (page.get_latest_revision() or page.save_revision(user=user)).publish(user=user)
                publications += 1
        return publications, submissions

    def get_success_message(self, published: int, sent: int) -> str:
        pages = list(Page.objects.filter(pk__in=self.let_through))
        later = sum(1 for page in pages if day_to_come(page))
        parts = []
        if published > later:
            words = ngettext(
                "%(count)d página publicada.", "%(count)d páginas publicadas.", published - later
            )
            parts.append(words % {"count": published - later})
        if later:
            words = ngettext(
                "%(count)d página se publica en su fecha.",
                "%(count)d páginas se publican en su fecha.",
                later,
            )
            parts.append(words % {"count": later})
        if not sent and not published:
            parts.append(_("No cambió nada: lo elegido ya está en revisión o publicado."))
        elif sent:
            words = ngettext(
                "%(count)d página enviada a revisión.",
                "%(count)d páginas enviadas a revisión.",
                sent,
            )
            parts.append(words % {"count": sent})
        return " ".join([*parts, waits_for(pages)]).strip()


def may_approve(page: Page, user: User | None) -> bool:
    """Say whether a page waits for the approval of somebody like this person."""
    task = page.current_workflow_task if user and page.workflow_in_progress else None
    return task is not None and any(
        name == "approve" for name, label, is_modal in task.get_actions(page, user)
    )


def chosen_pages(objects: Iterable[Page], *, include_descendants: bool) -> list[Page]:
    """Return the pages of an act, each once, what lies deepest first: a module needs an activity, a
    course a module.
    """
    pages = {page.pk: page.specific for page in objects}
    for page in list(pages.values()) if include_descendants else ():
        pages |= {below.pk: below for below in page.get_descendants().not_live().specific()}
    return sorted(pages.values(), key=lambda page: -page.depth)


def problems_of(pages: list[Page]) -> list[tuple[Page, list[PublishingProblem]]]:
    """Return what stops each page, taking all of them as published together."""
    together = {page.pk for page in pages}
    newest = [page.get_latest_revision_as_object() for page in pages]
    checks = [
        (page, page.publishing_problems(together)) for page in newest if isinstance(page, SitePage)
    ]
    return [(page, problems) for page, problems in checks if problems]


class WithdrawForm(forms.Form):
    """Wagtail's form has no words for its one question."""

    include_descendants = forms.BooleanField(
        label=gettext_lazy("Retira también lo que está dentro"), required=False
    )


class Withdraw(UnpublishBulkAction):
    """Wagtail's act on many pages, asked in words."""

    form_class = WithdrawForm
