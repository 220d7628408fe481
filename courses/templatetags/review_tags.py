"""Puts into the dialogs of the review what they must carry."""

from django import template
from django.forms import Form
from django.http import HttpRequest
from wagtail.models import Page

from courses.deciding import KEPT_COMMENTS, mark_of

register = template.Library()


@register.filter
def shown_mark(page: Page) -> str:
    """Return the mark of what the screens of a page show: its newest revision."""
    return mark_of(page.get_latest_revision())


@register.simple_tag
def with_kept_comment(form: Form, page: Page, request: HttpRequest) -> Form:
    """Return the form of a decision with the comment of one that was refused."""
    comment = request.session.get(KEPT_COMMENTS, {}).get(str(page.pk), "")
    if comment and "comment" in form.fields:
        form.initial["comment"] = comment
    return form
