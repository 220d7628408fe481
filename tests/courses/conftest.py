"""A lesson in review, for every test of what is decided about it."""

import pytest
from django.utils import timezone

from accounts.roles import sync_roles
from courses.models import CoursePage
from tests.courses.deciding import SENT, save
from tests.courses.editor import lesson_of


@pytest.fixture
def lesson(course, raul, client, ada):
    """A published lesson of which Ada sent a change to review."""
    sync_roles(today=timezone.localdate())
    page = lesson_of(CoursePage.objects.get(translation_key=course.key))
    save(client, ada, page, objective=SENT, **{"action-submit": "action-submit"})
    return page
