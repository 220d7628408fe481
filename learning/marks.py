"""Renders the card and the rows of a course, with marks: each once for each process, because an edition never changes."""

from functools import lru_cache
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from courses.outline import Activity, Module, Outline
from learning.queries import OpenCourse, Study

# Of editions and templates: the rows of one edition take about ten kilobytes for each template.
KEPT_EDITIONS = 512
CARD, INDEX_ROW, OUTLINE_ROW = "courses/_card.html", "courses/_index_row.html", "courses/_outline_row.html"


def index_of(found: OpenCourse, study: Study | None, current: UUID) -> list[dict[str, Module | SafeString]]:
    """Return the index beside a lesson: modules, and their rows with marks and the one being read."""
    return _parts(INDEX_ROW, found, study, current)


def outline_rows(found: OpenCourse, study: Study | None, step: Activity | None) -> list[dict[str, Module | SafeString]]:
    """Return the contents on the page of a course: modules, and their rows with marks and the next step."""
    return _parts(OUTLINE_ROW, found, study, step.key if step else None)


def _parts(template: str, found: OpenCourse, study: Study | None, here: UUID | None) -> list[dict[str, Module | SafeString]]:
    parts = []
    for module in found.outline.modules:
        rows = (_row(template, found, item, mark_of(study, item.key), item.key == here) for item in module.activities)
        parts.append({"module": module, "rows": mark_safe("".join(rows))})  # noqa: S308 - rows of our own templates
    return parts


def mark_of(study: Study | None, key: UUID) -> str:
    """Return the mark of an activity: `done`, `started`, `missing`, or nothing for who is not enrolled."""
    if study is None:
        return ""
    row = study.row(key)
    return "missing" if row is None else "done" if row.is_completed else "started"


def _row(template: str, found: OpenCourse, activity: Activity, mark: str, is_here: bool) -> SafeString:
    known = _rows_of(template, found.edition_id)
    key = activity.key, mark, is_here
    if key not in known:
        url = f"/cursos/{found.outline.slug}/{activity.module_slug}/{activity.slug}/"
        known[key] = render_to_string(template, {"activity": activity, "url": url, "mark": mark, "is_here": is_here})
    return known[key]


def card_of(edition_id: int, outline: Outline) -> SafeString:
    """Return the card of a course in a list."""
    known = _rows_of(CARD, edition_id)
    key = outline.key, "", False
    if key not in known:
        known[key] = render_to_string(CARD, {"outline": outline, "url": f"/cursos/{outline.slug}/"})
    return known[key]


@lru_cache(maxsize=KEPT_EDITIONS)
def _rows_of(template: str, edition_id: int) -> dict[tuple[UUID, str, bool], SafeString]:
    return {}
