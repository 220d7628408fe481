"""Sends requests until they are answered, like a patient device, and counts what came back and what
a kill cut off.
"""

import asyncio
from collections import Counter

from tools.harness.browsing import Answer, Ask, Visitor

PAUSE = 0.2  # of a device whose connection failed
PATIENCE = 120  # seconds for one answer
TRIES = 400


class NotAnswered(RuntimeError):
    """The site gave an answer that no repeat will mend."""


class Traffic:
    """Connections to one site: at most `at_once` requests are in flight."""

    def __init__(self, port: int, at_once: int) -> None:
        self.at_once = at_once
        self.free: asyncio.LifoQueue[Visitor] = asyncio.LifoQueue()
        for _number in range(at_once):
            self.free.put_nowait(Visitor(port))
        self.in_flight: set[object] = set()
        self.interrupted: set[object] = set()
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.seconds: list[float] = []
        self.done = 0
        self.is_stopped = False  # the database, on purpose
        self._moved = asyncio.Event()

    async def insist(self, ask: Ask) -> Answer:
        """Send a request, again and again with the same content, until it is answered as
        expected.
        """
        for _try in range(TRIES):
            answer = await self.send(ask)
            if answer is None:
                await asyncio.sleep(PAUSE)
            elif answer.status == 503:
                await asyncio.sleep(float(answer.headers["retry-after"]))
            elif answer.status < 500:
                self.count(ask, answer)
                return answer
            else:
                self.faults.append(f"{ask.path}: {answer.status}")
        raise NotAnswered(f"{ask.path}: no answer after {TRIES} tries; {self.faults[-3:]}")

    def count(self, ask: Ask, answer: Answer) -> None:
        """Count an act that was answered, and refuse an answer that was not expected."""
        if answer.status not in ask.statuses:
            raise NotAnswered(f"{ask.path}: {answer.status}, expected {ask.statuses}")
        self.done += 1
        self._moved.set()

    async def send(self, ask: Ask, *, will_be_cut: bool = False) -> Answer | None:
        """Send a request once; None when no whole answer came back.

        `will_be_cut` says that the request itself asks for it.
        """
        visitor, token = await self.free.get(), object()
        self.in_flight.add(token)
        if will_be_cut:
            self.interrupted.add(token)
        self._moved.set()
        was_stopped = self.is_stopped
        self.counts["sent"] += 1
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await visitor.send(ask)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as fault:
            self.counts[self._name_of(fault, token)] += 1
            await visitor.leave()
            return None
        finally:
            self.in_flight.discard(token)
            self.interrupted.discard(token)
            self.free.put_nowait(visitor)
        self._note(answer, was_stopped=was_stopped or self.is_stopped)
        return answer

    def _name_of(self, fault: Exception, token: object) -> str:
        """Tell a response that a kill cut from a connection that nobody answered or that was closed
        while it was idle.
        """
        if isinstance(fault, ConnectionRefusedError):
            return "refused"
        return "cut" if token in self.interrupted else "closed"

    def _note(self, answer: Answer, *, was_stopped: bool) -> None:
        self.seconds.append(answer.seconds)
        if answer.status == 503:
            self.counts["busy while stopped" if was_stopped else "busy"] += 1
            if "retry-after" not in answer.headers:
                raise NotAnswered("a 503 that does not say when to come back")
        elif answer.status >= 500:
            self.counts["faults"] += 1

    async def moment(self, done: int, in_flight: int) -> None:
        """Wait until so many acts are done and so many requests are in flight."""
        while self.done < done or len(self.in_flight) < in_flight:
            self._moved.clear()
            await self._moved.wait()

    def mark_interrupted(self) -> None:
        """Remember what is in flight now: what fails of it was cut by the fault that is injected
        next.
        """
        self.interrupted |= self.in_flight

    async def leave(self) -> None:
        """Close every connection."""
        while not self.free.empty():
            await self.free.get_nowait().leave()

    @property
    def busy_share(self) -> float:
        """Percent of the requests that reached the site and were answered with a 503 while nothing
        was stopped.
        """
        return 100 * self.counts["busy"] / max(self.counts["sent"] - self.counts["refused"], 1)

    def told(self) -> str:
        """Return what happened to the requests, in a few words."""
        names = ("sent", "cut", "refused", "closed", "busy", "busy while stopped", "faults")
        return ", ".join(f"{self.counts[name]} {name}" for name in names if self.counts[name])
