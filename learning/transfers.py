"""Keeps enrolments in progress at the post of the day: what is completed stays where it was."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from accounts.models import Membership, Organisation
from learning.models import Enrolment
from learning.signals import Place, enrolment_transferred


def transfer_enrolments(*, learner: UUID, organisation: Organisation, now: datetime) -> int:
    """Take what a learner has in progress along to another institution; return how many.

    What they do from now on is recorded there; statements before keep the post of their day. The
    caller holds the transaction and the person's row, as everybody does who enrols.
    """
    rows = Enrolment.objects.select_for_update(of=("self",)).order_by("pk")
    elsewhere = rows.filter(learner=learner, state=Enrolment.State.ACTIVE).exclude(
        organisation=organisation, district_code=organisation.district_id
    )
    return sum(_transfer(enrolment, organisation, now) for enrolment in elsewhere)


def _transfer(enrolment: Enrolment, organisation: Organisation, now: datetime) -> int:
    origin = Place(enrolment.organisation_id, enrolment.district_code)
    enrolment.organisation = organisation
    enrolment.district_code = organisation.district_id
    enrolment.save(update_fields=["organisation", "district_code"])
    enrolment_transferred.send(sender=Enrolment, enrolment=enrolment, origin=origin, now=now)
    return 1


def misplaced_enrolments() -> QuerySet[Enrolment]:
    """Return the enrolments in progress of learners who serve at another institution today, or at
    one that has another district by now.
    """
    posts = Membership.objects.filter(user__learner_key=OuterRef("learner"), ended_on=None)
    return (
        Enrolment.objects.filter(state=Enrolment.State.ACTIVE)
        .filter(Exists(posts))
        .annotate(
            serves_at=Subquery(posts.values("organisation")[:1]),
            serves_in=Subquery(posts.values("organisation__district_id")[:1]),
        )
        .exclude(organisation=F("serves_at"), district_code=F("serves_in"))
    )


def mend_places(*, now: datetime) -> int:
    """Take every misplaced enrolment to the post of today; return how many there were."""
    return sum(_mend(enrolment, now) for enrolment in misplaced_enrolments().order_by("pk"))


def _mend(misplaced: Enrolment, now: datetime) -> int:
    with transaction.atomic():
        post = (
            Membership.objects.filter(user__learner_key=misplaced.learner, ended_on=None)
            .select_related("organisation")
            .first()
        )
        if post is None:
            return 0
        return transfer_enrolments(
            learner=misplaced.learner, organisation=post.organisation, now=now
        )
