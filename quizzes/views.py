"""Serves the learner's quiz: before, question, review, result."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policies import PersonRequest, signed_in
from courses.outline import Activity
from learning.addresses import course_address
from learning.grades import shown_grade
from learning.queries import OpenCourse, Study
from learning.services import ConflictingRepeat, Provenance
from lib.identifiers import read_uuid
from lib.lists import listed
from quizzes.forms import Answer, read_answer
from quizzes.models import Attempt, ResponseEvent
from quizzes.permissions import attempts_of
from quizzes.queries import (
    Standing,
    current_events,
    result_of,
    resume_slot,
    rules_of,
    shown_as_typed,
    shown_items,
    standing_of,
    told_as_typed,
)
from quizzes.selection import NotEnoughQuestions
from quizzes.services import (
    AttemptClosed,
    NoAttemptsLeft,
    Saved,
    save_response,
    start_attempt,
    submit_attempt,
)
from quizzes.timing import seconds_late
from quizzes.wording import clock_time, clock_time_on, day_and_time, waiting_line


@never_cache
def quiz(
    request: HttpRequest, course: OpenCourse, study: Study, activity: Activity
) -> HttpResponse:
    """Say the rules before starting; POST starts or continues an attempt.

    Learning's guard has let the learner in.
    """
    # Already read by the guard: without this the service would read it again.
    study.enrolment.course = course.head
    return (
        start(request, course, study, activity)
        if request.method == "POST"
        else before(request, course, study, activity)
    )


def start(
    request: HttpRequest, course: OpenCourse, study: Study, activity: Activity
) -> HttpResponse:
    """Open the attempt and lead to its first question, or say why it cannot be opened."""
    uuid = read_uuid(request.POST.get("uuid"))
    try:
        attempt = start_attempt(
            enrolment=study.enrolment, quiz_key=activity.key, uuid=uuid, now=timezone.now()
        )
    except NoAttemptsLeft as refusal:
        return before(
            request, course, study, activity, problem=no_attempts_left(refusal.standing), status=409
        )
    except NotEnoughQuestions:
        problem = _(
            "Este cuestionario todavía no tiene todas sus preguntas. Tu avance está guardado. "
            "Avísanos en Ayuda y vuelve más tarde."
        )
        return before(request, course, study, activity, problem=problem, status=409)
    except ConflictingRepeat:
        problem = _("Actualizamos la página. Tu avance no se perdió: pulsa el botón otra vez.")
        return before(request, course, study, activity, problem=problem, status=409)
    return redirect("quizzes:resume", attempt.uuid)


def no_attempts_left(standing: Standing) -> str:
    """Return why no attempt can be started, with the best grade and the way on."""
    facts = {
        "count": len(standing.attempts),
        "grade": shown_grade(standing.best or 0.0, standing.rules["pass_mark"]),
    }
    told = ngettext(
        "Usaste tu único intento. Tu mejor nota es %(grade)s de 20.",
        "Usaste tus %(count)d intentos. Tu mejor nota es %(grade)s de 20.",
        facts["count"],
    )
    return f"{told % facts} {way_on(standing)}".strip()


def way_on(standing: Standing) -> str:
    """Return how somebody without attempts goes on: when the next one opens, or that none will;
    nothing for who has passed.
    """
    if standing.has_passed:
        return ""
    if standing.opens_at:
        moment = day_and_time(timezone.localtime(standing.opens_at))
        return _(
            "Puedes intentarlo otra vez el %(moment)s Mientras tanto, repasa las lecciones."
        ) % {"moment": moment}
    return _(
        "Este cuestionario no da más intentos. Tus lecciones siguen abiertas. Si tienes una "
        "duda, escribe en Ayuda."
    )


def attempts_line(standing: Standing) -> str:
    """Return how many attempts there are, in the words of the rules before a quiz."""
    if standing.opens_at:
        return _("Ninguno por ahora")
    if standing.is_used_up:
        return _("Tienes un intento más") if standing.left else _("Ninguno")
    told = ngettext(
        "Te queda %(left)d de %(total)d", "Te quedan %(left)d de %(total)d", standing.left
    )
    return told % {"left": standing.left, "total": standing.allowance.at_once}


def before(
    request: HttpRequest,
    course: OpenCourse,
    study: Study,
    activity: Activity,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show number of questions, attempts left, pass mark, and the learner's own earlier
    attempts.
    """
    rules = rules_of(activity)
    standing = standing_of(study.enrolment, activity.key, rules, timezone.now())
    if not standing.left and not standing.open_attempt and not problem:
        problem = no_attempts_left(standing)
    opened = standing.open_attempt
    following = course.outline.neighbours(activity.key)[1]
    context = {
        "activity": activity,
        "outline": course.outline,
        "rules": rules,
        "standing": standing,
        "attempts_line": attempts_line(standing),
        "waiting_line": waiting_line(standing.allowance),
        "is_over": bool(opened and opened.is_over(standing.now)),
        "problem": problem,
        "question_count": sum(draw["count"] for draw in rules["draws"]),
        "course_url": course_address(course.outline.slug),
        "following": following,
        "act_uuid": uuid4(),
    }
    return render(request, "quizzes/quiz_page.html", context, status=status)


def own_attempt(request: PersonRequest, attempt_uuid: UUID) -> Attempt:
    """Return the learner's own attempt; somebody else's does not exist."""
    attempt = attempts_of(request.user).filter(uuid=attempt_uuid).first()
    if attempt is None:
        raise Http404
    return attempt


@signed_in
@never_cache
@require_safe
def resume(request: PersonRequest, attempt_uuid: UUID) -> HttpResponse:
    """Lead to where the learner stopped in this attempt, or to its end when its time is over."""
    attempt = own_attempt(request, attempt_uuid)
    if not accepts_answers(attempt):
        return redirect("quizzes:result", attempt.uuid)
    slot = resume_slot(attempt.paper, current_events(attempt))
    return (
        redirect("quizzes:question", attempt.uuid, slot)
        if slot
        else redirect("quizzes:review", attempt.uuid)
    )


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
    return (
        question_page(request, attempt, slot)
        if accepts_answers(attempt)
        else redirect("quizzes:result", attempt.uuid)
    )


def accepts_answers(attempt: Attempt) -> bool:
    """True while questions are shown: what is on its way when the time is over still counts within
    its grace.
    """
    return attempt.is_open and not attempt.is_over(timezone.now())


def question_page(
    request: PersonRequest,
    attempt: Attempt,
    slot: int,
    *,
    typed: Answer | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show a question with what is stored, or with what was just chosen when it could not be
    stored.
    """
    events = current_events(attempt)
    items = shown_items(attempt, events)
    item = items[slot - 1]
    context = {
        **attempt_context(attempt),
        "item": item,
        "shown": shown_as_typed(attempt, slot, typed.response) if typed else item.shown,
        "is_marked": typed.is_marked if typed else item.is_marked,
        "items": items,
        "total": len(items),
        "saved_at": events[slot].received_at if slot in events and not typed else None,
        "act_uuid": uuid4(),
        "sequence": next_order(events),
        "problem": problem,
    }
    return render(request, "quizzes/question.html", context, status=status)


def answer(request: PersonRequest, attempt_uuid: UUID, slot: int) -> HttpResponse:
    """Store an answer sent by the form or by the small script; neither ever loses what was
    chosen.
    """
    sent = read_answer(request.POST)
    try:
        saved = save_response(
            attempt_uuid=attempt_uuid,
            learner=request.user.learner_key,
            uuid=sent.uuid or uuid4(),
            slot=slot,
            sequence=sent.sequence,
            answer=sent.response,
            is_marked=sent.is_marked,
            provenance=Provenance(timezone.now()),
        )
    except (Attempt.DoesNotExist, ValueError):
        raise Http404 from None
    except ConflictingRepeat:
        return conflict(request, attempt_uuid, slot, sent)
    except AttemptClosed:
        return closed(request, attempt_uuid, slot, sent)
    return (
        stored(request, attempt_uuid, slot, saved, sent)
        if saved.counts
        else closed(request, attempt_uuid, slot, sent, is_late=True)
    )


def stored(
    request: PersonRequest, attempt_uuid: UUID, slot: int, saved: Saved, sent: Answer
) -> HttpResponse:
    """Answer a stored response: the time of saving to the script, the next page to the form."""
    other = (
        ""
        if saved.is_current
        else _(
            "Esta respuesta ya se envió desde otra pestaña u otro equipo. Mostramos la más "
            "reciente."
        )
    )
    if wants_json(request):
        told = " ".join(filter(None, [accepted_late(saved.seconds_late), other]))
        saved_at = clock_time(timezone.localtime(saved.event.received_at))
        leads = (
            {"url": address_after(attempt_uuid, sent, saved)}
            if "go" in request.POST and not other
            else {}
        )
        older = {"is_older": True} if other else {}
        return JsonResponse({"saved_at": saved_at, "problem": told, **older, **leads})
    if other:
        return question_page(
            request, own_attempt(request, attempt_uuid), slot, problem=other, status=409
        )
    return redirect(address_after(attempt_uuid, sent, saved))


def next_order(events: dict[int, ResponseEvent]) -> int:
    """Return the order of the next choice of a page: after everything stored."""
    return max((event.sequence for event in events.values()), default=0) + 1


def address_after(attempt_uuid: UUID, sent: Answer, saved: Saved) -> str:
    """Return where a stored answer leads; one that came late leads to the review, which says so."""
    return (
        reverse("quizzes:review", args=[attempt_uuid])
        if saved.seconds_late
        else next_address(attempt_uuid, sent.go)
    )


def accepted_late(seconds: int) -> str:
    """Return how late an accepted answer came, in words; nothing when it came in time."""
    if not seconds:
        return ""
    told = (
        "Se guardó con %(seconds)d segundo de retraso. Lo aceptamos.",
        "Se guardó con %(seconds)d segundos de retraso. Lo aceptamos.",
    )
    return ngettext(*told, seconds) % {"seconds": seconds}


def refused_late(deadline: datetime) -> str:
    """Return that an answer came after the closing hour, what became of it, and where to object."""
    time = clock_time_on(timezone.localtime(deadline), timezone.localdate())
    told = _(
        "Llegó después de la hora de cierre (%(time)s). No cuenta para la nota, pero queda "
        "registrada. Si no estás de acuerdo, escríbelo en Ayuda."
    )
    return told % {"time": time}


def conflict(request: PersonRequest, attempt_uuid: UUID, slot: int, sent: Answer) -> HttpResponse:
    """Answer an identifier that came again with other content: the form keeps what was chosen and
    can be sent again.
    """
    if wants_json(request):
        told = _(
            "Esta respuesta ya se envió desde otra pestaña u otro equipo. Mostramos la más "
            "reciente."
        )
        return JsonResponse({"problem": told, "is_older": True}, status=409)
    attempt = own_attempt(request, attempt_uuid)
    if not attempt.is_open:
        return closed(request, attempt_uuid, slot, sent)
    problem = _("Actualizamos la página. Tu respuesta no se perdió: revísala y continúa.")
    return question_page(request, attempt, slot, typed=sent, problem=problem, status=409)


def closed(
    request: PersonRequest, attempt_uuid: UUID, slot: int, sent: Answer, *, is_late: bool = False
) -> HttpResponse:
    """Answer a page older than the submission, or one sent after the closing hour: what was chosen
    there does not count.

    It says what that was, and where the result is.
    """
    attempt = own_attempt(request, attempt_uuid)
    heading = (
        _("Se acabó el tiempo de este intento") if is_late else _("Este intento ya se entregó")
    )
    problem = _(
        "Actualizamos la página. Este intento ya se entregó: lo que marcaste ahora no cambia tu "
        "nota."
    )
    if is_late and attempt.deadline_at:
        problem = refused_late(attempt.deadline_at)
    if wants_json(request):
        told = (
            problem
            if is_late
            else _("Este intento ya se entregó: esta respuesta no cambia tu nota.")
        )
        return JsonResponse(
            {"problem": told, "url": reverse("quizzes:result", args=[attempt.uuid])}, status=409
        )
    item = shown_items(attempt, {})[slot - 1]
    context = {
        **attempt_context(attempt),
        "heading": heading,
        "problem": problem,
        "item": item,
        "may_ask": is_late,
    }
    context["told"] = told_as_typed(attempt, slot, sent.response)
    return render(request, "quizzes/closed.html", context, status=409)


def wants_json(request: PersonRequest) -> bool:
    """True when the small script sent the answer."""
    return request.headers.get("accept", "").startswith("application/json")


def next_address(attempt_uuid: UUID, place: int | None) -> str:
    """Return where the pressed button leads: a question by its number, or the review."""
    if place is not None:
        return reverse("quizzes:question", args=[attempt_uuid, place])
    return reverse("quizzes:review", args=[attempt_uuid])


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: PersonRequest, attempt_uuid: UUID) -> HttpResponse:
    """Show which questions are answered, blank or marked; POST submits on purpose."""
    if request.method == "POST":
        return submit(request, attempt_uuid)
    attempt = own_attempt(request, attempt_uuid)
    return (
        review_page(request, attempt)
        if attempt.is_open
        else redirect("quizzes:result", attempt.uuid)
    )


def submit(request: PersonRequest, attempt_uuid: UUID) -> HttpResponse:
    """Submit; pressed twice, it leads to the same result."""
    uuid = read_uuid(request.POST.get("uuid")) or uuid4()
    try:
        submit_attempt(
            attempt_uuid=attempt_uuid,
            learner=request.user.learner_key,
            uuid=uuid,
            received_at=timezone.now(),
        )
    except Attempt.DoesNotExist:
        raise Http404 from None
    except ConflictingRepeat:
        problem = _(
            "Actualizamos la página. Tus respuestas no se perdieron: revísalas y entrega otra vez."
        )
        return review_page(request, own_attempt(request, attempt_uuid), problem=problem, status=409)
    except AttemptClosed:
        pass
    return redirect("quizzes:result", attempt_uuid)


def review_page(
    request: PersonRequest, attempt: Attempt, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show the state of every question before submitting; once the time is over, only how many were
    answered.
    """
    events = current_events(attempt)
    items = shown_items(attempt, events)
    blank = [item.slot for item in items if not item.is_answered]
    context = {
        **attempt_context(attempt),
        "items": items,
        "blank": blank,
        "answered": len(items) - len(blank),
        "warning": blank_warning(blank, len(items)),
        "late_note": late_note(attempt, events),
        "problem": problem,
        "act_uuid": uuid4(),
    }
    is_over = attempt.is_over(timezone.now())
    return render(
        request,
        "quizzes/time_over.html" if is_over else "quizzes/review.html",
        context,
        status=status,
    )


def late_note(attempt: Attempt, events: dict[int, ResponseEvent]) -> str:
    """Return how late the last stored answer came, in words; nothing when it came in time."""
    last = max(events.values(), key=lambda event: event.pk, default=None)
    return accepted_late(seconds_late(last.received_at, attempt.deadline_at)) if last else ""


def blank_warning(blank: list[int], total: int) -> str:
    """Return which questions are blank, in words."""
    if not blank:
        return ""
    if len(blank) == total:
        return _("Dejaste en blanco todas las preguntas. Puedes responderlas o entregar así.")
    if len(blank) == 1:
        return _("Dejaste en blanco la pregunta %(number)d. Puedes responderla o entregar así.") % {
            "number": blank[0]
        }
    return _("Dejaste en blanco las preguntas %(numbers)s. Puedes responderlas o entregar así.") % {
        "numbers": listed(blank)
    }


@signed_in
@never_cache
@require_safe
def result(request: PersonRequest, attempt_uuid: UUID) -> HttpResponse:
    """Show the grade and, when the review policy allows, every answer with the norm that backs
    it.
    """
    attempt = own_attempt(request, attempt_uuid)
    if attempt.is_open:
        return redirect("quizzes:review", attempt.uuid)
    found = result_of(attempt, timezone.now())
    return render(
        request,
        "quizzes/result.html",
        {**attempt_context(attempt), "result": found, "way_on": way_on(found.standing)},
    )


def attempt_context(attempt: Attempt) -> dict[str, Any]:
    """Return what every page of an attempt shows around its matter."""
    return {"attempt": attempt, "title": attempt.rules["title"]}
