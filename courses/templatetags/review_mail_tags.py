"""Says in the mails of the review what became of a page."""

from django import template
from wagtail.models import Page

from courses import queries

register = template.Library()


@register.simple_tag
def day_to_come(page: Page) -> str:
    """Return the day and hour at which an approved page is published; empty when it is published
    already.
    """
    return queries.day_to_come(page)


@register.simple_tag
def waits_for(page: Page) -> str:
    """Return what must be published before anybody sees this page, as a sentence; empty when
    nothing must.
    """
    return queries.waits_for([page])
