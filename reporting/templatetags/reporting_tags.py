"""Shows the moment of the data, and parts of a page about one line, inside any template."""

from collections.abc import Hashable

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from reporting.tables import Line
from reporting.wording import moment

# A part takes about half a kilobyte; the national page has eighty.
KEPT_PARTS = 5000
_parts: dict[Hashable, SafeString] = {}

register = template.Library()
register.filter("moment", moment)


@register.simple_tag
def kept(name: str, line: Line, **facts: Hashable) -> SafeString:
    """Render a template with one line, and keep it: what the process has shown once is not rendered again.

    The template gets `line` and the facts and nothing else. All of them are the key, so that another figure is another
    text, and only what was protected already is kept.
    """
    figures = tuple((measure, cell.state, cell.value) for measure, cell in line.cells.items())
    key = (name, line.node, line.name, line.slug, line.note, figures, *facts.values())
    if key not in _parts:
        if len(_parts) >= KEPT_PARTS:
            _parts.clear()
        _parts[key] = render_to_string(name, {"line": line, **facts})
    return _parts[key]
