"""Draws the icons of the site, alone or in a state; their shapes stand once in each page
(templates/components/icons.html).
"""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
ICON = '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>'
STATE = '<span class="state {}">' + ICON + "{}</span>"
# The icon of each kind of state, unless the page asks for another.
SIGNS = {
    "done": "check",
    "started": "half",
    "missing": "circle",
    "attention": "warning",
    "error": "cross",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return the icon of that name, which says nothing to a screen reader: words stand beside
    it.
    """
    return format_html(ICON, name)


@register.simple_tag
def state(kind: str, words: str, sign: str = "") -> SafeString:
    """Return a state as it is shown everywhere: colour of its kind, icon and words."""
    return format_html(STATE, kind, sign or SIGNS[kind], words)
