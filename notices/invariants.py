"""Checks that what is kept beside a person says what their notices say."""

from collections.abc import Iterator

from django.db.models import F

from accounts.models import User
from lib.findings import Finding
from notices.services import unread_count


def check() -> Iterator[Finding]:
    """Yield the invariants of notices."""
    yield Finding("Every menu counts the notices that are not read", miscounted_menus())


def miscounted_menus() -> int:
    """Return beside how many people another number stands than they have not read."""
    counted = User.objects.annotate(counted=unread_count())
    return counted.exclude(unread_notices=F("counted")).count()
