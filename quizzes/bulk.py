"""Builds many attempts at once, by the same rules as the services: for histories that are told
afterwards, as the demonstration and the runs of tools tell them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from uuid import UUID, uuid5

from courses.outline import Activity
from learning.models import Enrolment
from questions.kinds import JSON
from quizzes.models import Attempt, ResponseEvent
from quizzes.models.pools import pools_of
from quizzes.papers import Item, items_on, make_paper
from quizzes.queries import rules_of
from quizzes.services.starting import new_attempt
from quizzes.services.submitting import close_attempt

BATCH = 500
# What was answered in each slot, given the items of a paper; a slot may be left out.
Answers = Callable[[list[Item]], Mapping[int, JSON]]


class BulkAttempts:
    """Attempts at one quiz with their answers, stored in a few statements.

    It asks nobody's leave and reports nothing: the caller numbers attempts from 1 for each learner,
    keeps to what the rules allow, and writes their results into the journal. `audit_records` says
    whether that was done.
    """

    def __init__(self, activity: Activity):
        """Read what papers are drawn from. Two statements."""
        self.activity = activity
        self.rules = rules_of(activity)
        self.pools, self.approvals = pools_of(self.rules["draws"])
        self.attempts: list[Attempt] = []
        self.events: list[ResponseEvent] = []

    def add(
        self,
        enrolment: Enrolment,
        *,
        uuid: UUID,
        number: int,
        at: datetime,
        answers: Answers,
        random: Random,
        is_handed_in: bool = True,
    ) -> Attempt:
        """Add one attempt that was started and answered at a moment, and handed in or left open;
        return it with its score.

        The enrolment may itself wait to be stored. Identifiers of answers follow from `uuid`.
        Raises quizzes.selection.NotEnoughQuestions when a bank is too small.
        """
        paper = make_paper(self.rules, self.pools, self.approvals, seen={}, random=random)
        attempt = new_attempt(
            enrolment=enrolment,
            quiz_key=self.activity.key,
            number=number,
            rules=self.rules,
            paper=paper,
            uuid=uuid,
            now=at,
        )
        responses = answers(items_on(paper))
        if is_handed_in:
            close_attempt(attempt, responses, at)
        self.attempts.append(attempt)
        self.events += [event_of(attempt, slot, responses[slot], at) for slot in responses]
        return attempt

    def store(self) -> None:
        """Store attempts and answers, and forget them; the enrolments are stored by now."""
        Attempt.objects.bulk_create(self.attempts, batch_size=BATCH)
        ResponseEvent.objects.bulk_create(self.events, batch_size=BATCH)
        self.attempts, self.events = [], []


def event_of(attempt: Attempt, slot: int, response: JSON, at: datetime) -> ResponseEvent:
    """Return the one answer to an item."""
    return ResponseEvent(
        attempt=attempt,
        uuid=uuid5(attempt.uuid, f"answer {slot}"),
        slot=slot,
        sequence=slot,
        response=response,
        request_digest="",
        occurred_at=at,
        received_at=at,
    )
