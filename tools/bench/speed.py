"""Measures what pages and acts cost against the reference: the ratio of processor time, slice by
slice.
"""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any

from tools.bench.slices import Endless, Target, measure
from tools.harness.browsing import Ask, cookies_of, form
from tools.harness.results import Result, percentile
from tools.harness.servers import Server

# Name, key of its statements, bar on SQLite, bar on PostgreSQL (docs/requirements.md).
BARS = {
    "lesson": ("Lesson, signed in", 0.50, 0.40),
    "course": ("Course with progress, 20 lessons", 0.40, 0.33),
    "catalogue": ("Catalogue of 20 courses", 0.40, 0.33),
    "home": ("Learner's home", 0.40, 0.33),
    "figures": ("Figures of the nation", 0.40, 0.33),
    "question": ("Page of a question", 0.55, 0.42),
    "result": ("Result of an attempt", 0.35, 0.28),
    "read": ("Act: lesson marked as read", 0.70, 0.45),
    "answer": ("Act: answer saved", 0.70, 0.50),
    "submit": ("Ten answers submitted", 0.45, 0.33),
}


# Attempts that only save answers; the others are submitted, each once.
SAVING = 100


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int
    requests: int


def asks_of(facts: dict[str, Any]) -> dict[str, Iterator[Ask]]:
    """Return endless requests for each row, from many people."""
    saving, submitting = facts["attempts"][:SAVING], facts["attempts"][SAVING:]
    redirect, sequence = (302,), count(1000)
    return {
        "lesson": (Ask(path, cookies_of(session)) for session, path in cycle(facts["lessons"])),
        "course": (Ask(path, cookies_of(session)) for session, path in cycle(facts["courses"])),
        "catalogue": (Ask("/cursos/", cookies_of(session)) for session in cycle(facts["sessions"])),
        "home": (
            Ask("/mi-aprendizaje/", cookies_of(session)) for session in cycle(facts["sessions"])
        ),
        "figures": (Ask("/panel/", cookies_of(facts["analyst"])) for _turn in count()),
        "question": (
            Ask(f"{path}{number % 10 + 1}/", cookies_of(session))
            for (session, path), number in zip(cycle(saving), sequence)
        ),
        "result": (
            Ask(f"{path}resultado/", cookies_of(session))
            for session, path in cycle(facts["results"])
        ),
        "read": (
            Ask(path, cookies_of(session), form(), statuses=redirect)
            for session, path in cycle(facts["acts"])
        ),
        "answer": (
            answer(session, f"{path}{number % 10 + 1}/", number)
            for (session, path), number in zip(cycle(saving), sequence)
        ),
        "submit": (
            Ask(f"{path}revisar/", cookies_of(session), form(), statuses=redirect)
            for session, path in submitting
        ),
    }


def answer(session: str, path: str, number: int) -> Ask:
    """Return the request of the small script that saves one answer."""
    return Ask(
        path,
        cookies_of(session),
        form(sequence=str(number), chosen=str(number % 4)),
        accept="application/json",
    )


def speed(
    site: Server,
    limit: Server,
    facts: dict[str, Any],
    sessions: list[str],
    plan: Plan,
    say: Callable[[str], None],
) -> list[Result]:
    """Return a row for every page and act."""
    reference = Endless(limit, asks_of_bare_page(sessions))
    targets = []
    for key, asks in asks_of(facts).items():
        target = Target(site, asks, key, plan.requests)
        if key == "submit":
            target.warm_up = 60
            target.count = min(
                plan.requests, (len(facts["attempts"]) - SAVING - target.warm_up) // plan.rounds
            )
        targets.append(target)
    measure(targets, reference, plan.rounds, say)
    return [result_of(target, facts) for target in targets]


def asks_of_bare_page(sessions: list[str]) -> Iterator[Ask]:
    """Return endless requests for the bare page of the reference, signed in."""
    return (Ask("/", f"sessionid={session}") for session in cycle(sessions))


def result_of(target: Target, facts: dict[str, Any]) -> Result:
    """Return the row of one target: the median of the ratios, and what stands beside it."""
    name, sqlite, postgres = BARS[target.name]
    store = target.server.store.name
    shares = [sample.share for sample in target.slices]
    seconds = [value * 1000 for sample in target.slices for value in sample.seconds]
    beside = (
        f"p50 {percentile(seconds, 0.5):.0f} ms, p95 {percentile(seconds, 0.95):.0f} ms, "
        f"{facts['statements'][target.name]} statements, "
        f"{statistics.fmean(sample.wire for sample in target.slices) / 1000:.1f} KB, "
        f"CPU {statistics.median(sample.cpu for sample in target.slices):.2f} ms, ratio "
        f"{min(shares):.2f}–{max(shares):.2f}"
    )
    return Result(
        name,
        store,
        round(statistics.median(shares), 3),
        "of the limit",
        sqlite if store == "SQLite" else postgres,
        "higher",
        f"1.00 ({statistics.median(sample.limit for sample in target.slices):.2f} ms)",
        beside,
    )
