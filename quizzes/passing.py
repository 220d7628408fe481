"""Finds completions that no passed attempt stands behind."""

from uuid import UUID

from courses.editions import outline_of
from learning.completion import reaches
from learning.models import Enrolment
from quizzes.models import Attempt


def completions_without_pass() -> set[int]:
    """Return the enrolments that were completed without a passed attempt at every required quiz of
    their edition.

    Passed is what met the pass mark of its day, or that of the completed edition where it had been
    lowered.
    """
    best: dict[tuple[int, UUID], tuple[bool, float]] = {}
    attempts = Attempt.objects.filter(state=Attempt.State.SUBMITTED).values_list(
        "enrolment_id", "quiz_key", "passed", "score_scaled"
    )
    for enrolment, quiz, is_pass, score in attempts.iterator(chunk_size=2000):
        before = best.get((enrolment, quiz), (False, 0.0))
        best[enrolment, quiz] = (before[0] or bool(is_pass), max(before[1], score or 0.0))
    completions = Enrolment.objects.exclude(completed_edition=None).values_list(
        "pk", "completed_edition_id"
    )
    without_pass = set()
    for enrolment, edition_id in completions.iterator(chunk_size=2000):
        quizzes = [
            activity
            for activity in outline_of(edition_id).required
            if activity.pass_mark is not None
        ]
        results = [
            (activity.pass_mark, best.get((enrolment, activity.key))) for activity in quizzes
        ]
        if not all(result and (result[0] or reaches(result[1], mark)) for mark, result in results):
            without_pass.add(enrolment)
    return without_pass
