"""A small published course, and a lesson of it in review."""

import pytest
from django.utils import timezone

from accounts.roles import sync_roles
from courses.models import CoursePage
from tests.courses.deciding import SENT, save
from tests.courses.editor import lesson_of
from tests.factories.courses import build_site, publish_course


@pytest.fixture
def lesson(course, raul, client, ada):
    """A published lesson of which Ada sent a change to review."""
    sync_roles(today=timezone.localdate())
    page = lesson_of(CoursePage.objects.get(translation_key=course.key))
    save(client, ada, page, objective=SENT, **{"action-submit": "action-submit"})
    return page


@pytest.fixture
def really_published(transactional_db):
    """The page of a small published course; every commit is real, so that each edition counts."""
    return publish_course(build_site())


@pytest.fixture
def published(course):
    """The page of a small published course, for what needs no real commit."""
    return CoursePage.objects.get(translation_key=course.key)
