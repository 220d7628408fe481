"""Makes one act on the page tree one transaction, so that whatever it publishes or withdraws becomes one edition."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page

from content.publishing import CannotPublish
from courses.models import CourseHead, CoursePage

View = Callable[..., HttpResponse]


def in_one_transaction(view: View) -> View:
    """Run what an editor sends to a screen of the page tree in one transaction.

    Wagtail does so for its bulk actions only: a copied course would be frozen page by page, first without its modules.
    Reading and previews, which come with every key pressed, must not take the one write lock of SQLite.
    """

    @wraps(view)
    def whole(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        match = request.resolver_match
        is_bulk = match.url_name == "wagtail_bulk_action"
        is_act = is_bulk or "wagtailadmin_pages" in match.namespaces or "review" in match.namespaces
        if request.method != "POST" or not is_act or match.url_name.startswith("preview_"):
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                answer = view(request, *args, **kwargs)
        except CannotPublish as refused:
            return tell_refusal(request, refused)
        tell_what_is_stuck(request, kwargs.get("page_id"))
        return answer

    return whole


def tell_refusal(request: HttpRequest, refused: CannotPublish) -> HttpResponse:
    """Lead to the page that could not be published, with all that stops it; nothing was written."""
    for problem in refused.problems:
        sentence = _("“%(title)s” no se publicó. %(problem)s") % {"title": refused.page.title, "problem": problem}
        messages.error(request, sentence)
    address = reverse("wagtailadmin_pages:edit", args=[refused.page.pk]) if refused.page.pk else reverse("wagtailadmin_home")
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": address})
    return redirect(address)


def tell_what_is_stuck(request: HttpRequest, page_id: int | None) -> None:
    """Tell at once that a published change has not reached learners; without a page, of every course."""
    stuck = CourseHead.objects.filter(is_dirty=True).exclude(problem="")
    if page_id:
        page = Page.objects.filter(pk=page_id).first()
        courses = CoursePage.objects.ancestor_of(page, inclusive=True) if page else CoursePage.objects.none()
        stuck = stuck.filter(key__in=courses.values("translation_key"))
    for head in stuck:
        messages.warning(request, _("Publicada, pero el curso todavía no cambió: %(problem)s") % {"problem": head.problem})
