"""Says whether the letters of this site arrive anywhere: no page promises one that cannot."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def leads_out() -> bool:
    """Say whether letters leave this machine at all."""
    return settings.LETTER_BACKEND.rsplit(".", 2)[-2] not in {"console", "dummy", "filebased"}
