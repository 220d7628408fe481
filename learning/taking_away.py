"""Tells, before a published part of a course is taken away, who is inside and what becomes of the
course.
"""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.models import ActivityPage, CoursePage, ModulePage
from learning.queries import people_inside
from lib.lists import listed


def told_before_taking_away(pages: Iterable[Page], today: date) -> list[str]:
    """Return what is told before published pages are withdrawn or deleted: who is in their courses,
    and that a course that asks for less is finished by whoever did the rest.
    """
    pages = list(pages)
    lines = [str(course) for course in people_inside(pages, today)]
    return lines + [line for line in [less_asked_without(pages, today)] if line]


def less_asked_without(pages: Iterable[Page], today: date) -> str:
    """Return that a course asks for nothing without these pages, or for less, where people study
    it; empty where it goes on as it was.
    """
    parts = [page for page in pages if page.live and _is_required(page)]
    if emptied := _emptied_without(parts):
        sentence = _(
            "Es lo último publicado que %(titles)s pide: sin esto nadie podrá terminarlo. Retira "
            "el curso, o publica antes otra parte."
        )
        return sentence % {"titles": listed([f"“{title}”" for title in emptied])}
    if not any(course.studying for course in people_inside(parts, today)):
        return ""
    return _(
        "Sin esto el curso pide menos: quienes ya hicieron lo demás lo terminan y reciben su "
        "certificado. No se deshace."
    )


def _emptied_without(parts: list[Page]) -> list[str]:
    """Return the titles of the published courses that would ask for nothing without these parts."""
    courses = {
        course.pk: course
        for page in parts
        for course in CoursePage.objects.ancestor_of(page).live()
    }
    titles = []
    for course in courses.values():
        stays = course.get_descendants().live()
        for page in parts:
            stays = stays.not_descendant_of(page, inclusive=True)
        shown = tuple(module.path for module in stays.type(ModulePage))
        asked = (page for page in stays.specific() if getattr(page, "is_required", False))
        if not any(page.path.startswith(shown) for page in asked):
            titles.append(course.title)
    return titles


def _is_required(page: Page) -> bool:
    """Say whether a course that goes on asks for a page, or for something in it."""
    if not CoursePage.objects.ancestor_of(page).exists():
        return False
    inside = page.get_descendants(inclusive=True).live().specific()
    return any(isinstance(part, ActivityPage) and part.is_required for part in inside)
