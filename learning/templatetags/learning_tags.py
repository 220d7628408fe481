"""Shows hours, grades, sizes, open courses and who is inside them, in any template."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from courses.models import LessonPage
from courses.outline import Activity, Outline
from learning.addresses import activity_address, course_address
from learning.grades import shown_grade
from learning.queries import PeopleInside, open_courses, people_inside

register = template.Library()
# A photograph as telephones send it by chat.
BYTES_OF_A_PHOTO = 300_000


@register.filter
def duration(minutes: int) -> str:
    """Return minutes in words: 161 is “2 horas 41 minutos”."""
    hours, rest = divmod(int(minutes), 60)
    parts = []
    if hours:
        parts.append(ngettext("%(count)d hora", "%(count)d horas", hours) % {"count": hours})
    if rest or not hours:
        parts.append(ngettext("%(count)d minuto", "%(count)d minutos", rest) % {"count": rest})
    return " ".join(parts)


@register.filter
def data_used(weight: int) -> str:
    """Return what bytes cost on a prepaid phone: few, or about how many megabytes."""
    if weight < BYTES_OF_A_PHOTO:
        return _("pocos datos (menos que una foto)")
    places = 1 if weight < 10_000_000 else 0
    megabytes = round(weight / 1_000_000, places)
    return _("cerca de %(count)s MB de datos") % {"count": number_format(megabytes, places)}


@register.filter
def grade(scaled: float | None, pass_mark: float = 0.0) -> str:
    """Return a scaled score on Peru's scale: 0.7 is “14 de 20”; never the pass mark for a score
    that did not reach it.
    """
    if scaled is None:
        return ""
    return _("%(grade)s de 20") % {"grade": shown_grade(scaled, pass_mark)}


@register.filter
def address_of(outline: Outline, activity: Activity | None = None) -> str:
    """Return the address of a course, or of one of its activities; empty when there is none."""
    return activity_address(outline, activity) if activity else course_address(outline.slug)


@register.simple_tag
def open_course_cards() -> list[Outline]:
    """Return the outline of every open course, for cards on any page."""
    return [outline for head, outline in open_courses()]


@register.simple_tag
def longest_lesson(outlines: Iterable[Outline]) -> int:
    """Return the minutes of the longest lesson of some courses; 0 when they have none."""
    lessons = (
        item.minutes
        for outline in outlines
        for item in outline.activities
        if item.kind == LessonPage.kind
    )
    return max(lessons, default=0)


@register.simple_tag
def people_inside_page(page: Page) -> list[PeopleInside]:
    """Return who is in the course of a page of the editor."""
    return people_inside([page], timezone.localdate())


@register.simple_tag
def people_inside_items(items: Iterable[dict[str, Any]]) -> list[PeopleInside]:
    """Return who is in the courses of what an act of the editor on many pages lists."""
    return people_inside([entry["item"] for entry in items], timezone.localdate())
