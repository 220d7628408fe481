"""Tells editors what the change of a quiz means, and keeps quizzes with attempts in the editor."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _now
from wagtail import hooks
from wagtail.models import Page

from learning.activities import register_records_check
from learning.queries import people_inside
from quizzes.models import QuizPage
from quizzes.queries import has_attempts

register_records_check(has_attempts)

# What decides who passes a quiz, and how often it may be tried.
RULES = ("pass_mark", "attempts_allowed", "wait_hours", "attempts_maximum")


@hooks.register("after_edit_page")
def tell_people_of_other_rules(request: HttpRequest, page: Page) -> None:
    """Tell who is in the course, while the draft of a published quiz says other rules than those in
    force.
    """
    live_page = (
        QuizPage.objects.filter(pk=page.pk, live=True).first()
        if isinstance(page, QuizPage)
        else None
    )
    is_same = live_page is None or all(
        getattr(page, name) == getattr(live_page, name) for name in RULES
    )
    if is_same or not request.accepts("text/html"):
        return
    for course in people_inside([page], timezone.localdate()):
        sentence = _now(
            "Cambian la nota mínima o los intentos. %(people)s Vale para los intentos que "
            "empiecen después de publicar."
        )
        messages.warning(request, sentence % {"people": course})


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell_of_topics_nobody_has(request: HttpRequest, page: Page) -> None:
    """Tell at once that a draw would find nothing; whoever sends or publishes the page reads it
    with what else stops it.
    """
    is_save = not any(name.startswith("action-") for name in request.POST)
    if not isinstance(page, QuizPage) or not is_save or not request.accepts("text/html"):
        return
    for problem in page.topic_problems():
        messages.warning(request, str(problem))
