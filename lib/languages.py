"""Says to browsers, screen readers and printers in which language a page speaks."""

from django import template
from django.utils.translation import get_language, to_locale

register = template.Library()
# The Spanish of the site is that of Peru; Django calls it by the language alone.
REGIONAL = {"es": "es-PE"}


@register.simple_tag
def page_language() -> str:
    """Return the language in use as a tag of BCP 47, like es-PE or qu; Spanish when none is
    active.
    """
    language = get_language() or "es"
    return REGIONAL.get(language, to_locale(language).replace("_", "-"))
