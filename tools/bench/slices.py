"""Measures a target beside the reference, request by request: whatever else keeps the machine busy
falls on both alike.
"""

import asyncio
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tools.harness.browsing import Ask, Visitor
from tools.harness.servers import Server

AT_ONCE = 8
WARM_UP = 240


@dataclass
class Endless:
    """Requests without end against one server."""

    server: Server
    asks: Iterator[Ask]


@dataclass
class Target(Endless):
    """Something to measure, so many requests in each slice."""

    name: str
    count: int
    warm_up: int = WARM_UP
    slices: list["Slice"] = field(default_factory=list)


@dataclass(frozen=True)
class Slice:
    """One slice: processor milliseconds for each request of the target and of the reference, and
    the seconds and bytes of the target's.
    """

    cpu: float
    limit: float
    seconds: list[float]
    wire: float

    @property
    def share(self) -> float:
        """How much of the target's cost the reference costs: 1 is as cheap as the reference."""
        return self.limit / self.cpu


class Refused(RuntimeError):
    """A request was not answered as it should be, so nothing was measured."""


async def send_in_turns(
    target: Endless, reference: Endless, count: int
) -> tuple[list[float], list[int]]:
    """Send `count` requests to both over a few connections, one to each in turn; return seconds
    and bytes of the target's.
    """
    turns = iter(range(count))
    seconds: list[float] = []
    wires: list[int] = []

    async def visit() -> None:
        visitor, beside = Visitor(target.server.port), Visitor(reference.server.port)
        for _turn in turns:
            answer = await expected(visitor, next(target.asks))
            seconds.append(answer.seconds)
            wires.append(answer.wire)
            await expected(beside, next(reference.asks))
        await visitor.leave()
        await beside.leave()

    await asyncio.gather(*(visit() for _number in range(AT_ONCE)))
    return seconds, wires


async def expected(visitor: Visitor, ask: Ask):
    """Send a request and return its answer. Raises Refused for another status than it expects."""
    try:
        answer = await visitor.send(ask)
    except (OSError, asyncio.IncompleteReadError) as fault:
        raise Refused(f"{ask.path}: {fault!r}") from fault
    if answer.status not in ask.statuses:
        raise Refused(f"{ask.path}: {answer.status}")
    return answer


def take_slice(target: Endless, reference: Endless, count: int) -> Slice:
    """Send one slice to a target and to the reference; return what each cost. Raises Refused."""
    before, before_limit = target.server.seconds(), reference.server.seconds()
    seconds, wires = asyncio.run(send_in_turns(target, reference, count))
    cpu = target.server.seconds() - before
    limit = reference.server.seconds() - before_limit
    return Slice(cpu * 1000 / count, limit * 1000 / count, seconds, statistics.fmean(wires))


def measure(
    targets: list[Target], reference: Endless, rounds: int, say: Callable[[str], None]
) -> None:
    """Warm every target, then take one slice of each in every round, in another order each time."""
    for target in targets:
        take_slice(target, reference, target.warm_up)
    for number in range(rounds):
        shift = number * 2 % len(targets)
        for target in targets[shift:] + targets[:shift]:
            target.slices.append(take_slice(target, reference, target.count))
        limit = statistics.median(target.slices[-1].limit for target in targets)
        costs = ", ".join(f"{target.name} {target.slices[-1].cpu:.1f} ms" for target in targets)
        say(f"round {number + 1} of {rounds}: limit {limit:.1f} ms, {costs}")
