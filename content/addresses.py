"""Makes the short names that stand in addresses: plain letters from any title, as the routes of the
site take them.
"""

import re
from collections.abc import Collection

from django.utils.text import slugify

from lib.composing import composed

LONGEST_SLUG = 60
PLAIN = re.compile(r"[-a-zA-Z0-9_]+")


def is_plain_slug(slug: str) -> bool:
    """Say whether every address of the site can carry a short name."""
    return len(slug) <= LONGEST_SLUG and PLAIN.fullmatch(slug) is not None


def plain_slug(title: str, fallback: str, taken: Collection[str] = ()) -> str:
    """Return a short name of plain letters that is not among `taken`: `-2`, `-3`… tell equal ones
    apart.

    A title without one plain letter («¿…?») takes the fallback, the name of the kind of thing.
    """
    base = _slug_of(title) or _slug_of(fallback)
    slug, number = base, 1
    while slug in taken:
        number += 1
        tail = f"-{number}"
        slug = _cut(base, LONGEST_SLUG - len(tail)) + tail
    return slug


def _slug_of(title: str) -> str:
    return _cut(slugify(composed(title, "NFKD")), LONGEST_SLUG)


def _cut(slug: str, length: int) -> str:
    return slug[:length].strip("-_")
