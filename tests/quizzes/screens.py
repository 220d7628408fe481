"""Reads and sends what the learner's screens of a quiz show and take."""

import re
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from courses.models import CourseHead
from learning.services import enrol_learner
from quizzes.allowance import Allowance
from quizzes.models import QuizPage
from quizzes.services import start_attempt
from quizzes.wording import day_and_time
from tests.factories.quizzes import answer_all, submit

JSON = {"HTTP_ACCEPT": "application/json"}
FORM = "application/x-www-form-urlencoded"


def text_of(response):
    """Return what a person reads, without tags and repeated spaces."""
    body = re.sub(r"(?s)<(script|style).*?</\1>", " ", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def page(attempt, part):
    return f"/intentos/{attempt.uuid}/{part}/"


def as_form(fields):
    """Return fields as a browser sends them, whatever is in them."""
    return urlencode(
        {name: str(value).encode("utf-8", "surrogatepass") for name, value in fields.items()}
    )


def sent(chosen=(), **more):
    return {"uuid": uuid4(), "sequence": 1, "chosen": list(chosen), **more}


def start_for(user, course, slug):
    """Enrol a person in the course as it is now, and start the quiz of that slug."""
    enrolment = enrol_learner(
        user=user, course=CourseHead.objects.get(pk=course.pk), received_at=timezone.now()
    )
    return start_attempt(
        enrolment=enrolment,
        quiz_key=QuizPage.objects.get(slug=slug).translation_key,
        now=timezone.now(),
    )


def use_up(enrolment, quiz, *, right=0, attempts=3, ago=timedelta(0)):
    """Hand in every attempt with so many right answers, some time ago; return the last one."""
    now = timezone.now() - ago
    for _number in range(attempts):
        attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=now)
        answer_all(attempt, right=right)
        submit(attempt, now=now)
    return attempt


def opening(attempt):
    """The day and hour in Lima at which the next attempt opens."""
    attempt.refresh_from_db()
    opens_at = Allowance.of(attempt.rules).opens_at([attempt.submitted_at] * 3, has_passed=False)
    return day_and_time(opens_at.astimezone(ZoneInfo("America/Lima")))
