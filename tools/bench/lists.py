"""Brings a list of ten thousand people in while learners answer."""

import asyncio
import json
from itertools import count, cycle
from typing import Any

from tools.bench.speed import answer
from tools.harness.browsing import Visitor
from tools.harness.results import Result, percentile
from tools.harness.servers import Server, run_inside

INSIDE = "tools.bench.in_django.lists"
ROWS = 10_000
PAUSE = 0.1  # seconds between the answers of one learner
LEARNERS = 2


async def answer_on(
    port: int, attempt: tuple[str, str], is_over: asyncio.Event, seconds: list[float]
) -> None:
    """Save an answer and then another, until the list is in."""
    visitor, (session, path) = Visitor(port), attempt
    # Above what the rows of speed sent: the newest answer counts.
    for number in count(1_000_000):
        if is_over.is_set():
            break
        told = await visitor.send(answer(session, f"{path}{number % 10 + 1}/", number))
        seconds.append(told.seconds if told.status == 200 else float("inf"))
        await asyncio.sleep(PAUSE)
    await visitor.leave()


async def carried_out_meanwhile(
    site: Server, attempts: list[tuple[str, str]]
) -> tuple[dict[str, Any], list[float]]:
    """Return what the process that takes the list in reports, and the seconds of each answer
    meanwhile.
    """
    is_over, seconds = asyncio.Event(), list[float]()
    learners = [
        asyncio.create_task(answer_on(site.port, attempt, is_over, seconds))
        for attempt, _number in zip(cycle(attempts), range(LEARNERS), strict=False)
    ]
    printed = await asyncio.to_thread(
        run_inside, INSIDE, "config.settings", site.store, site.database, str(ROWS)
    )
    is_over.set()
    await asyncio.gather(*learners)
    return json.loads(printed), seconds


def lists(site: Server, facts: dict[str, Any]) -> list[Result]:
    """Return the rows of a list of ten thousand people, and of the screens beside it."""
    told, seconds = asyncio.run(carried_out_meanwhile(site, facts["attempts"]))
    store = site.store.name
    name = f"List of {ROWS:,} people"
    beside = f"{len(seconds)} answers, p95 {percentile(seconds, 0.95) * 1000:.0f} ms"
    return [
        Result(f"{name}: looked at", store, told["looked_at"], "s", 5, "lower"),
        Result(f"{name}: brought in", store, told["brought_in"], "s", 60, "lower"),
        Result(f"{name}: longest piece taken back", store, told["taken_back"], "ms", 500, "lower"),
        Result(f"{name}: memory above idle", store, told["memory"], "MB", 60, "lower"),
        Result(
            f"{name}: longest wait of an answer meanwhile",
            store,
            round(max(seconds, default=float("inf")) * 1000),
            "ms",
            500,
            "lower",
            beside=beside,
        ),
        Result("Card of a person", store, told["card"], "statements", 12, "lower"),
        Result("Lists of 400 people to call", store, told["calls"], "statements", 8, "lower"),
        Result("Home of a learner in every course", store, told["home"], "statements", 8, "lower"),
        Result("What a learner lacks", store, told["lacks"], "statements", 5, "lower"),
    ]
