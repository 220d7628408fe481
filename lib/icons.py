"""Draws the icons of the site; their shapes stand once in each page
(templates/components/icons.html).
"""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
ICON = '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>'


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return the icon of that name, which says nothing to a screen reader: words stand beside
    it.
    """
    return format_html(ICON, name)
