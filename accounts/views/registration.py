"""Serves the registration in two steps: where one works, then who one is.

The first step is by GET and holds nothing personal.
"""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import RegistrationForm
from accounts.limits import (
    INSTITUTION_SEARCHES,
    REGISTRATIONS,
    REGISTRATIONS_AN_HOUR,
    Limit,
    held_back,
    network_of,
    take,
    too_many,
)
from accounts.missing_institution import SaidInstitutionForm
from accounts.policies import for_visitors
from accounts.privacy_notice import PRIVACY_NOTICE_VERSION
from accounts.queries import chosen_organisation, organisations_matching
from accounts.sent_acts import sign_in_form
from accounts.services import register_person
from lib.targets import next_query, safe_next

WITHOUT = "ninguna"
WAITS = {
    REGISTRATIONS.name: _(
        "Desde tu red se crearon muchas cuentas. Espera un minuto y envía otra vez."
    ),
    REGISTRATIONS_AN_HOUR.name: _(
        "Desde tu red se crearon muchas cuentas. Espera una hora y envía otra vez."
    ),
}
FACTS = ("first_name", "last_name", "email", "document_type", "document_number", "post", "password")


@require_safe
@for_visitors
def register(request: HttpRequest) -> HttpResponse:
    """First step: find the institution by its name or place."""
    text = request.GET.get("buscar", "").strip()[:100]
    if text and not take(INSTITUTION_SEARCHES, network_of(request), now=timezone.now()):
        return too_many(request, INSTITUTION_SEARCHES)
    matches, has_more = organisations_matching(text)
    context = {
        "text": text,
        "found": matches,
        "has_more": has_more,
        "without": WITHOUT,
        "is_missing": "falta" in request.GET,
        "next": safe_next(request),
    }
    return render(request, "accounts/register.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
@sensitive_post_parameters()
def register_data(request: HttpRequest) -> HttpResponse:
    """Second step: who the person is.

    Whether somebody with that document or e-mail exists changes nothing in the answer.
    """
    choice = request.GET.get("entidad", "")
    organisation = chosen_organisation(choice)
    if organisation is None and choice != WITHOUT:
        query = {"buscar": request.GET.get("buscar", ""), "falta": 1} | next_query(request)
        return redirect(f"{reverse('accounts:register')}?{urlencode(query)}")
    form = RegistrationForm(request.POST or None)
    said_form = SaidInstitutionForm(request.POST or None, is_needed=False)
    limit = None
    is_whole = request.method == "POST" and all([form.is_valid(), said_form.is_valid()])
    if is_whole and organisation is None:
        is_whole = said_form.says_where(form.cleaned_data["post"])
    if is_whole:
        limit = limit_reached(request)
    if limit:
        form.add_error(None, WAITS[limit.name])
    elif is_whole:
        facts = {field: form.cleaned_data[field] for field in FACTS}
        register_person(
            **facts,
            organisation=organisation,
            said_institution=said_form.cleaned_data["said"],
            privacy_notice_version=PRIVACY_NOTICE_VERSION,
            now=timezone.now(),
        )
        where = urlencode(next_query(request))
        return redirect(reverse("accounts:registered") + (f"?{where}" if where else ""))
    context = {
        "form": form,
        "said_form": said_form,
        "organisation": organisation,
        "notice_version": PRIVACY_NOTICE_VERSION,
        "next": safe_next(request),
    }
    return held_back(render(request, "accounts/register_data.html", context), limit)


def limit_reached(request: HttpRequest) -> Limit | None:
    """Count an account that would be made: what has to be mended first is none."""
    now, network = timezone.now(), network_of(request)
    return next(
        (
            limit
            for limit in (REGISTRATIONS, REGISTRATIONS_AN_HOUR)
            if not take(limit, network, now=now)
        ),
        None,
    )


@require_safe
@for_visitors
def registered(request: HttpRequest) -> HttpResponse:
    """Say the one thing that is true in every case."""
    context = {"form": sign_in_form(request), "next": safe_next(request)}
    return render(request, "accounts/registered.html", context)
