"""Lets two acts on one person take turns."""

from django.db import connection

from accounts.models import User


def hold_person(user: User) -> None:
    """Hold the person's row until the transaction ends: what replaces a row of theirs, or copies
    what holds of them today, must see the one before it. No statement on SQLite.
    """
    if connection.features.has_select_for_update:
        list(User.objects.select_for_update().filter(pk=user.pk).values_list("pk"))
