"""Compares the history of a run with the database, both ways, and runs the invariants of the
records.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from certificates.models import Certificate
from learning.models import Enrolment, Statement
from learning.services import digest_of
from operations.jobs import run_due_jobs
from operations.records import check_records
from quizzes.models import Attempt, ResponseEvent
from reporting.services import rebuild_tallies

Fact = tuple[Any, ...]
JOURNALS = {"attempt": Attempt, "event": ResponseEvent, "statement": Statement}
MOST_EXAMPLES = 5


def mark() -> dict[str, int]:
    """Return where every journal ends now: what comes later is of the run that begins."""
    return {
        name: model.objects.aggregate(last=Max("pk"))["last"] or 0
        for name, model in JOURNALS.items()
    }


def compare(sent: str, acknowledged: str, since: dict[str, int]) -> dict[str, Any]:
    """Return what was acknowledged and is not stored, and what is stored and was never sent, or
    twice.
    """
    facts = Counter(facts_stored(since))
    promises, requests = set(facts_of(acknowledged)), set(facts_of(sent))
    losses, strange = promises - set(facts), set(facts) - requests
    twice = [fact for fact, count in facts.items() if count > 1]
    return {
        "acknowledged": len(promises),
        "stored": facts.total(),
        "unacknowledged": len(set(facts) - promises),
        "lost": len(losses),
        "strange": len(strange) + len(twice) + completions_told_twice(),
        "examples": [
            list(fact) for fact in sorted([*losses, *strange, *twice], key=str)[:MOST_EXAMPLES]
        ],
    }


def facts_of(path: str) -> Iterator[Fact]:
    """Yield the lines of one file of the history in the shape of what is stored."""
    with Path(path).open() as lines:
        for line in lines:
            kind, owner, uuid, *content = json.loads(line)
            if kind == "submit":
                content = [digest_of({"submitted": content[0]})]
            if kind == "answer":
                content = [content[0], content[1], tuple(content[2])]
            yield (kind, owner, uuid, *content)


def facts_stored(since: dict[str, int]) -> Iterator[Fact]:
    """Yield what the run stored: attempts, answers, submissions and readings, with their
    content.
    """
    for learner, uuid in Attempt.objects.filter(pk__gt=since["attempt"]).values_list(
        "learner", "uuid"
    ):
        yield ("start", str(learner), str(uuid))
    names = ("attempt__uuid", "uuid", "slot", "sequence", "response")
    for attempt, uuid, slot, sequence, response in ResponseEvent.objects.filter(
        pk__gt=since["event"]
    ).values_list(*names):
        yield ("answer", str(attempt), str(uuid), slot, sequence, tuple(response["chosen"]))
    names = ("verb", "learner", "uuid", "activity_key", "request_digest")
    statements = Statement.objects.filter(pk__gt=since["statement"], activity_key__isnull=False)
    for verb, learner, uuid, activity, digest in statements.values_list(*names):
        is_reading = verb == Statement.Verb.COMPLETED
        yield (
            "read" if is_reading else "submit",
            str(learner),
            str(uuid),
            str(activity) if is_reading else digest,
        )


def completions_told_twice() -> int:
    """Count enrolments whose completion stands in the journal more than once."""
    completions = (
        Statement.objects.filter(verb=Statement.Verb.COMPLETED, activity_key=None)
        .order_by()
        .values("enrolment")
    )
    return completions.annotate(times=Count("pk")).filter(times__gt=1).count()


def audit() -> dict[str, Any]:
    """Return what holds of certificates as the run left it, then the invariants that are broken
    once the due jobs ran.

    Certificates are counted first: a due job would write the missing ones, and a pass has its own
    from its commit on.
    """
    completions = Enrolment.objects.exclude(completed_at=None).annotate(held=Count("certificates"))
    counts = {
        "passes": completions.count(),
        "without": completions.filter(held=0).count(),
        "several": completions.filter(held__gt=1).count(),
    }
    failures = run_due_jobs(timezone.now())
    broken = [
        f"{finding.name}: {finding.violations}" for finding in check_records() if finding.violations
    ]
    numbers = sorted(Certificate.objects.exclude(number=None).values_list("number", flat=True))
    is_whole = len(numbers) == Certificate.objects.count() and numbers == list(
        range(1, len(numbers) + 1)
    )
    return {
        **counts,
        "broken": broken + [f"due job failed: {name}" for name in failures or []],
        "holes": not is_whole,
    }


def recount() -> int:
    """Count every figure again, as an operator may at any hour; return how many were wrong."""
    return rebuild_tallies(now=timezone.now())


def chosen(attempts: list[str]) -> dict[str, dict[int, list[int]]]:
    """Return which choices were kept for each answered question of submitted attempts."""
    rows = Attempt.objects.filter(uuid__in=attempts, state=Attempt.State.SUBMITTED).values_list(
        "uuid", "evidence"
    )
    responses = {
        str(uuid): {slot: item["response"]["chosen"] for slot, item in enumerate(evidence, start=1)}
        for uuid, evidence in rows
    }
    return {
        uuid: {slot: places for slot, places in choices.items() if places}
        for uuid, choices in responses.items()
    }
