"""Lets who looks after an institution put back a post that was ended there by mistake, for thirty
days.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.corrections import NothingChanges, Why, begin_act
from accounts.models import Membership, Organisation, RoleGrant, User
from accounts.permissions import STEWARDS, organisations_visible_to, stands_above
from accounts.services import put_back

# Days, from when its end was noted, in which a post may be put back.
PUT_BACK_WITHIN = timedelta(days=30)


class PostStaysEnded(Exception):
    """A post cannot be put back, or no more."""


class ServesElsewhere(PostStaysEnded):
    """The person has another post by now."""


class TooLate(PostStaysEnded):
    """The thirty days are over."""


class InstitutionClosed(PostStaysEnded):
    """The institution is closed: nobody can serve there."""


def ended_posts(organisation: Organisation) -> QuerySet[Membership]:
    """Return the posts at an institution that somebody ended: of each person the last one alone."""
    # Of two accounts that became one, the older post may be the younger row.
    ends_later = Q(ended_on__gt=OuterRef("ended_on"))
    is_younger = Q(ended_on=OuterRef("ended_on"), pk__gt=OuterRef("pk"))
    later = Membership.objects.filter(ends_later | is_younger, user=OuterRef("user"))
    return Membership.objects.filter(
        ~Exists(later), organisation=organisation, ended_at__isnull=False, user__merged_into=None
    )


def ended_lately(organisation: Organisation, now: datetime) -> QuerySet[Membership]:
    """Return the posts at an institution that may still be put back, as far as their day says."""
    return ended_posts(organisation).filter(ended_at__gt=now - PUT_BACK_WITHIN)


def put_back_post(*, person: User, organisation: Organisation, why: Why, now: datetime) -> None:
    """Let a person serve again at an institution where their post was ended by mistake, with all
    its days.

    Raises a PostStaysEnded, NothingChanges for who serves there, and as `begin_act` does.
    """

    def may(actor: User, person: User) -> bool:
        """Who serves nowhere is in nobody's reach: the institution says whose they were."""
        theirs = organisations_visible_to(actor, STEWARDS).filter(pk=organisation.pk)
        grants = RoleGrant.objects.filter(RoleGrant.not_ended(timezone.localdate()), user=person)
        is_above = stands_above(actor, person, grants.select_related("organisation__district"))
        return is_above and theirs.exists()

    with transaction.atomic():
        if not begin_act(person, "post_put_back", why, now, may=may):
            return
        serving = Membership.objects.filter(user=person, ended_on=None).first()
        if serving:
            raise NothingChanges if serving.organisation_id == organisation.pk else ServesElsewhere
        rows = ended_posts(organisation).filter(user=person)
        post = rows.select_related("user", "organisation__entry").first()
        if post is None or post.ended_at is None:
            raise NothingChanges
        if post.ended_at <= now - PUT_BACK_WITHIN:
            raise TooLate
        if post.organisation.told.closed_on is not None:
            raise InstitutionClosed
        put_back(membership=post, now=now, actor=why.actor)
