"""Lets two acts on one person take turns."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from accounts.models import User


def hold_person(user: User) -> None:
    """Hold the person's row until the transaction ends: what replaces a row of theirs, or copies
    what holds of them today, must see the one before it. No statement on SQLite.
    """
    if connection.features.has_select_for_update:
        list(User.objects.select_for_update().filter(pk=user.pk).values_list("pk"))


def hold_people(learners: Collection[UUID]) -> None:
    """Hold the rows of several people, always in the same order: two who hold some of the same wait
    for each other and never both. No statement on SQLite.
    """
    if connection.features.has_select_for_update:
        held = User.objects.select_for_update().filter(learner_key__in=learners).order_by("pk")
        list(held.values_list("pk"))
