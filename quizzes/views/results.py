"""Shows the result of an attempt."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.policies import PersonRequest, signed_in
from learning.activities import waits_in
from quizzes.review import result_of
from quizzes.views.own import attempt_context, own_attempt
from quizzes.wording import mark_line, way_on


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
    outcome = result_of(attempt, timezone.now())
    context = {
        **attempt_context(attempt),
        "result": outcome,
        "next_activity": outcome.study.next_activity(waits_in(outcome.study, timezone.now())),
        "way_on": way_on(outcome.standing),
        "mark_line": mark_line(),
    }
    return render(request, "quizzes/result.html", context)
