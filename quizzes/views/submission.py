"""Shows what an attempt would hand in, and hands it in."""

from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.policies import PersonRequest, signed_in
from learning.services import ConflictingRepeat
from lib.identifiers import read_uuid
from lib.lists import listed
from quizzes.models import Attempt, ResponseEvent
from quizzes.papers import shown_items
from quizzes.queries import current_events
from quizzes.services import AttemptClosed, submit_attempt
from quizzes.timing import seconds_late
from quizzes.views.own import attempt_context, late_line, own_attempt


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: PersonRequest, attempt_uuid: UUID) -> HttpResponse:
    """Show which questions are answered, blank or marked; POST submits on purpose."""
    if request.method == "POST":
        return submit(request, attempt_uuid)
    attempt = own_attempt(request, attempt_uuid)
    if not attempt.is_open:
        return redirect("quizzes:result", attempt.uuid)
    return review_page(request, attempt)


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
    items = shown_items(attempt.paper, events)
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
    template = "quizzes/time_over.html" if is_over else "quizzes/review.html"
    return render(request, template, context, status=status)


def late_note(attempt: Attempt, events: dict[int, ResponseEvent]) -> str:
    """Return how late the last stored answer came, in words; nothing when it came in time."""
    last = max(events.values(), key=lambda event: event.pk, default=None)
    return late_line(seconds_late(last.received_at, attempt.deadline_at)) if last else ""


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
