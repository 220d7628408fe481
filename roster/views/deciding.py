"""Serves what learners ask for to who looks after them: the queue, and each decision."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import PEOPLE_CORRECTED, held_back, take
from accounts.models import User
from accounts.permissions import STEWARDS, may_act_on
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from accounts.services import BeyondTheCeiling, record_look
from learning.services import NotInOutline
from quizzes.services import NeedsNoAttempt, NeedsNoTime
from roster.models import Request
from roster.permissions import requests_visible_to
from roster.request_forms import BulkDecisionForm, DecisionForm, TimeDecisionForm
from roster.requests import AlreadyDecided, Asked, decide, with_people
from roster.services import record_list

MOST_SHOWN = 100
IN_BULK = {Request.Kind.ATTEMPT, Request.Kind.TIME}
REFUSALS = (AlreadyDecided, BeyondTheCeiling, NeedsNoAttempt, NeedsNoTime, NotInOutline)


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def requests_to_decide(request: PersonRequest) -> HttpResponse:
    """List what waits, the oldest first, or what was decided; answer several at once that are
    about a quiz.
    """
    waiting = requests_visible_to(request.user).filter(state=Request.State.PENDING)
    form = BulkDecisionForm(request.POST or None)
    limit = None
    if request.method == "POST":
        sent = requests_visible_to(request.user).filter(kind__in=IN_BULK)
        rows = sent.filter(uuid__in=uuids_in(request)).values_list("uuid", "kind")
        form.offer({str(name): kind for name, kind in rows})
        if form.is_valid():
            if take(PEOPLE_CORRECTED, request.user.pk, now=timezone.now()):
                return decided_in_bulk(request, form)
            limit = PEOPLE_CORRECTED
            form.add_error(None, _("Hiciste muchos cambios seguidos. Espera una hora."))
    is_past = request.GET.get("estado") == "respondidos"
    if is_past:
        rows = requests_visible_to(request.user).exclude(state=Request.State.PENDING)
        rows = rows.order_by("-decided_at", "-pk")
    else:
        rows = waiting.order_by("asked_at", "pk")
    shown = with_people(rows[: MOST_SHOWN + 1])
    record_list(by=request.user, count=len(shown), now=timezone.now())
    context = {
        "rows": shown[:MOST_SHOWN],
        "has_more": len(shown) > MOST_SHOWN,
        "most": MOST_SHOWN,
        "is_past": is_past,
        "in_bulk": set() if is_past else {row.request.kind for row in shown} & IN_BULK,
        "form": form,
        "marked": request.POST.getlist("asked"),
    }
    return held_back(render(request, "roster/requests.html", context), limit)


def uuids_in(request: PersonRequest) -> list[UUID]:
    """Return the marked requests; what is no identifier is none."""
    found = []
    for text in request.POST.getlist("asked")[: 2 * MOST_SHOWN]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def decided_in_bulk(request: PersonRequest, form: BulkDecisionForm) -> HttpResponse:
    """Answer every marked request, each for itself, and say whose was not and why."""
    now = timezone.now()
    marked = requests_visible_to(request.user).filter(uuid__in=form.cleaned_data["asked"])
    done, refused = 0, []
    for asked in with_people(marked.order_by("asked_at", "pk")):
        if asked.person is None:
            continue
        try:
            decide(
                request=asked.request,
                person=asked.person,
                decision=form.cleaned_data["decision"],
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=now,
                given=form.given(),
            )
        except REFUSALS as error:
            refused.append(f"{asked.person}: {refusal_of(error)}")
        else:
            done += 1
    if done:
        told = ngettext("Respondiste %(n)d pedido.", "Respondiste %(n)d pedidos.", done)
        messages.success(request, told % {"n": done})
    for line in refused:
        messages.error(request, line)
    return redirect("roster:requests")


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def decide_request(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Show one request and answer it. Who reads it leaves a line in the trail."""
    found = with_people(requests_visible_to(request.user).filter(uuid=uuid))
    if not found or found[0].person is None:
        raise Http404
    asked, person = found[0], found[0].person
    is_about_time = asked.request.kind == Request.Kind.TIME
    form = (TimeDecisionForm if is_about_time else DecisionForm)(request.POST or None)
    limit = None
    unsent = ""
    if request.method == "POST" and form.is_valid():
        if not take(PEOPLE_CORRECTED, request.user.pk, now=timezone.now()):
            limit = PEOPLE_CORRECTED
            form.add_error(None, _("Hiciste muchos cambios seguidos. Espera una hora."))
        elif answer := decided(request, asked, person, form):
            return answer
        asked.request.refresh_from_db()
        unsent = "" if asked.request.is_pending else form.cleaned_data["reason"]
    record_look(person=person, looked_by=request.user, action="request_seen", now=timezone.now())
    context = {
        "asked": asked,
        "person": person,
        "form": form,
        "unsent": unsent,
        "may_decide": asked.request.is_pending and may_act_on(request.user, person),
    }
    return held_back(render(request, "roster/request.html", context), limit)


def decided(
    request: PersonRequest, asked: Asked, person: User, form: DecisionForm
) -> HttpResponse | None:
    """Answer one request and return where that leads; None when the form says why not."""
    try:
        decide(
            request=asked.request,
            person=person,
            decision=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
            actor=request.user,
            now=timezone.now(),
            given=form.given(),
        )
    except AlreadyDecided as error:
        messages.info(request, refusal_of(error))
        return None
    except REFUSALS as error:
        form.add_error(None, refusal_of(error))
        return None
    messages.success(request, _("Guardamos tu respuesta. Le llegará un aviso."))
    return redirect("roster:requests")


def refusal_of(error: Exception) -> str:
    """Return why a request was not decided, and what to do."""
    if isinstance(error, AlreadyDecided):
        return _("Ese pedido ya tiene respuesta, o lo retiraron. No cambiamos nada.")
    if isinstance(error, BeyondTheCeiling):
        return _("Lo decide quien tiene un rol más amplio que el suyo. No cambiamos nada.")
    if isinstance(error, NotInOutline):
        return _("Ese cuestionario ya no está en el curso: responde «No procede» y dilo.")
    if isinstance(error, NeedsNoTime):
        return _(
            "Ya aprobó, el cuestionario no tiene límite de tiempo, o no le queda ningún intento. "
            "Dale antes un intento más, o responde «No procede» y dilo."
        )
    return _(
        "Ya puede empezar un intento, tiene uno abierto o por calificar, o ya aprobó. Si no le "
        "falta nada, responde «No procede» y dilo."
    )
