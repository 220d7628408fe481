"""Serves the link that makes the first operator of an empty site."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.opening import LinkIsDead, check_link
from accounts.opening import open_site as open_site_for
from accounts.opening_form import OpeningForm
from accounts.policies import FORM_METHODS, public
from accounts.privacy_notice import PRIVACY_NOTICE_VERSION
from accounts.services import PersonExists

FIRST_DAY = "/primer-dia/"


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def open_site(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever holds the link become the first operator; opening it changes nothing."""
    try:
        check_link(token)
    except LinkIsDead:
        return dead_link(request)
    form = OpeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        names = ("first_name", "last_name", "email", "password")
        facts = {name: form.cleaned_data[name] for name in names}
        try:
            open_site_for(token=token, now=timezone.now(), **facts)
        except LinkIsDead:
            return dead_link(request)
        except PersonExists:
            words = _("Ya hay una cuenta con ese correo. Usa otro correo.")
            form.add_error("email", words)
        else:
            messages.success(request, _("Ya eres operador. Ingresa para seguir con los pasos."))
            query = urlencode({"next": FIRST_DAY})
            return redirect(f"{reverse('account_login')}?{query}")
    context = {"form": form, "notice_version": PRIVACY_NOTICE_VERSION}
    return render(request, "accounts/open_site.html", context)


def dead_link(request: HttpRequest) -> HttpResponse:
    """Say what became of the link, whatever it was."""
    context = {"next": FIRST_DAY}
    return render(request, "accounts/opening_over.html", context, status=HTTPStatus.NOT_FOUND)
