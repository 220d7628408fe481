"""Says how long sessions last, ends those on shared devices early, and leaves nothing of them in
the browser.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

IDLE_MINUTES = 25
# A page that follows another within a minute writes nothing: the session is stored once a minute at
# most.
STEP_SECONDS = 60
SEEN = "shared_seen_at"
# Tells the next sign-in what was ticked at the last one on this device; of nobody, and no right.
COOKIE, COOKIE_SECONDS = "puriq_equipo", 30 * 24 * 60 * 60
# Who can see or change what is of others signs in each working day; a learner on a device of their
# own does not.
HOURS_WITH_ROLE = 12


class DeviceRequest(HttpRequest):
    """A request that knows what kind of device it comes from, and what was told of it just now."""

    is_shared_device: bool
    ended_shared_session: bool
    told_shared: bool


def begin_session(request: DeviceRequest, *, is_shared: bool, has_role: bool) -> None:
    """Say how long a fresh session lasts: until the browser closes on a shared device; elsewhere
    twelve hours with a role, thirty days without.
    """
    own_device = HOURS_WITH_ROLE * 60 * 60 if has_role else settings.SESSION_COOKIE_AGE
    request.session.set_expiry(0 if is_shared else own_device)
    request.told_shared = is_shared
    if is_shared:
        request.session[SEEN] = int(timezone.now().timestamp())


def is_shared(request: HttpRequest) -> bool:
    """True in a session that began with «equipo compartido»."""
    return SEEN in request.session


class SharedDeviceMiddleware:
    """Ends an idle session on a shared device, and forbids storing what such a session was
    shown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: DeviceRequest) -> HttpResponse:
        request.is_shared_device = settings.SESSION_COOKIE_NAME in request.COOKIES and is_shared(
            request
        )
        is_known = request.is_shared_device
        response = self.answer(request)
        told = getattr(request, "told_shared", None)
        if told is False:
            response.delete_cookie(COOKIE, samesite="Lax")
        elif told or (is_known and not request.COOKIES.get(COOKIE)):
            remember(response)
        return response

    def answer(self, request: DeviceRequest) -> HttpResponse:
        """Return the answer, after ending the session where nobody was there."""
        if not request.is_shared_device:
            return self.get_response(request)
        now = int(timezone.now().timestamp())
        if now - request.session[SEEN] > IDLE_MINUTES * 60:
            end_idle_session(request)
            if request.method == "GET":
                return not_stored(redirect_to_login(request.get_full_path()))
            return not_stored(self.get_response(request))
        if now - request.session[SEEN] >= STEP_SECONDS:
            request.session[SEEN] = now
        return not_stored(self.get_response(request))


def was_shared(request: HttpRequest) -> bool:
    """True on a device of which the last one to sign in said that others use it."""
    return bool(request.COOKIES.get(COOKIE)) or getattr(request, "ended_shared_session", False)


def remember(response: HttpResponse) -> HttpResponse:
    """Let the device tell at the next sign-in that others use it."""
    response.set_cookie(
        COOKIE,
        "compartido",
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def end_idle_session(request: DeviceRequest) -> None:
    """Sign out whoever left the device, and say so."""
    logout(request)
    request.is_shared_device = False
    request.ended_shared_session = True
    text = _(
        "Pasaron %(count)d minutos sin actividad y cerramos tu sesión en este equipo compartido."
    ) % {"count": IDLE_MINUTES}
    messages.info(request, text)


def not_stored(response: HttpResponse) -> HttpResponse:
    """Forbid every cache to keep the answer."""
    add_never_cache_headers(response)
    return response


def emptied(response: HttpResponse) -> HttpResponse:
    """Tell the browser to drop what this site left in it.

    Browsers obey over HTTPS and on the device itself. That the device is shared goes too: the page
    after it tells it again.
    """
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
