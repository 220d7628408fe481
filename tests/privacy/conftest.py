"""Plays two histories through every app, so that a copy and an erasure have something to leave
out.
"""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Membership
from accounts.services import correct_person, create_person, move_person
from certificates.services import number_waiting_certificates
from courses.editions import outline_of
from courses.models import CourseHead, ModulePage
from learning.models import Enrolment
from learning.services import complete_activity, enrol_learner
from quizzes.services import start_attempt
from reporting.services import fold_differences
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer_all, submit
from tests.notices.conftest import mailbox, queued  # noqa: F401 - a mail server

PASSWORD = "tres palabras juntas"


@pytest.fixture
def history(course, organisations, django_capture_on_commit_callbacks):
    """Play a person through the course: a quiz is failed and passed, a certificate is issued, and
    an attempt stays open.
    """
    with django_capture_on_commit_callbacks(execute=True):
        quiz = add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 4)], attempts_allowed=4)
    head = CourseHead.objects.get(pk=course.pk)

    def play(first_name: str, last_name: str, number: str, place: str = "puno"):
        now = timezone.now()
        user = create_person(
            first_name=first_name,
            last_name=last_name,
            email=f"{first_name.lower()}@example.org",
            document_type="dni",
            document_number=number,
            organisation=organisations["ugel"],
            post=f"Puesto de {first_name}",
            password=PASSWORD,
            now=now,
        )
        Membership.objects.filter(user=user).update(started_on="2024-01-01")
        move_person(
            user=user,
            organisation=organisations[place],
            post=f"Cargo de {first_name}",
            now=now,
            moved_by=user,
        )
        correct_person(
            user=user,
            first_name=first_name,
            last_name=last_name,
            post=f"Oficio de {first_name}",
            now=now,
        )
        enrolment = enrol_learner(user=user, course=head, received_at=now)
        for right in (0, None):
            attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=now)
            answer_all(attempt, right=right)
            submit(attempt)
        for activity in outline_of(head.latest_edition_id).activities:
            if activity.kind == "lesson":
                uuid = uuid4()
                complete_activity(
                    enrolment_id=enrolment.pk,
                    learner=user.learner_key,
                    activity_key=activity.key,
                    uuid=uuid,
                    received_at=timezone.now(),
                )
        answer_all(start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=now))
        number_waiting_certificates(now=now)
        fold_differences()
        return SimpleNamespace(
            user=user, enrolment=Enrolment.objects.get(pk=enrolment.pk), number=number
        )

    return play
