"""Gives the addresses of courses and activities; what no address can carry is shown without a link,
and told to the log.
"""

import logging
from functools import lru_cache

from django.urls import NoReverseMatch, reverse

from courses.outline import Activity, Outline

logger = logging.getLogger(__name__)
# A lesson shows three addresses, a home one for each course: to make one anew costs a twentieth of
# the page.
KEPT_ADDRESSES = 4096


def course_address(slug: str) -> str:
    """Return the address of a course, or an empty text when there is none."""
    return _address("learning:course", slug)


def requirements_address(slug: str) -> str:
    """Return the address of what a course still needs, or an empty text."""
    return _address("learning:requirements", slug)


def activity_address(outline: Outline, activity: Activity) -> str:
    """Return the address of an activity, or an empty text when there is none."""
    return _address("learning:activity", outline.slug, activity.module_slug, activity.slug)


def _address(name: str, *slugs: str) -> str:
    try:
        return _reversed(name, *slugs)
    except NoReverseMatch:
        logger.error("No address: %s of %s", name, "/".join(slugs))
        return ""


@lru_cache(maxsize=KEPT_ADDRESSES)
def _reversed(name: str, *slugs: str) -> str:
    return reverse(name, args=slugs)
