"""Says what to do when something went wrong."""

import sys
from contextlib import suppress
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

from accounts.carried_acts import read_act
from accounts.policies import public
from accounts.sent_acts import expired_token, is_script, refused_act
from web.database_retry import busy_page, is_passing
from web.logs import learner_key_of
from web.queries import last_saved_at


@public
@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token expired, or whose cookie did not come, with the same form and a
    fresh token; nothing was stored.

    A form of a person who is no longer signed in goes through sign-in, as with a token that still
    holds.
    """
    act = read_act(request)
    if act and (answer := refused_act(request)):
        return answer
    if act and is_script(request):
        return expired_token(request)
    context = {
        "expired": act,
        "has_cookie": settings.CSRF_COOKIE_NAME in request.COOKIES,
        # Typed on a page of nobody: who is in session came afterwards, and may be somebody else.
        "in_session": request.user if act and not act.sent_by else None,
    }
    return render(request, "web/expired_form.html", context, status=403)


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what could not be read, and what is larger than the site takes: neither form nor host
    is looked at again.
    """
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return HttpResponse(
            render_to_string("413.html"), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        )
    return HttpResponse(render_to_string("400.html"), status=HTTPStatus.BAD_REQUEST)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what does not exist and what is outside the person's scope alike."""
    return render(request, "404.html", status=404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault with the reference that the log carries too, and with the last moment that
    something was stored.

    What the database did not take in time is no fault: it may be sent again.
    """
    if is_passing(sys.exc_info()[1]):
        return busy_page(request, sys.exc_info()[1])
    saved_at = None
    if learner := learner_key_of(request):
        with suppress(Exception):  # the database may be what failed
            saved_at = last_saved_at(UUID(learner))
    reference = getattr(request, "fault_reference", "")
    return render(request, "500.html", {"reference": reference, "saved_at": saved_at}, status=500)
