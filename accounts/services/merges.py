"""Lets people follow an institution that was merged into another, one by one."""

from datetime import datetime

from django.db import transaction

from accounts.models import Membership, User
from accounts.services.locks import hold_person
from accounts.services.people import move_person
from lib.write_limit import let_others_write

# People who follow a merge before whoever waits to write has a turn.
IN_A_ROW = 20


def follow_merges(now: datetime) -> int:
    """Take whoever serves at an institution that was merged along to the one that took its place;
    return how many. One transaction for each person; it may be repeated, and run twice at once.
    """
    waiting = User.objects.filter(
        memberships__ended_on=None, memberships__organisation__entry__merged_into__isnull=False
    )
    count = 0
    for number, person in enumerate(list(waiting.order_by("pk")), start=1):
        count += _follow(person, now)
        if number % IN_A_ROW == 0:
            let_others_write()
    return count


def _follow(person: User, now: datetime) -> int:
    """Move one person from where they serve to what took its place; 0 when they left meanwhile."""
    with transaction.atomic():
        hold_person(person)
        post = (
            Membership.objects.filter(user=person, ended_on=None)
            .select_related("organisation__entry__merged_into")
            .first()
        )
        target = post.organisation.told.merged_into if post else None
        if post is None or target is None:
            return 0
        while target.told.merged_into is not None:
            target = target.told.merged_into
        moved = move_person(user=person, organisation=target, post=post.post, now=now)
        if post.confirmed_at and moved.confirmed_at is None:
            moved.confirmed_at = now
            moved.save(update_fields=["confirmed_at"])
    return 1
