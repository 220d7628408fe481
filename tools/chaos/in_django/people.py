"""Seeds the site of a run: two courses, and learners who stand where the run needs them."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Session, User
from accounts.services import create_person, grant_role
from accounts.sessions import SessionStore
from audit.sealing import seal_pending_entries
from courses.editions import outline_of
from courses.models import CourseHead
from courses.outline import Activity
from demo.management.commands.load_demo import places
from demo.playing import Replay
from demo.story import Act, History
from learning.models import Enrolment
from quizzes.queries import rules_of
from reporting.services import rebuild_tallies
from tools.harness.in_django.database import prepare_database
from tools.harness.in_django.pages import Author
from tools.harness.in_django.people import open_attempts, password_hash, session_of

LESSONS = 2
# Questions and attempts of the final quiz.
COURSES = {"largo": (20, 3), "corto": (5, 3)}
PASSING = 0.8


def prepare() -> None:
    """Migrate an empty database and publish the courses."""
    prepare_database()
    author = Author(blocks=2, questions=20)
    for slug, (questions, attempts) in COURSES.items():
        author.write_course(slug, LESSONS, questions=questions, attempts=attempts)


def seed(count: int, course: str, state: str) -> list[dict[str, Any]]:
    """Add learners of a course: enrolled; `ready` with every lesson read and an answered paper;
    `last` with one attempt left.
    """
    head, now = CourseHead.objects.select_related("latest_edition").get(slug=course), timezone.now()
    outline = outline_of(head.latest_edition_id)
    quiz = next(activity for activity in outline.activities if activity.kind == "quiz")
    acts = acts_of(
        state, [activity for activity in outline.activities if activity.kind == "lesson"], quiz
    )
    replay = Replay(head, places(), password_hash())
    first = User.objects.count()
    with transaction.atomic():
        for number in range(first, first + count):
            replay.add(
                History(
                    number,
                    f"Persona {number}",
                    "Quispe",
                    "Tesorería",
                    number % len(replay.organisations),
                    now - timedelta(days=9),
                    acts,
                )
            )
        replay.rows.store()
        rows = list(
            Enrolment.objects.filter(
                learner__in=[user.learner_key for user in replay.rows.users]
            ).select_related("course")
        )
        attempts = {
            attempt.learner: str(attempt.uuid)
            for attempt in (open_attempts(rows, outline, now) if state == "ready" else [])
        }
        sessions = sessions_of(replay.rows.users)
        rebuild_tallies(now=now)
    while seal_pending_entries():
        pass
    return [
        {
            "key": str(user.learner_key),
            "session": sessions[user.pk],
            "course": course,
            "quiz": f"/cursos/{course}/{quiz.module_slug}/{quiz.slug}/",
            "lessons": [
                str(activity.key) for activity in outline.activities if activity.kind == "lesson"
            ],
            "questions": sum(draw["count"] for draw in rules_of(quiz)["draws"]),
            "attempt": attempts.get(user.learner_key, ""),
        }
        for user in replay.rows.users
    ]


def acts_of(state: str, lessons: list[Activity], quiz: Activity) -> list[Act]:
    """Return what a learner in this state has done."""
    start = timezone.now() - timedelta(days=8)
    if state == "ready":
        return [Act(lesson.key, start) for lesson in lessons]
    tries = rules_of(quiz)["attempts_allowed"] - 1 if state == "last" else 0
    return [Act(quiz.key, start + timedelta(days=number), right=0.0) for number in range(tries)]


def sessions_of(users: list[User]) -> dict[int, str]:
    """Let people in who share a password, at once: one enters through the signals, the others get
    the like of that session.
    """
    first, store = session_of(users[0]), SessionStore()
    session = SessionStore(first).load()
    expiry, keys = (
        timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE),
        {users[0].pk: first},
    )
    rows = []
    for user in users[1:]:
        keys[user.pk] = key = store._get_new_session_key()
        rows.append(
            Session(
                session_key=key,
                user=user,
                session_data=store.encode({**session, "_auth_user_id": str(user.pk)}),
                expire_date=expiry,
            )
        )
    Session.objects.bulk_create(rows, batch_size=500)
    return keys


def analyst() -> str:
    """Add a person who reads the figures of the nation; return their session."""
    now = timezone.now()
    user = create_person(
        first_name="Lucía", email="analista@chaos.example", password_hash=password_hash(), now=now
    )
    grant_role(user=user, role="analyst", now=now, is_national=True)
    return session_of(user)
