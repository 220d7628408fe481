"""Shows hours, grades, sizes, open courses and who is inside them, in any template."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.models import LessonPage
from courses.outline import Activity, Outline
from learning.addresses import activity_address, course_address
from learning.course_parts import cards_of
from learning.grades import shown_grade
from learning.queries import open_courses, people_inside
from learning.taking_away import less_asked_without, told_before_taking_away
from learning.wording import data_used, duration

register = template.Library()
register.filter(duration)
register.filter(data_used)


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
def open_course_cards() -> list[dict[str, Any]]:
    """Return the card of every open course, for any page."""
    return cards_of((outline, None) for head, outline in open_courses())


@register.simple_tag
def longest_lesson(cards: Iterable[dict[str, Any]]) -> int:
    """Return the minutes of the longest lesson of the courses on some cards; 0 when they have
    none.
    """
    lessons = (
        item.minutes
        for card in cards
        for item in card["outline"].activities
        if item.kind == LessonPage.kind
    )
    return max(lessons, default=0)


@register.simple_tag
def told_before_withdrawing(page: Page) -> list[str]:
    """Return what is told before a page is withdrawn: who is in its course, and what they gain."""
    return told_before_taking_away([page], timezone.localdate())


@register.simple_tag
def told_before_taking_items_away(items: Iterable[dict[str, Any]]) -> list[str]:
    """Return the same of what an act of the editor on many pages lists."""
    return told_before_taking_away([entry["item"] for entry in items], timezone.localdate())


@register.simple_tag
def told_before_moving_items(items: Iterable[dict[str, Any]]) -> list[str]:
    """Return what is told before many pages are moved, whose place is chosen on the same screen:
    who is in their courses, and what they gain if the pages leave them.
    """
    pages = [entry["item"] for entry in items]
    today = timezone.localdate()
    lines = [str(course) for course in people_inside(pages, today)]
    less = less_asked_without(pages, today)
    condition = _("Si las llevas a otro curso o a un módulo sin publicar:")
    return [*lines, f"{condition} {less[:1].lower()}{less[1:]}"] if less else lines
