"""Shows the moment of the data, and parts of a page about one line, inside any template."""

from collections.abc import Hashable, Iterable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from reporting.atlas import Atlas, Tile
from reporting.sheets import Sheet
from reporting.tables import Line
from reporting.wording import moment

# A part takes about half a kilobyte; the national page has eighty.
KEPT_PARTS = 5000
_parts: dict[Hashable, SafeString] = {}

register = template.Library()
register.filter("moment", moment)


@register.simple_tag
def table_rows(lines: Iterable[Line], names: tuple[str, ...], level: str, query: str, area: str) -> SafeString:
    """Return the lines of a table as its rows."""
    facts = {"names": names, "level": level, "query": query, "area": area}
    return _joined(kept("reporting/_table_row.html", line, **facts) for line in lines)


@register.simple_tag
def table_head(headings: list[dict[str, str]], level_word: str) -> SafeString:
    """Return the headings of a table; the first one names the level."""
    told = (level_word, *(tuple(column.values()) for column in headings))
    return _kept("reporting/_table_head.html", told, {"headings": headings, "level_word": level_word})


@register.simple_tag
def grid(tiles: Iterable[Tile], query: str) -> SafeString:
    """Return the tiles of the grid."""
    return _joined(
        kept("reporting/_tile.html", tile.line, row=tile.row, column=tile.column, short_name=tile.short_name, query=query) for tile in tiles
    )


@register.simple_tag
def map_shapes(atlas: Atlas, query: str) -> SafeString:
    """Return the areas on the map."""
    return _joined(kept("reporting/_shape.html", line, shape=shape, query=query) for line, shape in atlas.drawn)


@register.simple_tag
def definitions(sheet: Sheet | str) -> SafeString:
    """Return what each figure counts."""
    threshold = sheet.report.threshold if isinstance(sheet, Sheet) else None
    return _kept("reporting/_definitions.html", (threshold,), {"threshold": threshold})


@register.simple_tag(takes_context=True)
def filters(context: template.Context) -> SafeString:
    """Return the form of the filters, rendered once for each page that it stands on: a form belongs to one question."""
    form, request, query = context["form"], context["request"], context["query"]
    if request.path not in form.shown:
        form.shown[request.path] = render_to_string("reporting/_filters.html", {"form": form, "request": request, "query": query})
    return form.shown[request.path]


@register.simple_tag
def part_of(sheet: Sheet, name: str) -> SafeString:
    """Return a part of the page that depends on the sheet alone, rendered once for each."""
    if name not in sheet.shown:
        sheet.shown[name] = render_to_string(name, {"sheet": sheet})
    return sheet.shown[name]


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("\n".join(parts))  # noqa: S308 - rendered by our own templates


@register.simple_tag
def kept(name: str, line: Line, **facts: Hashable) -> SafeString:
    """Render a template with one line, and keep it: what the process has shown once is not rendered again.

    The template gets `line` and the facts and nothing else. All of them are the key, so that another figure is another
    text, and only what was protected already is kept.
    """
    figures = tuple((measure, cell.state, cell.value) for measure, cell in line.cells.items())
    return _kept(name, (line.node, line.name, line.slug, line.note, figures, *facts.values()), {"line": line, **facts})


def _kept(name: str, told: tuple[Hashable, ...], facts: dict[str, Any]) -> SafeString:
    key = (name, *told)
    if key not in _parts:
        if len(_parts) >= KEPT_PARTS:
            _parts.clear()
        _parts[key] = render_to_string(name, facts)
    return _parts[key]
