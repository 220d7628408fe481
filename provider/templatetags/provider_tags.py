"""Lets templates say which institution stands behind the site."""

from django import template

from provider.models import Provider
from provider.queries import the_provider

register = template.Library()


@register.simple_tag
def site_provider() -> Provider:
    """Return the institution behind the site; no statement."""
    return the_provider()
