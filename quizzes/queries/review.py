"""Reads results: what was asked and answered, what was right, and which lessons help."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from courses.editions import outline_of
from courses.outline import Activity, Outline
from learning.queries import Study
from norms.models import Norm
from questions.kinds import JSON, Kind, kind_of
from questions.models import Question, QuestionVersion
from questions.queries import is_key_mended, versions_of
from quizzes.models import Attempt, QuizPage
from quizzes.queries.attempts import Paper, Standing, enrolment_behind, rules_of, standing_of


@dataclass(frozen=True)
class ReviewedItem:
    """One item after its answers may be seen.

    `earned` goes from 0 to 1; the norm is shown in its state of today.
    """

    slot: int
    kind: Kind
    stem: str
    reviewed: JSON
    earned: float
    feedback: str
    norm: Norm | None
    locator: str
    lesson: Activity | None
    mended: QuestionVersion | None

    @property
    def right_today(self) -> list[str]:
        """The key of the version that mended it, in words."""
        return kind_of(self.mended.kind).right_texts(self.mended.content) if self.mended else []


@dataclass(frozen=True)
class LessonToReview:
    """A lesson behind a paper: how many of its questions were asked, and how many answered
    rightly.
    """

    lesson: Activity
    asked: int
    right: int

    @property
    def is_told(self) -> bool:
        """True when the count tells nothing of a single question."""
        return self.asked > 1


@dataclass(frozen=True)
class Result:
    """What a learner is told after submitting: with the keys when the review policy allows, else
    with lessons to read again.
    """

    attempt: Attempt
    standing: Standing
    study: Study
    activity: Activity | None
    reviewed: list[ReviewedItem]
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
    """Return the result of a closed attempt read by `with_enrolment`. At most four statements."""
    enrolment = enrolment_behind(attempt)
    outline = outline_of(enrolment.course.latest_edition_id)
    # The addresses of a course that closed answer nobody: only what was done stays.
    outline = outline if enrolment.course.is_open else replace(outline, activities=(), by_key={})
    activity = outline.by_key.get(attempt.quiz_key)
    rules = rules_of(activity) if activity and activity.kind == QuizPage.kind else attempt.rules
    standing = standing_of(enrolment, attempt.quiz_key, rules, now)
    shows_keys = standing.shows_keys(attempt.rules["review"])
    return Result(
        attempt=attempt,
        standing=standing,
        study=Study(enrolment, outline),
        activity=activity,
        reviewed=reviewed_items(attempt, outline) if shows_keys else [],
        lessons=lessons_behind(attempt, outline),
    )


def reviewed_items(attempt: Attempt, outline: Outline) -> list[ReviewedItem]:
    """Return every item as it was asked, what was chosen, what was right, why, and the norm behind
    it.
    """
    norms = Norm.objects.in_bulk({kept["norm"] for kept in attempt.evidence} - {""})
    lessons = {str(activity.key): activity for activity in outline.activities}
    mended = mended_since(attempt.paper)
    return [
        ReviewedItem(
            slot=slot,
            kind=kind_of(kept["kind"]),
            stem=kept["stem"],
            reviewed=kind_of(kept["kind"]).reviewed(kept["asked"], kept["response"]),
            earned=kept["earned"],
            feedback=kept["feedback"],
            norm=norms.get(kept["norm"]),
            locator=kept["locator"],
            lesson=lessons.get(kept["lesson"]),
            mended=mended.get(slot),
        )
        for slot, kept in enumerate(attempt.evidence, start=1)
    ]


def mended_since(paper: Paper) -> dict[int, QuestionVersion]:
    """Return, by slot, the versions of today whose key is another than that of the pinned ones.

    One statement, and what is new.
    """
    today = dict(
        Question.objects.filter(pk__in=[entry["question"] for entry in paper]).values_list(
            "pk", "approved_id"
        )
    )
    changed = {
        slot: entry
        for slot, entry in enumerate(paper, start=1)
        if today.get(entry["question"], entry["version"]) != entry["version"]
    }
    asked = versions_of(
        [
            *(entry["version"] for entry in changed.values()),
            *(today[entry["question"]] for entry in changed.values()),
        ]
    )
    pairs = {
        slot: (asked[entry["version"]], asked[today[entry["question"]]])
        for slot, entry in changed.items()
    }
    return {slot: newer for slot, (older, newer) in pairs.items() if is_key_mended(older, newer)}


def lessons_behind(attempt: Attempt, outline: Outline) -> list[LessonToReview]:
    """Return the lessons behind the whole paper, the one with most misses first.

    It helps to study, and says nothing about any single question: a lesson with one question is
    neither counted nor put before its place in the course.
    """
    asked = Counter(kept["lesson"] for kept in attempt.evidence)
    right = Counter(kept["lesson"] for kept in attempt.evidence if kept["earned"] == 1)
    found = [
        LessonToReview(item, asked[key], right[key])
        for item in outline.activities
        if (key := str(item.key)) in asked
    ]
    return sorted(found, key=lambda row: row.right - row.asked if row.is_told else 0)
