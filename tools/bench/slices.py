"""Measures targets in short slices, turn by turn, so that a neighbour's load falls on all of them
alike.
"""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tools.harness.browsing import Ask, Visitor
from tools.harness.servers import Server

AT_ONCE = 8


@dataclass
class Target:
    """Something to measure: requests without end against one server, so many in each slice."""

    name: str
    server: Server
    asks: Iterator[Ask]
    count: int = 120
    warm_up: int = 240
    slices: list["Slice"] = field(default_factory=list)


@dataclass(frozen=True)
class Slice:
    """One slice: processor milliseconds for each request, requests a second, and seconds of
    each.
    """

    cpu: float
    rate: float
    seconds: list[float]
    wire: float
    refusals: list[str]


async def send_all(
    port: int, asks: Iterator[Ask], count: int, at_once: int = AT_ONCE
) -> tuple[list[float], list[int], list[str]]:
    """Send `count` requests over a few connections; return seconds, bytes, and what was not as
    expected.
    """
    turns = iter(range(count))
    seconds: list[float] = []
    wires: list[int] = []
    refusals: list[str] = []

    async def visit() -> None:
        visitor = Visitor(port)
        for _turn in turns:
            ask = next(asks)
            try:
                answer = await visitor.send(ask)
            except (OSError, asyncio.IncompleteReadError) as fault:
                refusals.append(f"{ask.path}: {fault!r}")
                continue
            seconds.append(answer.seconds)
            wires.append(answer.wire)
            if answer.status not in ask.statuses:
                refusals.append(f"{ask.path}: {answer.status}")
        await visitor.leave()

    await asyncio.gather(*(visit() for _number in range(at_once)))
    return seconds, wires, refusals


def take_slice(target: Target, count: int) -> Slice:
    """Send one slice to a target and return what it cost."""
    before, start = target.server.seconds(), time.perf_counter()
    seconds, wires, refusals = asyncio.run(send_all(target.server.port, target.asks, count))
    duration = time.perf_counter() - start
    cpu = (target.server.seconds() - before) * 1000 / count
    return Slice(
        cpu, count / duration, seconds, statistics.fmean(wires) if wires else 0.0, refusals
    )


def measure(targets: list[Target], rounds: int, say: Callable[[str], None]) -> None:
    """Warm every target, then take one slice of each in every round, in another order each time."""
    for target in targets:
        warm = take_slice(target, target.warm_up)
        if warm.refusals:
            raise RuntimeError(
                f"{target.name}: {len(warm.refusals)} of {target.warm_up} were refused: "
                f"{warm.refusals[:3]}"
            )
    for number in range(rounds):
        shift = number * 2 % len(targets)
        for target in targets[shift:] + targets[:shift]:
            target.slices.append(take_slice(target, target.count))
        say(
            f"round {number + 1} of {rounds}: "
            + ", ".join(f"{target.name} {target.slices[-1].cpu:.1f} ms" for target in targets)
        )


def ratios(target: Target, reference: Target) -> list[float]:
    """Return, round by round, how much of a target's cost the reference costs: 1 is as cheap as the
    reference.
    """
    return [
        limit.cpu / sample.cpu
        for sample, limit in zip(target.slices, reference.slices, strict=True)
    ]
