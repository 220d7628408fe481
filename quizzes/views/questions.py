"""Shows one question at a time and stores its answers."""

from datetime import datetime
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policies import PersonRequest, signed_in
from learning.services import ConflictingRepeat, Provenance
from quizzes.forms import Answer, read_answer
from quizzes.models import Attempt, ResponseEvent
from quizzes.papers import (
    answer_in_words,
    display_of,
    item_at,
    shown_item,
    shown_items,
    squares_of,
)
from quizzes.queries import current_events
from quizzes.services import AttemptClosed, Order, StoredAnswer, save_response
from quizzes.views.own import (
    accepts_answers,
    attempt_context,
    late_line,
    own_attempt,
    resumed,
)
from quizzes.wording import clock_time, clock_time_on


@signed_in
@never_cache
@require_safe
def resume(request: PersonRequest, attempt_uuid: UUID) -> HttpResponse:
    """Lead to where the learner stopped in this attempt, or to its end when its time is over."""
    attempt = own_attempt(request, attempt_uuid)
    return resumed(attempt, current_events(attempt))


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: PersonRequest, attempt_uuid: UUID, slot: int) -> HttpResponse:
    """Show one question; POST stores the answer and goes on."""
    if request.method == "POST":
        return answer(request, attempt_uuid, slot)
    attempt = own_attempt(request, attempt_uuid)
    if not 1 <= slot <= len(attempt.paper):
        raise Http404
    if not accepts_answers(attempt):
        return redirect("quizzes:result", attempt.uuid)
    return question_page(request, attempt, slot)


def question_page(
    request: PersonRequest,
    attempt: Attempt,
    slot: int,
    *,
    draft: Answer | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show a question with what is stored, or with what was just chosen when it could not be
    stored.
    """
    events = current_events(attempt)
    item = shown_item(item_at(attempt.paper, slot), events.get(slot))
    context = {
        **attempt_context(attempt),
        "heading": _("Pregunta %(number)s de %(total)s")
        % {"number": slot, "total": len(attempt.paper)},
        "item": item,
        "shown": display_of(attempt.paper, slot, draft.response) if draft else item.display,
        "is_marked": draft.is_marked if draft else item.is_marked,
        "squares": squares_of(attempt.paper, events, here=slot),
        "total": len(attempt.paper),
        "saved_at": events[slot].received_at if slot in events and not draft else None,
        "act_uuid": uuid4(),
        "sequence": next_sequence(events),
        "problem": problem,
    }
    return render(request, "quizzes/question.html", context, status=status)


def next_sequence(events: dict[int, ResponseEvent]) -> int:
    """Return the order of the next choice of a page: after everything stored."""
    return max((event.sequence for event in events.values()), default=0) + 1


def answer(request: PersonRequest, attempt_uuid: UUID, slot: int) -> HttpResponse:
    """Store an answer sent by the form or by the small script; neither ever loses what was
    chosen.
    """
    draft = read_answer(request.POST)
    try:
        row = save_response(
            attempt_uuid=attempt_uuid,
            learner=request.user.learner_key,
            uuid=draft.uuid or uuid4(),
            slot=slot,
            order=Order(draft.sequence, draft.seen, draft.tried),
            answer=draft.response,
            is_marked=draft.is_marked,
            provenance=Provenance(timezone.now()),
        )
    except (Attempt.DoesNotExist, ValueError):
        raise Http404 from None
    except ConflictingRepeat:
        return conflict(request, attempt_uuid, slot, draft)
    except AttemptClosed:
        return closed(request, attempt_uuid, slot, draft)
    if not row.counts:
        return closed(request, attempt_uuid, slot, draft, is_late=True)
    return stored(request, attempt_uuid, slot, row, draft)


def stored(
    request: PersonRequest, attempt_uuid: UUID, slot: int, row: StoredAnswer, draft: Answer
) -> HttpResponse:
    """Answer a stored response: the time of saving to the script, the next page to the form."""
    following = address_after(attempt_uuid, row, draft)
    if wants_json(request):
        return JsonResponse(facts_of_stored(row, following if "go" in request.POST else ""))
    if row.is_current:
        return redirect(following)
    attempt = own_attempt(request, attempt_uuid)
    return question_page(request, attempt, slot, problem=other_device(), status=409)


def facts_of_stored(row: StoredAnswer, following: str) -> dict[str, object]:
    """Return what the script is told of a stored response; one that was overtaken leads nowhere."""
    problems = [late_line(row.seconds_late), "" if row.is_current else other_device()]
    facts: dict[str, object] = {
        "saved_at": clock_time(timezone.localtime(row.event.received_at)),
        "problem": " ".join(filter(None, problems)),
    }
    if not row.is_current:
        facts["is_older"] = True
    elif following:
        facts["url"] = following
    return facts


def address_after(attempt_uuid: UUID, row: StoredAnswer, draft: Answer) -> str:
    """Return where the pressed button leads: a question by its number, or the review; an answer
    that came late leads to the review, which says so.
    """
    if draft.go is None or row.seconds_late:
        return reverse("quizzes:review", args=[attempt_uuid])
    return reverse("quizzes:question", args=[attempt_uuid, draft.go])


def conflict(request: PersonRequest, attempt_uuid: UUID, slot: int, draft: Answer) -> HttpResponse:
    """Answer an identifier that came again with other content: the form keeps what was chosen and
    can be sent again.
    """
    if wants_json(request):
        return JsonResponse({"problem": other_device(), "is_older": True}, status=409)
    attempt = own_attempt(request, attempt_uuid)
    if not attempt.is_open:
        return closed(request, attempt_uuid, slot, draft)
    problem = _("Actualizamos la página. Tu respuesta no se perdió: revísala y continúa.")
    return question_page(request, attempt, slot, draft=draft, problem=problem, status=409)


def closed(
    request: PersonRequest, attempt_uuid: UUID, slot: int, draft: Answer, *, is_late: bool = False
) -> HttpResponse:
    """Answer a page older than the submission, or one sent after the closing hour: what was chosen
    there does not count.

    It says what that was, and where the result is.
    """
    attempt = own_attempt(request, attempt_uuid)
    late_problem = refused_late(attempt.deadline_at) if is_late and attempt.deadline_at else ""
    if wants_json(request):
        problem = late_problem or _("Este intento ya se entregó: esta respuesta no cambia tu nota.")
        address = reverse("quizzes:result", args=[attempt.uuid])
        return JsonResponse({"problem": problem, "url": address}, status=409)

    heading = (
        _("Se acabó el tiempo de este intento") if is_late else _("Este intento ya se entregó")
    )
    problem = late_problem or _(
        "Actualizamos la página. Este intento ya se entregó: lo que marcaste ahora no cambia tu "
        "nota."
    )
    context = {
        **attempt_context(attempt),
        "heading": heading,
        "problem": problem,
        "item": shown_items(attempt.paper, {})[slot - 1],
        "may_ask": is_late,
        "told": answer_in_words(attempt.paper, slot, draft.response),
    }
    return render(request, "quizzes/closed.html", context, status=409)


def refused_late(deadline: datetime) -> str:
    """Return that an answer came after the closing hour, what became of it, and where to object."""
    time = clock_time_on(timezone.localtime(deadline), timezone.localdate())
    sentence = _(
        "Llegó después de la hora de cierre (%(time)s). No cuenta para la nota, pero queda "
        "registrada. Si no estás de acuerdo, escríbelo en Ayuda."
    )
    return sentence % {"time": time}


def other_device() -> str:
    """Return that another tab or device had sent an answer to the same question."""
    return _(
        "Esta respuesta ya se envió desde otra pestaña u otro equipo. Mostramos la más reciente."
    )


def wants_json(request: PersonRequest) -> bool:
    """True when the small script sent the answer."""
    return request.headers.get("accept", "").startswith("application/json")
