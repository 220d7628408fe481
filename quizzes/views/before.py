"""Shows the rules of a quiz before an attempt, and starts one."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from courses.outline import Activity
from learning.activities import waits_in
from learning.addresses import course_address
from learning.queries import OpenCourse, Study
from learning.services import ConflictingRepeat
from lib.identifiers import read_uuid
from quizzes.queries import current_events, minutes_given, rules_of, standing_of
from quizzes.selection import NotEnoughQuestions
from quizzes.services import TIME_LIMIT, EnrolmentChanged, NoAttemptsLeft, start_attempt
from quizzes.views.own import resumed
from quizzes.wording import attempts_line, no_attempts_left, waiting_line


@never_cache
def quiz(
    request: HttpRequest, course: OpenCourse, study: Study, activity: Activity
) -> HttpResponse:
    """Say the rules before starting; POST starts or continues an attempt.

    Learning's guard has let the learner in.
    """
    # Already read by the guard: without this the service would read it again.
    study.enrolment.course = course.head
    if request.method == "POST":
        return start(request, course, study, activity)
    return before(request, course, study, activity)


def start(
    request: HttpRequest, course: OpenCourse, study: Study, activity: Activity
) -> HttpResponse:
    """Open the attempt and lead to its first question, or say why it cannot be opened."""
    uuid, now = read_uuid(request.POST.get("uuid")), timezone.now()
    try:
        attempt = start_attempt(
            enrolment=study.enrolment, quiz_key=activity.key, uuid=uuid, now=now
        )
    except NoAttemptsLeft as refusal:
        problem = no_attempts_left(refusal.standing)
    except NotEnoughQuestions:
        problem = _(
            "Este cuestionario todavía no tiene todas sus preguntas. Tu avance está guardado. "
            "Avísanos en Ayuda y vuelve más tarde."
        )
    except EnrolmentChanged:
        problem = _(
            "No empezamos ningún intento: tu inscripción cambió mientras abrías esta página, por "
            "ejemplo porque unimos tus dos cuentas. Entra otra vez al curso y empieza desde ahí."
        )
    except ConflictingRepeat:
        problem = _("Actualizamos la página. Tu avance no se perdió: pulsa el botón otra vez.")
    else:
        # Nothing is answered of one that this act opened, and nothing asked.
        is_new = attempt.started_at == now
        return resumed(attempt, {} if is_new else current_events(attempt))
    return before(request, course, study, activity, problem=problem, status=409)


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
    open_attempt = standing.open_attempt
    is_needed = not (standing.left or open_attempt or standing.has_passed)
    if is_needed and not problem:
        problem = no_attempts_left(standing)

    minutes = 0
    if rules.get(TIME_LIMIT) and not open_attempt:
        number = standing.attempt_count + 1
        minutes = minutes_given(study.enrolment.learner, activity.key, number)
    context = {
        "minutes_given": minutes,
        "activity": activity,
        "outline": course.outline,
        "rules": rules,
        "standing": standing,
        "enrolment": study.enrolment,
        "attempts_line": attempts_line(standing),
        "waiting_line": waiting_line(standing.allowance),
        "is_over": bool(open_attempt and open_attempt.is_over(standing.now)),
        "problem": problem,
        "question_count": sum(draw["count"] for draw in rules["draws"]),
        "course_url": course_address(course.outline.slug),
        "following": study.next_besides(activity, waits_in(study, standing.now)),
        "act_uuid": uuid4(),
    }
    return render(request, "quizzes/quiz_page.html", context, status=status)
