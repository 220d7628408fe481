"""Keeps beside a person how much they have not read, for a menu that asks nothing."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models.expressions import Combinable

from accounts.models import User
from accounts.services.locks import hold_people


def store_unread(*, learners: Collection[UUID], count: Combinable) -> None:
    """Store what `count` says for each person. Held first, so that what is counted is what others
    have committed. Two statements.
    """
    with transaction.atomic():
        hold_people(learners)
        User.objects.filter(learner_key__in=learners).update(unread_notices=count)
