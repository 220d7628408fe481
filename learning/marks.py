"""Renders cards and rows of a course, with marks: each once for each process, because an edition
never changes.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from courses.outline import Activity, Outline
from learning.addresses import activity_address, course_address, requirements_address
from learning.queries import OpenCourse, Study

# Of editions and templates: the rows of one edition take about ten kilobytes for each template.
KEPT_EDITIONS = 512
CARD, INDEX_ROW, OUTLINE_ROW = (
    "courses/_course_card.html",
    "courses/_index_row.html",
    "courses/_outline_row.html",
)
STUDY_ROW = "learning/_study_row.html"


def index_of(found: OpenCourse, study: Study | None, current: UUID) -> list[dict[str, Any]]:
    """Return the index beside a lesson: modules, how far each is, and their rows with marks and the
    one being read.
    """
    return _parts(INDEX_ROW, found, study, current)


def outline_rows(
    found: OpenCourse, study: Study | None, step: Activity | None, waits: Mapping[UUID, str]
) -> list[dict[str, Any]]:
    """Return the contents on the page of a course: modules, and their rows with marks, the next
    step and what has to wait.
    """
    return _parts(OUTLINE_ROW, found, study, step.key if step else None, waits)


def _parts(
    template: str,
    found: OpenCourse,
    study: Study | None,
    here: UUID | None,
    waits: Mapping[UUID, str] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    parts = []
    progress = _("%(done)s de %(total)s") if study else ""
    for module in found.outline.modules:
        marks = [mark_of(study, item.key) for item in module.activities]
        rows = (
            _row(template, found, item, mark, item.key == here, waits.get(item.key, ""))
            for item, mark in zip(module.activities, marks, strict=True)
        )
        parts.append(
            {
                "module": module,
                "heading": f"{module.number}. {module.title}",
                "progress": progress
                and progress % {"done": marks.count("done"), "total": len(marks)},
                "rows": mark_safe("".join(rows)),  # noqa: S308 - rows of our own templates
                "is_here": any(item.key == here for item in module.activities),
            }
        )
    return parts


def mark_of(study: Study | None, key: UUID) -> str:
    """Return the mark of an activity: `done`, `started`, `missing`, or nothing for who is not
    enrolled.
    """
    if study is None:
        return ""
    row = study.row(key)
    return "missing" if row is None else "done" if row.is_completed else "started"


def _row(
    template: str, found: OpenCourse, activity: Activity, mark: str, is_here: bool, wait: str
) -> SafeString:
    def facts() -> dict[str, Any]:
        url = activity_address(found.outline, activity)
        return {"activity": activity, "url": url, "mark": mark, "is_here": is_here, "wait": wait}

    if wait:  # one moment of one learner: not worth keeping
        return render_to_string(template, facts())
    return _kept(template, found.edition_id, (activity.key, mark, is_here), facts)


def card_of(edition_id: int, outline: Outline, study: Study | None) -> SafeString:
    """Return the card of a course in a list, with how far the learner is in it."""
    done = study.done_count if study else None

    def facts() -> dict[str, Any]:
        return {"outline": outline, "url": course_address(outline.slug), "done": done}

    return _kept(CARD, edition_id, (outline.key, done), facts)


def study_row(study: Study) -> SafeString:
    """Return the row of a course on the learner's home."""
    outline, is_over = study.outline, study.enrolment.completed_at is not None

    def facts() -> dict[str, Any]:
        return {
            "outline": outline,
            "url": course_address(outline.slug),
            "requirements_url": requirements_address(outline.slug),
            "done": study.done_count,
            "is_over": is_over,
            "is_closed": study.is_closed,
        }

    kind = (outline.key, study.done_count, is_over, study.is_closed)
    return _kept(STUDY_ROW, study.enrolment.course.latest_edition_id or 0, kind, facts)


def _kept(
    template: str, edition_id: int, key: Hashable, facts: Callable[[], dict[str, Any]]
) -> SafeString:
    known = _parts_of(template, edition_id)
    if key not in known:
        known[key] = render_to_string(template, facts())
    return known[key]


@lru_cache(maxsize=KEPT_EDITIONS)
def _parts_of(template: str, edition_id: int) -> dict[Hashable, SafeString]:
    return {}
