"""Remembers whether this database was made as a demonstration: people with a published password
enter no other.
"""

from datetime import datetime

from accounts.models import User
from courses.models import CourseHead
from operations.models import SiteOrigin


def remember_origin(*, wants_demonstration: bool, now: datetime) -> SiteOrigin:
    """Return how this database was made, written down the first time.

    Without a row it was never set up to the end: it is a demonstration when it holds demonstration
    people, or when one is wanted and nobody and no course is there yet. Set up without a
    demonstration before any of its people came, it becomes a site like any other, for good.
    """
    has_demo_people = User.objects.filter(is_demo=True).exists()
    is_new = not User.objects.exists() and not CourseHead.objects.exists()
    is_demonstration = has_demo_people or (wants_demonstration and is_new)
    origin, _is_first = SiteOrigin.objects.get_or_create(
        pk=1, defaults={"made_at": now, "is_demonstration": is_demonstration}
    )
    if origin.is_demonstration and not wants_demonstration and not has_demo_people:
        origin.is_demonstration = False
        origin.save(update_fields=["is_demonstration"])
    return origin


def may_hold_demo_people() -> bool:
    """Say whether demonstration people may be loaded: nobody real is here, and the database was not
    made without them.
    """
    was_made_without = SiteOrigin.objects.filter(is_demonstration=False).exists()
    return not was_made_without and not User.objects.filter(is_demo=False).exists()
