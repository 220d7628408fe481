"""Writes what every form carries: Django's token, and the mark of the person whose page it is."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.carried_acts import SENT_BY, mark_of

register = template.Library()
# A piece of a page.
FORM_TOKEN = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'  # noqa: S105
MARK = '<input type="hidden" name="{}" value="{}">'
LEAVE = '<form data-leave action="{}" method="post">{}<button type="submit">{}</button></form>'


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> SafeString | str:
    """Stand in for Django's tag, in Wagtail's templates too: a form is sent for the person who saw
    it.
    """
    token = context.get("csrf_token")
    # What Django gives a page that asked for none.
    if not token or token == "NOTPROVIDED":  # noqa: S105
        return ""
    mark = page_mark(context)
    hidden = format_html(FORM_TOKEN, token)
    return hidden + format_html(MARK, SENT_BY, mark) if mark else hidden


@register.simple_tag(takes_context=True)
def page_mark(context: template.Context) -> str:
    """Return the mark of whoever sees the page; "" for a visitor."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if not user or not user.is_authenticated:
        return ""
    if not hasattr(request, "page_mark"):  # a page of several forms is marked once
        request.page_mark = mark_of(user)
    return request.page_mark


@register.simple_tag(takes_context=True)
def leave(context: template.Context) -> SafeString:
    """Return the form that ends the session, as it stands on every page."""
    return format_html(LEAVE, reverse("account_logout"), csrf_token(context), _("Salir"))
