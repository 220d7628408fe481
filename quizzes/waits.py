"""Tells the screens of a course which quizzes cannot be tried now, and since when they can."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from courses.outline import Activity
from learning.queries import Study
from quizzes.queries import standings_of
from quizzes.wording import no_try_line


def waits_of(study: Study, activities: Collection[Activity], now: datetime) -> dict[UUID, str]:
    """Return the words for the quizzes among some activities that cannot be tried now. One
    statement.
    """
    standings = standings_of(study.enrolment, activities, now)
    lines = {key: no_try_line(standing) for key, standing in standings.items()}
    return {key: line for key, line in lines.items() if line}
