"""Serves what a learner asks of who looks after them: the list with its answers, and the forms."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.coordinators import coordinators_of
from accounts.limits import REQUESTS_OF_PERSON, held_back, take
from accounts.models import User
from accounts.permissions import Role, holds_role
from accounts.policies import FORM_METHODS, PersonRequest, act_of, signed_in
from accounts.queries import current_membership
from roster import requests
from roster.models import Request
from roster.request_forms import AttemptRequestForm, QuizRequestForm, RequestForm, TimeRequestForm


@dataclass(frozen=True)
class Asking:
    """One kind of request: its title, its form, and what is told before."""

    kind: str
    title: Any
    told_before: Any = ""
    form: type[RequestForm] = RequestForm


ASKING = {
    "intento": Asking(
        Request.Kind.ATTEMPT,
        gettext_lazy("Pide un intento más"),
        gettext_lazy("Cuenta qué pasó: un corte de luz o de internet, o qué no entendiste."),
        AttemptRequestForm,
    ),
    "tiempo": Asking(
        Request.Kind.TIME,
        gettext_lazy("Pide más tiempo"),
        gettext_lazy(
            "Cuenta por qué el tiempo no te alcanza, y cuánto más necesitas. Espera la respuesta "
            "antes de empezar: si ya empezaste, el reloj sigue."
        ),
        TimeRequestForm,
    ),
    "correccion": Asking(
        Request.Kind.CORRECTION,
        gettext_lazy("Pide una corrección"),
        gettext_lazy(
            "Di qué está mal en tu nombre o en tu documento. No escribas el número: te lo pedirán "
            "a la vista."
        ),
    ),
    "entidad": Asking(
        Request.Kind.INSTITUTION,
        gettext_lazy("Pide corregir tu entidad o tu cargo"),
        gettext_lazy("Di dónde trabajas, desde cuándo y en qué cargo."),
    ),
    "otro": Asking(Request.Kind.OTHER, gettext_lazy("Pide otra cosa")),
}


def who_answers(person: User) -> dict[str, Any]:
    """Return who reads what a person asks for: who coordinates where they serve, or, where nobody
    does, whether they serve anywhere and whether they coordinate themselves.
    """
    if named := coordinators_of(person, who_may_act=True):
        return {"coordinators": named}
    return {
        "serves": current_membership(person) is not None,
        "coordinates": holds_role(person, Role.COORDINATOR),
    }


@signed_in
@never_cache
@require_safe
def own_requests(request: PersonRequest) -> HttpResponse:
    """List what the person asked for, with state and answer."""
    rows = requests.own_requests(request.user)
    is_waiting = any(row.request.is_pending for row in rows)
    context = {
        "rows": rows,
        "is_waiting": is_waiting,
        "kinds": [(slug, asking.title) for slug, asking in ASKING.items()],
        **(who_answers(request.user) if is_waiting else {}),
    }
    return render(request, "roster/own_requests.html", context)


@signed_in
@never_cache
@require_http_methods(FORM_METHODS)
def ask_for(request: PersonRequest, kind: str) -> HttpResponse:
    """Take one request."""
    asking = ASKING.get(kind)
    if asking is None:
        raise Http404
    initial = {"quiz": request.GET.get("cuestionario", "")}
    form = asking.form(request.POST or None, person=request.user, initial=initial)
    limit = None
    if request.method == "POST" and form.is_valid():
        if take(REQUESTS_OF_PERSON, request.user.pk, now=timezone.now()):
            if stored(request, form, asking):
                return redirect("roster:own_requests")
        else:
            limit = REQUESTS_OF_PERSON
            form.add_error(None, _("Enviaste muchos pedidos. Espera una hora y envía otra vez."))
    has_nothing = isinstance(form, QuizRequestForm) and not form.quizzes
    context = {
        "form": form,
        "asking": asking,
        "has_nothing": has_nothing,
        **who_answers(request.user),
    }
    return held_back(render(request, "roster/ask.html", context), limit)


def stored(request: PersonRequest, form: RequestForm, asking: Asking) -> bool:
    """Store a request and tell so; False when the same waits already, and the form says it."""
    try:
        requests.ask(
            person=request.user,
            kind=asking.kind,
            words=form.cleaned_data["words"],
            uuid=form.identifier(),
            now=timezone.now(),
            quiz=form.about(),
        )
    except requests.AlreadyAsked:
        form.add_error(
            None,
            _(
                "Ya pediste lo mismo y espera respuesta. Míralo en «Mis pedidos»; si quieres "
                "cambiarlo, retíralo y pide otra vez."
            ),
        )
        return False
    messages.success(request, _("Recibimos tu pedido. Aquí verás la respuesta."))
    return True


@signed_in
@act_of(lambda request, uuid: reverse("roster:own_requests"))
def withdraw_request(request: PersonRequest, uuid) -> HttpResponse:
    """Take a request back."""
    own = Request.objects.filter(learner=request.user.learner_key, uuid=uuid)
    if requests.withdraw(person=request.user, uuid=uuid, now=timezone.now()):
        messages.success(request, _("Retiramos tu pedido."))
    elif own.exists():
        messages.info(request, _("Ese pedido ya no espera respuesta: mira cómo está."))
    else:
        raise Http404
    return redirect("roster:own_requests")
