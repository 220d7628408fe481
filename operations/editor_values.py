"""Answers in words when the editor was sent a value that the database cannot take, or a form
without its fields.
"""

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.db import DatabaseError, DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.datastructures import MultiValueDictKeyError

from lib.drafts import UnreadableProse

View = Callable[..., HttpResponseBase]

# What a form let through that is out of range or no text of the editor, and a field that was not
# sent at all.
UNUSABLE = (DataError, OverflowError, MultiValueDictKeyError, UnreadableProse)
MOST_DIGITS = 18  # more do not fit into 64 bits


def refuses_unusable_values(view: View) -> View:
    """Answer 400 where a screen of Wagtail would end in a fault: it hands what was sent to the
    database unread.
    """

    @wraps(view)
    def refused(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if names_no_rows(request) or decides_unreadably(request):
            return unusable_page(request)
        try:
            return view(request, *args, **kwargs)
        except UNUSABLE:
            return unusable_page(request)
        except DatabaseError:
            if any(is_unusable(value) for _, values in request.GET.lists() for value in values):
                return unusable_page(request)
            raise

    return refused


def names_no_rows(request: HttpRequest) -> bool:
    """Say whether the address of an act on many rows names one by something that is no number."""
    if request.resolver_match.url_name != "wagtail_bulk_action":
        return False
    numbers = [value for name in ("id", "childOf") for value in request.GET.getlist(name)]
    return any(number != "all" and not number.isdecimal() for number in numbers)


def decides_unreadably(request: HttpRequest) -> bool:
    """Say whether what a dialog of the review put into a form is not what it puts there."""
    sent = request.POST.get("workflow-action-extra-data", "{}")
    try:
        return not isinstance(json.loads(sent), dict)
    except (ValueError, RecursionError):
        return True


def is_unusable(value: str) -> bool:
    """Say whether a value of an address is none that a database can take: SQLite names it in many
    ways.
    """
    return "\0" in value or (value.lstrip("-").isdigit() and len(value) > MOST_DIGITS)


def unusable_page(request: HttpRequest) -> HttpResponse:
    """Answer in words, with the way back to the editor."""
    return render(request, "operations/unusable_values.html", status=HTTPStatus.BAD_REQUEST)
