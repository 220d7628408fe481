"""Writes the acts of learners as requests, each with the line that the history keeps of it."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tools.chaos.history import History, Line
from tools.chaos.traffic import Traffic
from tools.harness.browsing import Ask, cookies_of, form


@dataclass(frozen=True)
class Act:
    """One act with its identifier: sent as often as needed, always the same."""

    ask: Ask
    line: Line


@dataclass(frozen=True)
class Learner:
    """One learner as the seeding made them: session, course, quiz, lessons, and the attempt that is
    open already.
    """

    key: str
    session: str
    course: str
    quiz: str
    lessons: tuple[str, ...]
    questions: int
    attempt: str = ""

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Learner":
        """Return the learner that the seeding described."""
        return cls(**{**facts, "lessons": tuple(facts["lessons"])})

    def start(self, uuid: str = "") -> Act:
        """Start an attempt; its identifier becomes the attempt's."""
        uuid = uuid or str(uuid4())
        return Act(self._ask(self.quiz, uuid), ["start", self.key, uuid])

    def answer(self, attempt: str, slot: int, sequence: int, chosen: int) -> Act:
        """Answer one question, as the small script of the page does."""
        uuid = str(uuid4())
        fields = form(uuid=uuid, sequence=str(sequence), chosen=str(chosen))
        ask = Ask(
            f"/intentos/{attempt}/{slot}/",
            cookies_of(self.session),
            fields,
            accept="application/json",
        )
        return Act(ask, ["answer", attempt, uuid, slot, sequence, [chosen]])

    def submit(self, attempt: str) -> Act:
        """Submit an attempt."""
        uuid = str(uuid4())
        return Act(
            self._ask(f"/intentos/{attempt}/revisar/", uuid), ["submit", self.key, uuid, attempt]
        )

    def read(self, lesson: str) -> Act:
        """Mark a lesson as read."""
        uuid = str(uuid4())
        return Act(
            self._ask(f"/mi-aprendizaje/{self.course}/leida/{lesson}/", uuid),
            ["read", self.key, uuid, lesson],
        )

    def look(self, path: str) -> Ask:
        """Look at a page; where it leads is not followed."""
        return Ask(path, cookies_of(self.session), statuses=(200, 302))

    def _ask(self, path: str, uuid: str) -> Ask:
        return Ask(path, cookies_of(self.session), form(uuid=uuid), statuses=(302,))


async def carry_out(traffic: Traffic, history: History, act: Act) -> None:
    """Send an act until it is acknowledged, and keep the acknowledgement."""
    history.send(act.line)
    await traffic.insist(act.ask)
    await history.acknowledge(act.line)
