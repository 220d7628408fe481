"""Leads on whoever has signed in: past a newer privacy notice first, then to where they were going,
or with the act that their page carried.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.carried_acts import CarriedAct, unseal
from accounts.models import User
from accounts.privacy_notice import NEWS, PRIVACY_NOTICE_VERSION


def go_on(request: HttpRequest, target: str) -> HttpResponse:
    """Lead on whoever is inside, with the act that the page they sent carries."""
    token = request.POST.get("carried", "")
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


def to_notice(request: HttpRequest, target: str) -> HttpResponse:
    """Lead whoever just signed in to the privacy notice; an act that their page carries waits in
    it.
    """
    if request.POST.get("carried"):
        return show_notice(request, target)
    where = urlencode({"next": target} if target else {})
    return redirect(reverse("accounts:confirm_notice") + (f"?{where}" if where else ""))


def show_notice(request: HttpRequest, target: str) -> HttpResponse:
    """Show what is new in the privacy notice, the notice, and the button that confirms it."""
    context = {
        "news": NEWS,
        "notice_version": PRIVACY_NOTICE_VERSION,
        "next": target,
        "carried": request.POST.get("carried", ""),
    }
    return render(request, "accounts/confirm_notice.html", context)
