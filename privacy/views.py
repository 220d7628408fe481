"""Serves what people may do with their own data: see it, take it away, ask that it be erased."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.current_password import PasswordForm
from accounts.limits import held_back
from accounts.models import User
from accounts.permissions import Role
from accounts.policies import FORM_METHODS, PersonRequest, act_of, for_site_roles, signed_in
from accounts.services import record_look
from privacy import erasure
from privacy.data_copy import take_copy
from privacy.data_map import holdings
from privacy.forms import DeclineForm, ErasureForm
from privacy.models import ErasureRequest
from privacy.queries import ANSWER_DAYS, erasure_requests_to_decide, last_erasure_request


@signed_in
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def own_data(request: PersonRequest) -> HttpResponse:
    """Say what each app holds about the person, and hand it over as one file against the password:
    the document is in it.
    """
    form = PasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        answer = HttpResponse(
            take_copy(user=request.user, now=timezone.now()), content_type="application/zip"
        )
        answer["Content-Disposition"] = 'attachment; filename="mis-datos-puriq.zip"'
        return answer
    counts = [
        {"title": holding.title, "count": len(list(holding.rows(request.user)))}
        for holding in holdings()
    ]
    parts = [part for part in counts if part["count"]]
    context = {
        "form": form,
        "parts": parts,
        "request_for_erasure": last_erasure_request(request.user),
    }
    return held_back(render(request, "privacy/own_data.html", context), form.reached)


@signed_in
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def ask_for_erasure(request: PersonRequest) -> HttpResponse:
    """Explain what goes and what stays, and take the request; while it waits, the person may take
    it back.
    """
    waiting = last_erasure_request(request.user)
    form = ErasureForm(request.POST or None, user=request.user)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            erasure.ask_for_erasure(user=request.user, now=timezone.now())
        except erasure.StillHoldsRole:
            form.add_error(
                None, _("Tienes un rol en Puriq. Pide primero en «Ayuda» que lo terminen.")
            )
            status = HTTPStatus.CONFLICT
        else:
            messages.success(
                request, _("Recibimos tu pedido. Te respondemos en 10 días hábiles como máximo.")
            )
            return redirect("privacy:own_data")
    consequences = [(holding.title, holding.after_erasure) for holding in holdings()]
    context = {
        "form": form,
        "left": consequences,
        "waiting": waiting if waiting and waiting.is_pending else None,
    }
    return held_back(
        render(request, "privacy/ask_for_erasure.html", context, status=status), form.reached
    )


@signed_in
@act_of(lambda request: reverse("privacy:own_data"))
def withdraw_erasure(request: PersonRequest) -> HttpResponse:
    """Take the request back."""
    if erasure.withdraw_request(user=request.user, now=timezone.now()):
        messages.success(request, _("Retiramos tu pedido. Tu cuenta sigue igual."))
    else:
        told = _("No había un pedido en espera: no cambiamos nada. Aquí ves cómo está.")
        messages.info(request, told)
    return redirect("privacy:own_data")


@for_site_roles(Role.OPERATOR)
@never_cache
@require_safe
def erasure_requests(request: PersonRequest) -> HttpResponse:
    """List who waits with the term of each, the latest first."""
    waiting = erasure_requests_to_decide(timezone.now())
    note_looks(request, [row.person for row in waiting])
    return render(
        request, "privacy/erasure_requests.html", {"requests": waiting, "days": ANSWER_DAYS}
    )


@for_site_roles(Role.OPERATOR)
@never_cache
@require_http_methods(FORM_METHODS)
def decide_erasure(request: PersonRequest, uuid: str) -> HttpResponse:
    """Show one request and carry it out, or decline it with a reason.

    What was decided meanwhile is told, never repeated.
    """
    erasure_request = get_object_or_404(ErasureRequest, uuid=uuid)
    if erasure_request.state != ErasureRequest.State.PENDING:
        messages.info(request, what_was_decided(erasure_request))
        return redirect("privacy:erasure_requests")
    form = DeclineForm(request.POST if "decline" in request.POST else None)
    if request.method == "POST" and ("decline" not in request.POST or form.is_valid()):
        return decided(request, erasure_request, form)
    waiting = erasure_requests_to_decide(timezone.now())
    row = next((row for row in waiting if row.request.pk == erasure_request.pk), None)
    person = row.person if row else None
    note_looks(request, [person])
    consequences = [holding.of_person for holding in holdings()]
    context = {
        "asked": erasure_request,
        "person": person,
        "term": row.term if row else None,
        "form": form,
        "left": consequences,
    }
    return render(request, "privacy/decide_erasure.html", context)


def what_was_decided(asked: ErasureRequest) -> str:
    """Say what became of a request that no longer waits."""
    return {
        ErasureRequest.State.WITHDRAWN: _("La persona retiró su pedido: no hay nada que decidir."),
        ErasureRequest.State.DECLINED: _(
            "Ese pedido ya tiene respuesta: no procede. La persona la lee en «Mis datos»."
        ),
        ErasureRequest.State.DONE: _("Ese pedido ya se cumplió: sus datos están borrados."),
    }[ErasureRequest.State(asked.state)]


def note_looks(request: PersonRequest, people: list[User | None]) -> None:
    """Leave a line for each person whose request an operator reads (P17)."""
    for person in people:
        if person:
            record_look(
                person=person,
                looked_by=request.user,
                action="erasure_request_seen",
                now=timezone.now(),
            )


def decided(request: PersonRequest, asked: ErasureRequest, form: DeclineForm) -> HttpResponse:
    """Do what the operator chose, and lead back to the list."""
    try:
        if "decline" in request.POST:
            reason = form.cleaned_data["reason"]
            erasure.decline_request(
                request=asked, operator=request.user, reason=reason, now=timezone.now()
            )
            messages.success(request, _("Guardamos el motivo. La persona lo lee en «Mis datos»."))
        else:
            erasure.carry_out(request=asked, operator=request.user, now=timezone.now())
            messages.success(request, _("Borramos los datos de la persona. Ya no puede ingresar."))
    except erasure.AlreadyDecided:
        asked.refresh_from_db()
        messages.info(request, what_was_decided(asked))
    except erasure.StillHoldsRole:
        messages.error(request, _("Esa persona tiene un rol. Termina primero su rol."))
    return redirect("privacy:erasure_requests")
