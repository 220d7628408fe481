"""Fetches the learner's own attempt, says where it goes on, and what every page of one shows."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.policies import PersonRequest
from quizzes.models import Attempt, ResponseEvent
from quizzes.papers import resume_slot
from quizzes.permissions import attempt_of


def own_attempt(request: PersonRequest, attempt_uuid: UUID) -> Attempt:
    """Return the learner's own attempt; somebody else's does not exist."""
    attempt = attempt_of(request.user, attempt_uuid)
    if attempt is None:
        raise Http404
    return attempt


def accepts_answers(attempt: Attempt) -> bool:
    """True while questions are shown: what is on its way when the time is over still counts within
    its grace.
    """
    return attempt.is_open and not attempt.is_over(timezone.now())


def resumed(attempt: Attempt, events: Mapping[int, ResponseEvent]) -> HttpResponse:
    """Lead to where the learner stopped, with the current event of each slot, or to the end of an
    attempt that takes no more answers.
    """
    if not accepts_answers(attempt):
        return redirect("quizzes:result", attempt.uuid)
    slot = resume_slot(attempt.paper, events)
    if slot is None:
        return redirect("quizzes:review", attempt.uuid)
    return redirect("quizzes:question", attempt.uuid, slot)


def attempt_context(attempt: Attempt) -> dict[str, Any]:
    """Return what every page of an attempt shows around its matter."""
    return {"attempt": attempt, "title": attempt.rules["title"]}


def late_line(seconds: int) -> str:
    """Return how late an accepted answer came, in words; nothing when it came in time."""
    if not seconds:
        return ""
    sentence = ngettext(
        "Se guardó con %(seconds)d segundo de retraso. Lo aceptamos.",
        "Se guardó con %(seconds)d segundos de retraso. Lo aceptamos.",
        seconds,
    )
    return sentence % {"seconds": seconds}
