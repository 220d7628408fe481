"""Finds who serves in no institution, or wrote that theirs is missing, and puts them where they
serve.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.corrections import NothingChanges, Why, transfer_person
from accounts.models import Membership, MissingInstitution, Organisation, RoleGrant, User
from accounts.permissions import people_in_reach
from accounts.services import BeyondTheCeiling
from lib.folding import folded_words


@dataclass(frozen=True)
class Placed:
    """Whom an act put in an institution, and who was not the actor's to move."""

    done: list[User]
    refused: list[User]


def unplaced_people(user: User) -> QuerySet[User]:
    """Return the people in the reach of somebody who serve nowhere, or in an institution that was
    closed, or wrote that theirs is missing (`since`: when it began). Who works on the site itself
    needs none.
    """
    posts = Membership.objects.filter(user=OuterRef("pk"), ended_on=None)
    closed = posts.filter(organisation__entry__closed_on__isnull=False)
    said = MissingInstitution.objects.filter(user=OuterRef("pk"))
    held = RoleGrant.objects.filter(
        RoleGrant.not_ended(timezone.localdate()), user=OuterRef("pk")
    ).exclude(role=RoleGrant.Role.LEARNER)
    nowhere = Q(is_superuser=False) & ~Exists(posts) & ~Exists(held)
    people = people_in_reach(user).filter(is_active=True)
    return (
        people.filter(Exists(said) | Exists(closed) | nowhere)
        .exclude(pk=user.pk)
        .annotate(since=Coalesce("missing_institution__said_at", "date_joined"))
        .select_related("missing_institution")
    )


def said_by(person: User) -> str:
    """Return what a person wrote of their institution; an empty text for nothing."""
    said = getattr(person, "missing_institution", None)
    return said.words if said else ""


def who_said_the_same(user: User, person: User) -> list[User]:
    """Return the others in reach who wrote the same of their institution, at most a hundred,
    however they wrote it. One statement.
    """
    words = folded_words(said_by(person))
    if not words:
        return []
    others = unplaced_people(user).filter(missing_institution__isnull=False).exclude(pk=person.pk)
    same = [each for each in others.order_by("since") if folded_words(said_by(each)) == words]
    return same[:100]


def put(
    people: Sequence[User],
    *,
    organisation: Organisation,
    reason: str,
    uuid: UUID,
    actor: User,
    now: datetime,
) -> Placed:
    """Let people serve in an institution from today on, each in a transaction of its own, with the
    post that they wrote; sent again it is done once.
    """
    done, refused = [], []
    for person in people:
        said = getattr(person, "missing_institution", None)
        held = person.memberships.filter(ended_on=None).first()
        post = (said.post if said else "") or (held.post if held else "")
        why = Why(actor, reason, uuid5(uuid, person.username))
        try:
            transfer_person(person=person, organisation=organisation, post=post, why=why, now=now)
        except BeyondTheCeiling:
            refused.append(person)
        except NothingChanges:
            MissingInstitution.objects.filter(user=person).delete()
            done.append(person)
        else:
            # They may serve there already: then it was confirmed, and nobody moved.
            MissingInstitution.objects.filter(user=person).delete()
            done.append(person)
    return Placed(done, refused)
