"""Serves recovery without e-mail: the coordinator finds a person and gives a code, the person uses
it.
"""

from datetime import datetime
from http import HTTPStatus

from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import documents
from accounts.forms import IdentifierForm, RecoveryCodeForm
from accounts.limits import (
    CODES_GIVEN,
    CODES_TRIED,
    CODES_TRIED_FROM_NETWORK,
    CODES_TRIED_OF_ACCOUNT,
    PEOPLE_SOUGHT,
    held_back,
    network_of,
    take,
)
from accounts.models import User
from accounts.permissions import STEWARDS, may_recover, people_to_recover
from accounts.policies import FORM_METHODS, PersonRequest, for_roles, public
from accounts.queries import current_membership
from accounts.recovery import (
    LASTS,
    AlreadyGiven,
    BeyondReach,
    NothingToType,
    issue_code,
    last_code,
    last_code_of,
    use_code,
)
from accounts.services import record_look
from accounts.signing_in import Identity, resolve, resolve_username


@for_roles(*STEWARDS)
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def help_person(request: PersonRequest) -> HttpResponse:
    """Find a person of the scope by document; who is outside, or has a higher role, is not found,
    like somebody unknown.
    """
    form = IdentifierForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/help_person.html", {"form": form})
    if not take(PEOPLE_SOUGHT, request.user.pk, now=timezone.now()):
        form.add_error(None, _("Buscaste a muchas personas seguidas. Espera una hora."))
        return held_back(
            render(request, "accounts/help_person.html", {"form": form}), PEOPLE_SOUGHT
        )
    person = (
        people_to_recover(request.user)
        .filter(username=resolve_username(form.cleaned_data["username"]))
        .first()
    )
    if person is None:
        form.add_error(
            None,
            _(
                "No la encontramos entre las personas de tu ámbito. Revisa el número, o escribe "
                "en «Ayuda»."
            ),
        )
        return render(
            request, "accounts/help_person.html", {"form": form}, status=HTTPStatus.NOT_FOUND
        )
    record_look(person=person, looked_by=request.user, action="person_found", now=timezone.now())
    return redirect("accounts:give_code", person.username)


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
@sensitive_variables("code")
def give_code(request: PersonRequest, username: str) -> HttpResponse:
    """Show who was found, by the opaque name; by POST, a fresh code for that person, this once."""
    now = timezone.now()
    person = User.objects.filter(username=username).first()
    if person is None or not may_recover(request.user, person):
        return out_of_reach(request)
    if request.method != "POST":
        return shown_person(request, person, now)
    if not take(CODES_GIVEN, request.user.pk, now=now):
        problem = _("Diste muchos códigos seguidos. Espera una hora.")
        return held_back(shown_person(request, person, now, problem=problem), CODES_GIVEN)
    try:
        code = issue_code(
            person=person, coordinator=request.user, now=now, after=request.POST.get("after", "")
        )
    except BeyondReach:
        return out_of_reach(request)
    except NothingToType:
        problem = _(
            "No tiene documento ni correo con que ingresar, y un código solo no le sirve. Agrégale "
            "antes uno en su ficha."
        )
        return shown_person(request, person, now, problem=problem)
    except AlreadyGiven:
        return shown_person(request, person, now, is_repeated=True)
    context = {"form": IdentifierForm(), "person": person, "code": code, "expires_at": now + LASTS}
    return render(request, "accounts/help_person.html", context)


def shown_person(
    request: PersonRequest, person: User, now: datetime, **more: object
) -> HttpResponse:
    """Show enough of a person to know whom one is talking to, and the code that stands; it leaves
    its line (P17).
    """
    record_look(person=person, looked_by=request.user, action="person_opened", now=now)
    last = last_code(person)
    context = {
        "person": person,
        "membership": current_membership(person),
        "last": last,
        "is_standing": bool(last and last.used_at is None and last.expires_at > now),
    }
    return render(request, "accounts/help_person.html", context | more)


def out_of_reach(request: PersonRequest) -> HttpResponse:
    """Say that there is nobody to help behind an address, whoever was there and whatever became of
    them.
    """
    problem = _(
        "Ya no puedes ayudar a esa persona: dejó tu ámbito, o su cuenta cambió. Búscala otra "
        "vez, o escribe en «Ayuda»."
    )
    context = {"form": IdentifierForm(), "problem": problem}
    return render(request, "accounts/help_person.html", context, status=HTTPStatus.NOT_FOUND)


def counted_name(identity: Identity, now: datetime) -> str:
    """Count a code for the account, by whatever it was named; return its opaque name, or after too
    many that of nobody: a count that another name shares is never told.
    """
    is_within = take(CODES_TRIED_OF_ACCOUNT, identity.username, now=now)
    return identity.username if is_within else documents.stand_in(identity.typed)


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def use_recovery_code(request: HttpRequest) -> HttpResponse:
    """Let a person with a code choose a new password; whatever does not fit gets one answer."""
    form = RecoveryCodeForm(request.POST or None)
    limit = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        identity = resolve(data["username"])
        # A new code begins anew.
        tried = (network_of(request), identity.typed, last_code_of(identity.username))
        now = timezone.now()
        if not take(CODES_TRIED, network_of(request), now=now):
            form.add_error(
                None, _("Desde tu red llegaron muchos intentos. Espera un minuto y envía otra vez.")
            )
            limit = CODES_TRIED
        elif not take(CODES_TRIED_FROM_NETWORK, tried, now=now):
            form.add_error(None, _("Hubo varios intentos. Espera 15 minutos o pide otro código."))
            limit = CODES_TRIED_FROM_NETWORK
        else:
            try:
                person = use_code(
                    username=counted_name(identity, now),
                    typed=data["code"],
                    password=data["password"],
                    now=now,
                )
            except ValidationError as refusal:
                form.add_error("password", refusal)
            else:
                if person:
                    logout(request)  # who chose the password sits here now, whoever was in session
                    return redirect("account_reset_password_from_key_done")
                form.add_error(
                    None,
                    _(
                        "Los datos y el código no coinciden, o el código ya no sirve. Revísalos o "
                        "pide otro código."
                    ),
                )
    return held_back(render(request, "accounts/use_recovery_code.html", {"form": form}), limit)
