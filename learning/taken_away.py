"""Tells learners that a course closed, or lost the part that they had open, instead of only that
nothing is there.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from learning.queries import Study, studies_of


def tells_what_was_taken_away(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Say to who studies the course of an address why it answers nothing, and that what they did
    stays; to anybody else it is as if it never was.
    """

    @wraps(view)
    def telling(request: HttpRequest, course_slug: str, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, course_slug, *args, **kwargs)
        except Http404:
            study = own_study(request, course_slug)
            if study is None:
                raise
            return told(request, study)

    return telling


def own_study(request: HttpRequest, course_slug: str) -> Study | None:
    """Return the study that a person has of the course with that slug, closed or open."""
    if not request.user.is_authenticated:
        return None
    studies = studies_of(request.user)
    return next((study for study in studies if study.outline.slug == course_slug), None)


def told(request: HttpRequest, study: Study) -> HttpResponse:
    """Return the page; still 404, and nobody keeps it."""
    heading = (
        _("Este curso está cerrado por ahora")
        if study.is_closed
        else _("Esta parte ya no está en tu curso")
    )
    context = {"study": study, "heading": heading, "was_sent": request.method == "POST"}
    answer = render(request, "learning/taken_away.html", context, status=HTTPStatus.NOT_FOUND)
    add_never_cache_headers(answer)
    return answer
