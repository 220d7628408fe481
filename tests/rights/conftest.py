"""Plays the world of the rights once for each module: every test finds it as it was."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction
from django.test import TestCase

from accounts.models import User
from tests.kept import forget_all
from tests.rights.world import World, meet_cast, play, publish_all

# Wagtail leaves the file of a new rendition open.
OPEN_FILES = [
    pytest.mark.filterwarnings(
        "ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
    ),
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:ResourceWarning"),
]


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker) -> Iterator[World]:
    """The world, in a transaction that stays open until the last test of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget_all()
        cast = meet_cast()
        with TestCase.captureOnCommitCallbacks(execute=True):
            publish_all()
        with TestCase.captureOnCommitCallbacks(execute=True):
            world = play(cast)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(played) -> Iterator[World]:
    """The cast, each with something of their own, and a sample of every object.

    What a test does to it is undone.
    """
    with transaction.atomic():
        fresh = User.objects.in_bulk([person.pk for person in played.people.values() if person])
        yield replace(
            played,
            people={name: person and fresh[person.pk] for name, person in played.people.items()},
        )
        transaction.set_rollback(True)
