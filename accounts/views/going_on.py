"""Leads on whoever has signed in: past a newer privacy notice first, then to where they were going,
or with the act that their page carried.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import shared_device
from accounts.carried_acts import CarriedAct, unseal
from accounts.models import User
from accounts.permissions import waits_for_second_factor, works_here
from accounts.privacy_notice import NEWS, PRIVACY_NOTICE_VERSION, has_older_notice

# Where a session keeps what came with a password, until the code that follows it is right.
ENTRANCE = "entrance"


@dataclass(frozen=True)
class Entrance:
    """What whoever signs in brought along: where to go, the act that their page carried, what
    device it is, and the digest of the password that they gave, as sessions keep it.
    """

    target: str = ""
    carried: str = ""
    is_shared: bool = False
    password: str = ""


def entered(
    request: shared_device.DeviceRequest, user: User, entrance: Entrance, answer: HttpResponse
) -> HttpResponse:
    """Begin the session of who just signed in and lead them on: to the privacy notice, to the
    second factor that their role asks for, or to where `answer` or their page leads.
    """
    shared_device.begin_session(request, is_shared=entrance.is_shared, has_role=works_here(user))
    if has_older_notice(user):
        return to_notice(request, entrance.target, entrance.carried)
    if entrance.carried:
        return go_on(request, entrance.target, entrance.carried)
    if waits_for_second_factor(user):
        query = f"?{urlencode({'next': entrance.target})}" if entrance.target else ""
        return redirect(reverse("mfa_activate_totp") + query)
    return answer


def go_on(request: HttpRequest, target: str, carried: str | None = None) -> HttpResponse:
    """Lead on whoever is inside, with the act that the page they sent carries, or an earlier one
    did.
    """
    token = request.POST.get("carried", "") if carried is None else carried
    act = unseal(token, request.user) if token and isinstance(request.user, User) else None
    if act:
        return carry_on(request, act)
    if token:
        tell_not_carried(request)
        return redirect(settings.LOGIN_REDIRECT_URL)
    return redirect(target or settings.LOGIN_REDIRECT_URL)


def tell_not_carried(request: HttpRequest) -> None:
    """Say that nothing was done of what the page carried; what somebody else did, and where, is
    shown to nobody.
    """
    messages.warning(
        request,
        _("No enviamos lo que había en esa página: era de otra persona, o tenía más de un día."),
    )


def carry_on(request: HttpRequest, act: CarriedAct) -> HttpResponse:
    """Send the act again from a page of this site, so that it meets every guard as it would have
    before.
    """
    if act.is_withheld:
        messages.info(request, _("Escríbelo otra vez: por seguridad no lo guardamos."))
        return redirect(act.address)
    return render(request, "accounts/carry_on.html", {"act": act})


def to_notice(request: HttpRequest, target: str, carried: str) -> HttpResponse:
    """Lead whoever just signed in to the privacy notice; an act that their page carried waits in
    it.
    """
    if carried:
        return show_notice(request, target, carried)
    where = urlencode({"next": target} if target else {})
    return redirect(reverse("accounts:confirm_notice") + (f"?{where}" if where else ""))


def show_notice(request: HttpRequest, target: str, carried: str | None = None) -> HttpResponse:
    """Show what is new in the privacy notice, the notice, and the button that confirms it."""
    context = {
        "news": NEWS,
        "notice_version": PRIVACY_NOTICE_VERSION,
        "next": target,
        "carried": request.POST.get("carried", "") if carried is None else carried,
    }
    return render(request, "accounts/confirm_notice.html", context)
