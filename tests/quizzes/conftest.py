"""Adds quizzes to the small course, and the learner's way into them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import CourseHead, ModulePage
from learning.services import enrol_learner
from questions.models import Bank
from quizzes.models import QuizPage
from quizzes.services import start_attempt
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz
from tests.remembered import remembered


@pytest.fixture
def bank(course):
    """Six questions of every kind."""
    return Bank.objects.get(pk=remembered("bank", lambda: make_bank().pk))


@pytest.fixture
def publish_quiz(course, bank, django_capture_on_commit_callbacks):
    """Publish a quiz at the end of the second module, and return its page; `course` follows."""

    def make(draws=None, **facts):
        module = ModulePage.objects.get(slug="m2")
        with django_capture_on_commit_callbacks(execute=True):
            return add_quiz(module, draws or [(bank, 4)], **facts)

    return make


@pytest.fixture
def quiz(publish_quiz, course, bank):
    """A quiz of four questions, three attempts and pass mark 0.7."""
    name = ("quiz", course.pk, bank.pk)
    return QuizPage.objects.get(pk=remembered(name, lambda: publish_quiz().pk))


@pytest.fixture
def head(course, quiz) -> CourseHead:
    """The course as it is after the quiz was published."""
    return CourseHead.objects.get(pk=course.pk)


@pytest.fixture
def enrolment(head, lina):
    """Lina in the course."""
    return enrol_learner(user=lina, course=head, received_at=timezone.now())


@pytest.fixture
def attempt(enrolment, quiz):
    """Lina's open attempt."""
    return start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())


@pytest.fixture
def quiz_url(quiz):
    return reverse("learning:activity", args=["curso", "m2", quiz.slug])


@pytest.fixture
def as_lina(client, lina):
    client.force_login(lina)
    return client


@pytest.fixture
def as_omar(client, omar):
    client.force_login(omar)
    return client
