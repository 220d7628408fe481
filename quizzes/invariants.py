"""Checks the records of attempts (docs/requirements.md, I1 to I6)."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q

from learning.models import Statement
from lib.findings import Finding
from questions.kinds import kind_of
from quizzes.allowance import Allowance
from quizzes.models import Accommodation, Attempt, MoreTime, Reopening, ResponseEvent
from quizzes.papers import Answers, answers_to, item_scores
from quizzes.passing import completions_without_pass
from quizzes.scoring import score_if_complete
from quizzes.timing import Arrival, arrival

BATCH = 500
# Raw, maximum, scaled, passed.
Fields = tuple[float | None, float | None, float | None, bool | None]


def check() -> Iterator[Finding]:
    """Yield every invariant of attempts with its violations."""
    groups = Attempt.objects.order_by().values("learner", "quiz_key")
    several_open = groups.annotate(count=Count("pk", filter=Q(state=Attempt.State.OPEN))).filter(
        count__gt=1
    )
    yield Finding("I1 at most one open attempt per learner and quiz", several_open.count())
    numbers = groups.annotate(count=Count("pk"), first=Min("number"), last=Max("number"))
    holes = sum((row["first"], row["last"]) != (1, row["count"]) for row in numbers)
    yield Finding("I2 attempt numbers run from 1 without holes", holes)
    counts = Counter(name for attempt in _attempts() for name in _violations(attempt))
    yield Finding("I3 no answer to a question or choice that was not drawn", counts["stray"])
    yield Finding(
        (
            "I4 responses kept at submission equal the replay of their events, those that came too "
            "late apart"
        ),
        counts["replay"],
    )
    yield Finding(
        "I5 stored scores equal those recomputed with the pinned versions", counts["score"]
    )
    yield Finding("Every grade in the journal is that of an attempt", _grades_without_attempt())
    yield Finding(
        "Every completion has a passed attempt at every required quiz of its edition",
        len(completions_without_pass()),
    )
    strays = Attempt.objects.exclude(learner=F("enrolment__learner"))
    yield Finding("Every attempt is of the person of its enrolment", strays.count())
    opened = Attempt.objects.filter(opens_more__gt=0)
    given = Accommodation.objects.values("after")
    yield Finding(
        "Every attempt that opens others says who gave them",
        opened.exclude(pk__in=given).count()
        + Accommodation.objects.exclude(count=F("after__opens_more")).count(),
    )
    yield Finding("Every attempt that got minutes more closes so much later", _closed_early())
    yield Finding(
        "I6 attempts used do not exceed those allowed, opened by waiting and given",
        _attempts_beyond(),
    )


def _grades_without_attempt() -> int:
    """Count the graded statements whose exact score no attempt of the same enrolment at the same
    quiz has, or had before it was reopened.
    """
    attempts = Attempt.objects.filter(state=Attempt.State.SUBMITTED).values_list(
        "enrolment_id", "quiz_key", "score_scaled"
    )
    reopenings = Reopening.objects.values_list(
        "attempt__enrolment_id", "attempt__quiz_key", "score_scaled"
    )
    own_scores = set(attempts.iterator(chunk_size=2000)) | set(reopenings)
    grades = Statement.objects.filter(verb__in=[Statement.Verb.PASSED, Statement.Verb.FAILED])
    rows = grades.values_list("enrolment_id", "activity_key", "score").iterator(chunk_size=2000)
    return sum(row not in own_scores for row in rows)


def _attempts() -> Iterator[Attempt]:
    return Attempt.objects.prefetch_related("events").iterator(chunk_size=BATCH)


def _violations(attempt: Attempt) -> Iterator[str]:
    events = sorted(attempt.events.all(), key=lambda event: (event.sequence, event.pk))
    strays = [event for event in events if not _is_on_paper(attempt, event)]
    yield from ("stray" for event in strays)
    yield from ("replay" for event in events if not _is_counted_rightly(attempt, event))
    events = [event for event in events if event.counts]
    is_handed_in = attempt.is_scored or attempt.awaits_mark
    # Answers that were taken away prove nothing.
    if not is_handed_in or not (events or attempt.evidence):
        return
    responses = {event.slot: event.response for event in events}
    answers = answers_to(attempt.paper, responses)
    if [row["response"] for row in attempt.evidence] != [response for _item, response in answers]:
        yield "replay"
    if _stored_score(attempt) != _score_again(attempt, answers):
        yield "score"


def _stored_score(attempt: Attempt) -> Fields:
    return attempt.score_raw, attempt.score_maximum, attempt.score_scaled, attempt.passed


def _score_again(attempt: Attempt, answers: Answers) -> Fields | None:
    """Return what the attempt should have stored: nothing, exactly where a person has to mark it;
    None when it has a score and should wait, or waits and should have one.
    """
    scores = item_scores(answers, attempt.scoring_rule)
    score = score_if_complete(scores, attempt.rules["pass_mark"])
    if attempt.awaits_mark != (score is None):
        return None
    if score is None:
        return None, None, None, None
    return float(score.raw), float(score.maximum), score.scaled, score.is_pass


def _is_counted_rightly(attempt: Attempt, event: ResponseEvent) -> bool:
    """False when an answer counts that came too late, or one does not count although no time was
    over.
    """
    came_too_late = arrival(event.received_at, attempt.deadline_at) == Arrival.TOO_LATE
    return not came_too_late if event.counts else came_too_late or attempt.was_closed_by_time


def _is_on_paper(attempt: Attempt, event: ResponseEvent) -> bool:
    if not 1 <= event.slot <= len(attempt.paper):
        return False
    entry = attempt.paper[event.slot - 1]
    return kind_of(entry["kind"]).fits(entry["layout"], event.response)


def _closed_early() -> int:
    """Count the attempts that close before their time limit and the minutes given for them are
    over; those that somebody opened again close as that says.
    """
    given: Counter[tuple[UUID, UUID, int]] = Counter()
    for row in MoreTime.objects.iterator(chunk_size=2000):
        given[row.learner, row.quiz_key, row.number] += row.minutes
    rows = Attempt.objects.filter(
        learner__in={learner for learner, _quiz, _number in given}, reopenings=None
    )
    return sum(
        attempt.deadline_at is None
        or attempt.deadline_at
        < attempt.started_at + timedelta(minutes=attempt.rules.get("time_limit", 0) + minutes)
        for attempt in rows.defer("evidence", "paper")
        if (minutes := given[attempt.learner, attempt.quiz_key, attempt.number])
    )


def _attempts_beyond() -> int:
    """Count the enrolments with an attempt at a quiz that its own rules neither allowed at once nor
    opened by waiting, and that nobody gave.
    """
    earlier: dict[tuple[int, UUID], list[Attempt]] = {}
    beyond = set()
    given: Counter[tuple[int, UUID]] = Counter()
    fields = ("enrolment_id", "quiz_key", "rules", "state", "passed", "started_at", "submitted_at")
    rows = Attempt.objects.only(*fields, "opens_more")
    for attempt in rows.order_by("number").iterator(chunk_size=2000):
        place = attempt.enrolment_id, attempt.quiz_key
        before = earlier.setdefault(place, [])
        is_given = given[place] > 0
        given[place] += attempt.opens_more - is_given
        if is_given:
            continue
        facts = {"has_passed": any(one.passed for one in before)}
        if not Allowance.of(attempt.rules).left(
            [one.ended_at for one in before], attempt.started_at, **facts
        ):
            beyond.add(place)
        before.append(attempt)
    return len(beyond)
