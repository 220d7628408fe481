"""Lets an operator publish a page that nobody can review, with a reason."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from accounts.permissions import Role
from accounts.policies import PersonRequest, for_site_roles
from courses.forms import ReasonForm
from courses.models import ReviewedPage, is_alone
from courses.queries import day_to_come, waits_for
from courses.review import publish_without_review


@for_site_roles(Role.OPERATOR)
@require_http_methods(["GET", "POST"])
def publish_alone(request: PersonRequest, page_id: int) -> HttpResponse:
    """Ask for the reason, then publish the newest revision; where somebody reviews, lead to the
    editor instead.
    """
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, ReviewedPage):
        raise Http404
    if not is_alone(request.user, page):
        messages.error(request, _("Hay quien puede revisarla: envíala a revisión."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        publish_without_review(
            page, operator=request.user, reason=form.cleaned_data["reason"], now=timezone.now()
        )
        messages.success(
            request, published_alone(Page.objects.get(pk=page.pk).get_latest_revision_as_object())
        )
        return redirect("wagtailadmin_pages:edit", page.pk)
    problems = page.get_latest_revision_as_object().publishing_problems()
    context = {"page": page, "form": form, "problems": problems}
    return render(
        request, "courses/publish_alone.html", context, status=422 if form.errors else 200
    )


def published_alone(page: Page) -> str:
    """Return what became of a page that was let through without a review."""
    day = day_to_come(page)
    later = _("“%(title)s” se publica sin revisión el %(day)s.") % {"title": page.title, "day": day}
    sentence = later if day else _("Publicaste “%(title)s” sin revisión.") % {"title": page.title}
    return " ".join(
        filter(
            None, [sentence, _("El motivo queda en el registro."), "" if day else waits_for([page])]
        )
    )
