"""Checks that the documents of people can be read with the keys of this site, that people are found
by their names, and that a role ends with the post on which it rests.
"""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.documents import unopened
from accounts.models import Membership, RoleGrant, User
from accounts.person_names import searched_name
from lib.findings import Finding


def check() -> Iterator[Finding]:
    """Yield the invariants of people."""
    yield Finding(
        "every document can be read and found with the keys of this site", unreadable_documents()
    )
    yield Finding("every person is found by the name that they have", people_not_found_by_name())
    yield Finding("no liaison keeps the role of a post that ended", liaisons_who_left())


def liaisons_who_left() -> int:
    """Return how many roles of a liaison outlived the post on which they rest; who followed a
    merge left nothing.
    """
    posts = Membership.objects.filter(
        user=OuterRef("user"), organisation=OuterRef("organisation_id")
    )
    held = RoleGrant.objects.filter(
        RoleGrant.not_ended(timezone.localdate()),
        role=RoleGrant.Role.LIAISON,
        organisation__entry__merged_into=None,
    )
    left = Exists(posts.filter(ended_on__gte=OuterRef("starts_on")))
    return held.filter(left).exclude(Exists(posts.filter(ended_on=None))).count()


def unreadable_documents() -> int:
    """Return how many people have a document that this site's keys do not open, or whose index is
    of another number.
    """
    rows = User.objects.exclude(document_cipher="").values_list(
        "document_type", "document_cipher", "document_index"
    )
    return unopened(Path(settings.PERSONAL_DATA_KEYS), rows.iterator())


def people_not_found_by_name() -> int:
    """Return how many people are searched by another name than theirs."""
    rows = User.objects.values_list("first_name", "last_name", "searched_name")
    return sum(searched_name(first, last) != kept for first, last, kept in rows.iterator())
