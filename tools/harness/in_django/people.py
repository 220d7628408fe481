"""Plays what people did on the benchmark's courses: by the services of the screens where it is
little, at once where it is much.
"""

import random
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import User
from courses.models import CourseHead
from courses.outline import Outline
from demo.playing import Replay, played_responses
from demo.story import Act, History, key_of
from learning.models import Enrolment
from learning.services import complete_activity, enrol_learner
from quizzes.bulk import BulkAttempts
from quizzes.models import Attempt
from tools.harness.browsing import PASSWORD

DONE_AT_ONCE, DONE_BY_ACTS = 10, 2


def replay_learners(replay: Replay, numbers: range, *, done: int, now: datetime) -> None:
    """Store learners of one course at once, each with `done` lessons behind them, but never the
    last one: nobody completes.
    """
    start = now - timedelta(days=20)
    lessons = [activity for activity in replay.outline.activities if activity.kind == "lesson"][
        :-1
    ][:done]
    acts = [
        Act(lesson.key, start + timedelta(hours=place))
        for place, lesson in enumerate(lessons, start=1)
    ]
    for number in numbers:
        replay.add(
            History(
                number,
                f"Persona {number}",
                "Quispe Flores",
                "Tesorería",
                number % len(replay.organisations),
                start,
                acts,
            )
        )
    replay.rows.store()


def join(user: User, head: CourseHead, outline: Outline, now: datetime) -> Enrolment:
    """Enrol a person as the screen does, and mark the first lessons as read."""
    enrolment = enrol_learner(
        user=user, course=head, received_at=now, uuid=key_of(user.learner_key, head.slug)
    )
    for lesson in outline.activities[:DONE_BY_ACTS]:
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=user.learner_key,
            activity_key=lesson.key,
            uuid=uuid4(),
            received_at=now,
        )
    return enrolment


def open_attempts(enrolments: list[Enrolment], outline: Outline, now: datetime) -> list[Attempt]:
    """Store at once one open attempt for each enrolment of a course, with an answer to every
    question.
    """
    quiz = next(activity for activity in outline.activities if activity.kind == "quiz")
    rows, source = BulkAttempts(quiz), random.Random(7)
    attempts = [
        rows.add(
            enrolment,
            uuid=uuid4(),
            number=1,
            at=now,
            answers=partial(played_responses, right=0.8),
            random=source,
            is_handed_in=False,
        )
        for enrolment in enrolments
    ]
    rows.store()
    return attempts


def session_of(user: User) -> str:
    """Let a person in without their password, through the same signals; return the key of the
    session.
    """
    client = Client()
    client.force_login(user, backend="accounts.signing_in.PersonBackend")
    return client.session.session_key


def password_hash() -> str:
    """Return the hash that all people of the benchmark share, at the strength of production."""
    return make_password(PASSWORD)


def user_of(learner: UUID) -> User:
    """Return the person behind an opaque key."""
    return User.objects.get(learner_key=learner)
