"""Holds the benchmark site while it is made: courses, learners in four of them each, an analyst,
open attempts, sessions.
"""

import os
import random
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.services import create_person, grant_role
from courses.editions import outline_of
from courses.models import CourseHead
from demo.management.commands.load_demo import places
from demo.playing import Replay
from learning.models import Enrolment
from quizzes.models import Attempt
from quizzes.services import submit_attempt
from reporting.models import ANY_COURSE, Difference, Tally
from reporting.services import rebuild_tallies
from tools.bench.in_django.counting import statements
from tools.harness.in_django.pages import Author
from tools.harness.in_django.people import (
    DONE_AT_ONCE,
    join,
    open_attempts,
    password_hash,
    replay_learners,
    session_of,
)
from tools.harness.stores import check_own

COURSES_OF_A_LEARNER = 4


class BenchmarkSite:
    """One database of the benchmark and what was put into it."""

    def __init__(self) -> None:
        check_own(os.environ["DATABASE_URL"])
        self.now = timezone.now()
        self.heads: list[CourseHead] = []
        self.learners: list[User] = []
        self.attempts: list[Attempt] = []
        self.results: list[Attempt] = []
        self.sessions: dict[UUID, str] = {}

    def write_courses(self, *lessons: int) -> None:
        """Publish a course for each number of lessons, with twelve blocks in every lesson."""
        author = Author(blocks=12)
        self.heads = [
            author.write_course(f"curso-{number}", count)
            for number, count in enumerate(lessons, start=1)
        ]

    def add_learners(self, count: int) -> None:
        """Add learners: each with ten lessons behind them in one course, and two in each of up to
        three others.
        """
        organisations, password = places(), password_hash()
        share = count // len(self.heads)
        with transaction.atomic():
            for place, head in enumerate(self.heads):
                learners = range(place * share, (place + 1) * share)
                replay_learners(
                    Replay(head, organisations, password), learners, done=DONE_AT_ONCE, now=self.now
                )
            self.learners = list(User.objects.order_by("pk")[:count])
            for place, user in enumerate(self.learners):
                first = place // share
                for other in sorted(
                    {(first + step * 5) % len(self.heads) for step in range(COURSES_OF_A_LEARNER)}
                    - {first}
                ):
                    join(
                        user,
                        self.heads[other],
                        outline_of(self.heads[other].latest_edition_id),
                        self.now,
                    )
            for head in self.heads:
                rows = list(Enrolment.objects.filter(course=head).select_related("course"))
                self.attempts += open_attempts(rows, outline_of(head.latest_edition_id), self.now)
            self.analyst = create_person(
                first_name="Lucía",
                email="analista@bench.example",
                password_hash=password,
                now=self.now,
            )
            grant_role(user=self.analyst, role="analyst", now=self.now, is_national=True)
            # Everybody has acted today: the first act of a day costs one statement more, wherever
            # it falls.
            Enrolment.objects.update(last_act_on=timezone.localdate(self.now))
            rebuild_tallies(now=self.now)
        self.sessions = {user.learner_key: session_of(user) for user in self.learners}

    def hand_in(self, count: int) -> None:
        """Hand in the last attempts, so that their results can be looked at."""
        self.results = self.attempts[-count:]
        del self.attempts[-count:]
        for attempt in self.results:
            submit_attempt(
                attempt_uuid=attempt.uuid,
                learner=attempt.learner,
                uuid=uuid4(),
                received_at=self.now,
            )

    def crowd(self, count: int) -> None:
        """Bring every course together to `count` learners, at once."""
        organisations, password = places(), password_hash()
        with transaction.atomic():
            for place, head in enumerate(self.heads):
                learners = range(
                    1000 + place * count, 1000 + place * count + count // len(self.heads)
                )
                replay_learners(
                    Replay(head, organisations, password), learners, done=2, now=self.now
                )
            rebuild_tallies(now=self.now)

    def set_tallies(self, enrolments: int, *, source: random.Random, places: int) -> None:
        """Put tallies there as if so many people were enrolled, spread over institutions and
        courses.
        """
        spots = list(Organisation.objects.select_related("district").order_by("pk")[:places])
        counts = Counter(
            (source.randrange(len(spots)), source.choice(self.heads).pk)
            for _number in range(enrolments)
        )
        people = Counter[tuple[int, int]]()
        for (place, _course), count in counts.items():
            people[place, ANY_COURSE] += count // 2 + 1
        Difference.objects.all().delete()
        Tally.objects.all().delete()
        Tally.objects.bulk_create(
            [
                Tally(
                    course_id=course,
                    organisation_id=spots[place].pk,
                    district_code=spots[place].district_id,
                    area_code=spots[place].district.area_id,
                    province_code=spots[place].district.province_id,
                    assigned=count,
                    active=count // 2,
                    completed=count // 3,
                    certified=count // 3,
                )
                for (place, course), count in (counts + people).items()
            ],
            batch_size=1000,
        )

    def facts(self) -> dict[str, Any]:
        """Return sessions, and for each kind of request who asks for what."""
        courses, lessons, acts = [], [], []
        for row in (
            Enrolment.objects.filter(learner__in=self.sessions)
            .select_related("course")
            .order_by("pk")
        ):
            session, course = self.sessions[row.learner], f"/cursos/{row.course.slug}/"
            course_lessons = [
                activity
                for activity in outline_of(row.course.latest_edition_id).activities
                if activity.kind == "lesson"
            ]
            courses.append((session, course))
            lessons += [
                (session, f"{course}{lesson.module_slug}/{lesson.slug}/")
                for lesson in course_lessons[1:3]
            ]
            # The last one stays: a completion is not what is measured.
            acts += [
                (session, f"/mi-aprendizaje/{row.course.slug}/leida/{lesson.key}/")
                for lesson in course_lessons[2:-1]
            ]
        attempts, results = (
            [(self.sessions[attempt.learner], f"/intentos/{attempt.uuid}/") for attempt in rows]
            for rows in (self.attempts, self.results)
        )
        for rows in (courses, lessons, acts, attempts):
            random.Random(7).shuffle(rows)
        return {
            "sessions": list(self.sessions.values()),
            "people": [user.email for user in self.learners],
            "analyst": session_of(self.analyst),
            "courses": courses,
            "lessons": lessons,
            "acts": acts,
            "attempts": attempts,
            "results": results,
        }

    def count_statements(self, head: CourseHead) -> dict[str, int]:
        """Return the statements of each kind of request in one course, warm."""
        session = self.sessions[
            Enrolment.objects.filter(course=head, learner__in=self.sessions)
            .order_by("pk")
            .first()
            .learner
        ]
        lessons = [
            activity
            for activity in outline_of(head.latest_edition_id).activities
            if activity.kind == "lesson"
        ]
        reading = [f"/mi-aprendizaje/{head.slug}/leida/{lesson.key}/" for lesson in lessons[2:4]]
        own = [attempt for attempt in self.attempts if attempt.enrolment.course_id == head.pk]
        self.attempts = [attempt for attempt in self.attempts if attempt not in own[:2]]
        pairs = [
            (self.sessions[attempt.learner], f"/intentos/{attempt.uuid}/") for attempt in own[:3]
        ]
        (answering, answer_path) = pairs.pop()
        return {
            "lesson": statements(
                (session, f"/cursos/{head.slug}/{lessons[1].module_slug}/{lessons[1].slug}/")
            ),
            "course": statements((session, f"/cursos/{head.slug}/")),
            "catalogue": statements((session, "/cursos/")),
            "home": statements((session, "/mi-aprendizaje/")),
            "figures": statements((session_of(self.analyst), "/panel/")),
            "question": statements((answering, f"{answer_path}1/")),
            "result": statements(
                *(
                    (self.sessions[attempt.learner], f"/intentos/{attempt.uuid}/resultado/")
                    for attempt in self.results[:2]
                )
            ),
            "read": statements(*((session, path) for path in reading), form={}),
            "answer": statements(
                *((answering, f"{answer_path}{slot}/") for slot in (1, 2)),
                form={"sequence": "100", "chosen": "1"},
                accept="application/json",
            ),
            "submit": statements(
                *((submitting, f"{path}revisar/") for submitting, path in pairs), form={}
            ),
        }
