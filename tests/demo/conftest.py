"""Makes the site on which the demonstration is loaded."""

import pytest

from accounts.services import import_organisations
from courses.models import CourseHead, ModulePage
from demo.management.commands import load_demo
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz


@pytest.fixture
def ready(course, monkeypatch, django_capture_on_commit_callbacks):
    """A site as set_up leaves it, with a small course that ends in a quiz; ten histories are played
    act by act.
    """
    monkeypatch.setattr(load_demo, "PLAYED_ACT_BY_ACT", 10)
    with django_capture_on_commit_callbacks(execute=True):
        add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 3)])
    import_organisations()
    return CourseHead.objects.get(pk=course.pk)
