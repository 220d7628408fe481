"""Says what a review shows: what was asked and answered, what was right, and which lessons help."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.editions import outline_of
from courses.outline import Activity, Outline
from learning.models import Enrolment
from learning.queries import Study
from lib.icons import state
from norms.models import Norm
from questions.kinds import JSON, Kind, kind_of
from questions.models import QuestionVersion
from questions.queries import is_key_mended, versions_of
from quizzes.models import Attempt, QuizPage
from quizzes.papers import Paper
from quizzes.queries import (
    approvals_of,
    enrolment_of,
    has_other_paper,
    norms_in,
    rules_of,
    standing_of,
)
from quizzes.standing import QuizStanding


@dataclass(frozen=True)
class ReviewedItem:
    """One item after its answers may be seen.

    `share` is what it earned, from 0 to 1, None while a person has to mark it; `sign` says so at a
    glance; `backing` cites the norm in its state of today; `correction` is the version of today
    when its key is another.
    """

    slot: int
    kind: Kind
    stem: str
    display: JSON
    share: float | None
    feedback: str
    sign: SafeString
    backing: SafeString | str
    lesson: Activity | None
    correction: QuestionVersion | None

    @property
    def right_today(self) -> list[str]:
        """The key of the correction, in words."""
        if self.correction is None:
            return []
        return kind_of(self.correction.kind).right_texts(self.correction.content)


@dataclass(frozen=True)
class LessonToReview:
    """A lesson behind a paper: how many questions were about it, and how many were answered
    rightly.
    """

    lesson: Activity
    question_count: int
    right_count: int

    @property
    def has_count(self) -> bool:
        """True when the count tells nothing of a single question."""
        return self.question_count > 1


@dataclass(frozen=True)
class Result:
    """What a learner is told after submitting: with the keys when the review policy allows, else
    with lessons to read again.
    """

    attempt: Attempt
    standing: QuizStanding[Attempt]
    study: Study
    activity: Activity | None
    items: list[ReviewedItem]
    lessons: list[LessonToReview]

    @property
    def is_best(self) -> bool:
        """True when this attempt gives the grade that counts."""
        return self.attempt.score_scaled == self.standing.best

    @property
    def may_retry(self) -> bool:
        """True when another attempt may be started now."""
        return bool(self.activity and self.standing.left and not self.standing.open_attempt)


def result_of(attempt: Attempt, now: datetime) -> Result:
    """Return the result of a closed attempt. At most five statements."""
    enrolment = enrolment_of(attempt)
    outline = outline_after(enrolment)
    activity = outline.by_key.get(attempt.quiz_key)
    rules = rules_of(activity) if activity and activity.kind == QuizPage.kind else attempt.rules
    standing = standing_of(enrolment, attempt.quiz_key, rules, now)
    has_keys = shows_keys(standing, attempt.rules["review"])

    return Result(
        attempt=attempt,
        standing=standing,
        study=Study(enrolment, outline),
        activity=activity,
        items=reviewed_items(attempt, outline) if has_keys else [],
        lessons=lessons_behind(attempt.evidence, outline.activities),
    )


def outline_after(enrolment: Enrolment) -> Outline:
    """Return the newest outline of a course; without activities when it closed, as their addresses
    answer nobody: only what was done stays.
    """
    outline = outline_of(enrolment.course.latest_edition_id)
    return outline if enrolment.course.is_open else replace(outline, activities=(), by_key={})


def shows_keys(standing: QuizStanding[Attempt], policy: str) -> bool:
    """Say whether a review policy lets the learner see answers now: never what another paper may
    still ask.

    So never while one is open, and before passing only when no attempt will come or the next one
    asks other questions. One statement, for who used up the attempts given at once and did not
    pass.
    """
    if standing.open_attempt:
        return False
    if policy == QuizPage.Review.AFTER_SUBMISSION or standing.has_passed:
        return True
    return standing.is_used_up and (standing.is_over or has_other_paper(standing))


def reviewed_items(attempt: Attempt, outline: Outline) -> list[ReviewedItem]:
    """Return every item as it was asked, what was chosen, what was right, why, and the norm behind
    it.
    """
    states = {key: state_of(norm) for key, norm in norms_in(attempt.evidence).items()}
    lessons = {str(activity.key): activity for activity in outline.activities}
    corrections = corrections_of(attempt.paper)
    signs = signs_of_items()
    return [
        ReviewedItem(
            slot=slot,
            kind=kind_of(row["kind"]),
            stem=row["stem"],
            display=kind_of(row["kind"]).reviewed(row["asked"], row["response"]),
            share=row["earned"],
            feedback=row["feedback"],
            sign=signs["corrected" if slot in corrections else outcome_of(row["earned"])],
            backing=backing_of(states.get(row["norm"]), row["locator"]),
            lesson=lessons.get(row["lesson"]),
            correction=corrections.get(slot),
        )
        for slot, row in enumerate(attempt.evidence, start=1)
    ]


def signs_of_items() -> dict[str, SafeString]:
    """Return what is said of an item at a glance, by its outcome."""
    return {
        "corrected": state("attention", _("Se corrigió después")),
        "unmarked": state("started", _("Por calificar"), sign="clock"),
        "right": state("done", _("Correcto")),
        "partly": state("started", _("En parte")),
        "wrong": state("missing", _("Todavía no")),
    }


def outcome_of(share: float | None) -> str:
    """Return how what an item earned is called, from 0 to 1, or None while nobody marked it."""
    if share is None:
        return "unmarked"
    return "right" if share == 1 else "partly" if share > 0 else "wrong"


def state_of(norm: Norm) -> tuple[str, SafeString]:
    """Return how a norm is cited, and what is known of it today: for all items that rest on it."""
    note = f" ({norm.state_note})" if norm.state_note else ""
    doubt = state("attention", _("Por verificar")) if not norm.is_verified else ""
    known = format_html(
        "{}{} · {}{}{}",
        norm.get_state_display(),
        note,
        norm.known_line,
        " · " if doubt else "",
        doubt,
    )
    return norm.cited, known


def backing_of(norm: tuple[str, SafeString] | None, locator: str) -> SafeString | str:
    """Return the norm behind an item with the place in it; "" where there is none."""
    if norm is None:
        return ""
    cited, known = norm
    return format_html("{}{} · {}", cited, f", {locator}" if locator else "", known)


def corrections_of(paper: Paper) -> dict[int, QuestionVersion]:
    """Return, by slot, the versions of today whose key is another than that of the pinned ones.

    One statement, and one for versions that this process has not read.
    """
    approvals = approvals_of(paper)
    pairs: dict[int, tuple[int, int]] = {
        slot: (entry["version"], approvals.get(entry["question"]) or entry["version"])
        for slot, entry in enumerate(paper, start=1)
    }
    changes = {slot: pair for slot, pair in pairs.items() if pair[0] != pair[1]}
    versions = versions_of(key for pair in changes.values() for key in pair)
    return {
        slot: versions[newer]
        for slot, (older, newer) in changes.items()
        if is_key_mended(versions[older], versions[newer])
    }


def lessons_behind(
    evidence: list[dict[str, Any]], activities: Iterable[Activity]
) -> list[LessonToReview]:
    """Return the lessons behind a whole paper, the one with most misses first.

    It helps to study, and says nothing about any single question: a lesson with one question is
    neither counted nor put before its place in the course. What a person has to mark says nothing
    yet.
    """
    scored_rows = [row for row in evidence if row["earned"] is not None]
    questions = Counter(row["lesson"] for row in scored_rows)
    right = Counter(row["lesson"] for row in scored_rows if row["earned"] == 1)
    keys = {str(activity.key): activity for activity in activities}
    lessons = [
        LessonToReview(activity, questions[key], right[key])
        for key, activity in keys.items()
        if key in questions
    ]
    return sorted(lessons, key=_misses)


def _misses(row: LessonToReview) -> int:
    """Return minus the misses that may be counted, to sort by."""
    return row.right_count - row.question_count if row.has_count else 0
