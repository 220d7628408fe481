"""Builds quizzes and attempts through the services."""

from uuid import uuid4

from django.utils import timezone

from courses.models import ModulePage
from learning.services import Provenance
from questions.kinds.choices.read import response_with
from quizzes.models import Attempt, QuizItemDraw, QuizPage
from quizzes.papers import items_on
from quizzes.services import Order, save_response, submit_attempt
from tests.factories.courses import publish, publish_upwards


def add_quiz(
    module: ModulePage, draws: list[tuple], *, slug: str = "cuestionario", **facts
) -> QuizPage:
    """Add and publish a quiz that draws (bank, count) or (bank, count, topic)."""
    page = QuizPage(live=False, title=f"Prueba {slug}", slug=slug, **facts)
    page.draws = [
        QuizItemDraw(bank=bank, count=count, topic=topic[0] if topic else "", sort_order=place)
        for place, (bank, count, *topic) in enumerate(draws)
    ]
    module.add_child(instance=page)
    publish(page)
    publish_upwards(page)
    return page


def right_answers(attempt: Attempt) -> dict[int, list[int]]:
    """Return the right shown places of every slot."""
    return {
        item.slot: item.kind.example(item.version.content, item.layout, is_right=True)["chosen"]
        for item in items_on(attempt.paper)
    }


def answer(
    attempt: Attempt,
    slot: int,
    chosen,
    *,
    sequence: int = 1,
    is_marked: bool = False,
    uuid=None,
    now=None,
):
    """Store one response."""
    return save_response(
        attempt_uuid=attempt.uuid,
        learner=attempt.learner,
        uuid=uuid or uuid4(),
        slot=slot,
        order=Order(sequence),
        answer=lambda _kind: response_with(chosen),
        is_marked=is_marked,
        provenance=Provenance(now or timezone.now()),
    )


def submit(attempt: Attempt, *, uuid=None, now=None) -> Attempt:
    """Submit as the learner does."""
    return submit_attempt(
        attempt_uuid=attempt.uuid,
        learner=attempt.learner,
        uuid=uuid or uuid4(),
        received_at=now or timezone.now(),
    )


def answer_all(attempt: Attempt, *, right: int | None = None) -> None:
    """Answer every item: the first `right` of them (all when None) rightly, the others left
    blank.
    """
    for slot, places in right_answers(attempt).items():
        answer(attempt, slot, places if right is None or slot <= right else [])
