"""Serves the first day of a site: four steps that may be left and taken up again."""

from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import RoleGrant, User
from accounts.opening import InvitedElsewhere, invite_person
from accounts.permissions import Role, Scope
from accounts.policies import FORM_METHODS, PersonRequest, for_site_roles
from accounts.queries import coordinators_who_enter
from accounts.services import BeyondTheCeiling, InvalidEmail, InvalidName, PersonExists
from accounts.tasks import password_link
from audit.services import record_act
from operations.first_steps import has_second_operator, missing_of_provider
from operations.forms import FirstRegionForm, InvitationForm, ProviderForm, TestLetterForm
from operations.letters import leaves_the_machine, mail_in_words, send_test_letter
from provider.models import Provider
from provider.services import change_provider

View = Callable[..., HttpResponse]
EVERYWHERE = Scope(areas=None, kinds=None)
FORM = require_http_methods(FORM_METHODS)


@for_site_roles(Role.OPERATOR)
@never_cache
@require_safe
def first_day(request: PersonRequest) -> HttpResponse:
    """Show the steps, and which of them are done."""
    now = timezone.now()
    today = timezone.localdate(now)
    in_force = RoleGrant.objects.filter(RoleGrant.not_ended(today), user__is_active=True)
    others = in_force.filter(role=Role.OPERATOR).exclude(user=request.user)
    coordinators = in_force.filter(role=Role.COORDINATOR)
    missing = missing_of_provider()
    context = {
        "has_second": has_second_operator(now),
        "waits_for_second": others.exists(),
        "missing": get_text_list(missing, _("y")),
        "mail": mail_in_words(),
        "has_mail": leaves_the_machine(),
        "has_region": coordinators_who_enter(today).exists(),
        "waits_for_coordinator": coordinators.exists(),
    }
    return render(request, "operations/first_day/steps.html", context)


@for_site_roles(Role.OPERATOR)
@never_cache
@FORM
def second_operator(request: PersonRequest) -> HttpResponse:
    """Give another person the same role, and the link to hand over."""
    form = InvitationForm(request.POST or None)
    context = {
        "title": _("Un segundo operador"),
        "lead": _(
            "Nadie se da ni se quita un rol, ni se devuelve el ingreso si pierde el teléfono: lo "
            "hace otro operador. Que no sea la misma persona con otro correo."
        ),
        "button": _("Crea su cuenta"),
    }
    return invitation(request, form, context, role=Role.OPERATOR, scope=EVERYWHERE)


@for_site_roles(Role.OPERATOR)
@never_cache
@FORM
def first_region(request: PersonRequest) -> HttpResponse:
    """Give an area its first coordinator, and the link to hand over."""
    form = FirstRegionForm(request.POST or None)
    context = {
        "title": _("La primera región"),
        "lead": _("Quien coordina ve las cifras y a las personas de su región, y de ninguna otra."),
        "button": _("Crea su cuenta"),
    }
    grant: dict[str, Any] = {"role": Role.COORDINATOR}
    if form.is_bound and form.is_valid():
        grant["scope"] = Scope(frozenset({form.cleaned_data["area"].pk}), kinds=None)
        grant["ends_on"] = form.cleaned_data["last_day"] + timedelta(days=1)
    return invitation(request, form, context, **grant)


def invitation(
    request: PersonRequest, form: InvitationForm, context: dict[str, Any], **grant: Any
) -> HttpResponse:
    """Make the person of a form, and show the link once; a form sent twice shows it again."""
    context["form"] = form
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("first_name", "last_name", "email")}
        try:
            person = invite_person(actor=request.user, now=timezone.now(), **facts, **grant)
        except PersonExists:
            words = _("Ese correo ya es de otra persona. Usa otro, o dale el rol en su ficha.")
            form.add_error("email", words)
        except InvitedElsewhere:
            words = _(
                "Esa persona espera su enlace para otra región. Si coordina las dos, o solo esta, "
                "cámbialo en su ficha, en «Personas»: allí se marcan varias."
            )
            form.add_error("email", words)
        except BeyondTheCeiling:
            form.add_error(None, _("Tu rol no llega hasta ahí: pídelo a un operador nacional."))
        except (InvalidName, InvalidEmail) as error:
            form.add_error(None, str(error))
        else:
            context |= {"person": person, "link": password_link(person)}
            context["last_day"] = last_day_of_role(person, grant["role"])
            context["days"] = settings.PASSWORD_RESET_TIMEOUT // 86400
    return step(request, context)


def last_day_of_role(person: User, role: str) -> date | None:
    """Return the last day of a role that a person holds; None while it has no end."""
    held = RoleGrant.not_ended(timezone.localdate())
    ends_on = RoleGrant.objects.filter(held, user=person, role=role).values_list("ends_on").first()
    return ends_on[0] - timedelta(days=1) if ends_on and ends_on[0] else None


@for_site_roles(Role.OPERATOR)
@never_cache
@FORM
def provider(request: PersonRequest) -> HttpResponse:
    """Write which institution is behind the site; what is not known yet may wait."""
    row = Provider.objects.filter(pk=1).first() or Provider(pk=1)
    form = ProviderForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        values, actor = form.values(), request.user.learner_key
        change_provider(values=values, actor_key=actor, now=timezone.now())
        messages.success(request, _("Guardamos la institución."))
        return redirect("operations:first_day")
    context = {
        "form": form,
        "title": _("La institución"),
        "lead": _(
            "La leen todas las personas. Lo que aún no sepas, déjalo vacío y vuelve después."
        ),
        "button": _("Guarda"),
    }
    return step(request, context)


@for_site_roles(Role.OPERATOR)
@never_cache
@FORM
def mail(request: PersonRequest) -> HttpResponse:
    """Say where letters go, and try one."""
    form = TestLetterForm(request.POST or None, initial={"email": request.user.email})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        refusal = send_test_letter(email)
        record_act(
            actor_key=request.user.learner_key,
            action="test_letter_sent",
            object_type="site",
            object_key="",
            now=timezone.now(),
        )
        if not refusal and leaves_the_machine():
            words = _("El servidor de correo aceptó la carta. Mira que llegue a %(email)s.")
            messages.success(request, words % {"email": email})
            return redirect("operations:mail")
        refusal = refusal or _(
            "La carta quedó en la terminal del sitio: a %(email)s no le llegó nada."
        ) % {"email": email}
    context = {
        "form": form,
        "title": _("El correo"),
        "lead": mail_in_words(),
        "refusal": refusal,
        "needs_terminal": not leaves_the_machine() or refusal,
        "button": _("Envía una carta de prueba"),
    }
    return step(request, context)


def step(request: PersonRequest, context: dict[str, Any]) -> HttpResponse:
    """Show one step."""
    return render(request, "operations/first_day/step.html", context, status=HTTPStatus.OK)
