"""Adds one person in the name of who looks after the institution where they serve."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts import documents
from accounts.models import Membership, Organisation, User
from accounts.permissions import STEWARDS, organisations_visible_to, people_in_reach
from accounts.queries import account_that_stays, organisations_found
from accounts.services import BeyondTheCeiling, PersonExists, create_person, record_act_on
from audit.services import record_act
from lib.folding import folded_words

# Who looks after so few institutions sees them all at once; others search.
MOST_SHOWN = 12


def places_to_add_to(user: User) -> QuerySet[Organisation]:
    """Return the institutions to which somebody may add people: those of their scope in use."""
    return organisations_visible_to(user, STEWARDS).filter(entry__closed_on=None)


def places_matching(user: User, text: str) -> tuple[list[Organisation], bool]:
    """Return the institutions to choose from, and whether a search found more: every one where they
    are few, else the first twelve. Three statements.
    """
    rows = places_to_add_to(user).select_related("district__province", "district__area")
    every = list(rows.order_by("name", "pk")[: MOST_SHOWN + 1])
    if len(every) <= MOST_SHOWN:
        return every, False
    order = {one.uuid: place for place, one in enumerate(organisations_found(text))}
    matches = sorted(rows.filter(uuid__in=list(order)), key=lambda row: order[str(row.uuid)])
    return matches[:MOST_SHOWN], len(matches) > MOST_SHOWN


def add_person(
    *,
    first_name: str,
    last_name: str,
    document_type: str,
    number: str,
    organisation: Organisation,
    post: str,
    actor: User,
    now: datetime,
) -> User:
    """Store a person without e-mail and where they serve, which is confirmed by that; sent twice,
    it is one person.

    Raises BeyondTheCeiling for an institution outside, PersonExists when another account has the
    document, InvalidName and `documents.InvalidDocument`.
    """
    if not places_to_add_to(actor).filter(pk=organisation.pk).exists():
        raise BeyondTheCeiling("person_added")
    names = {"first_name": first_name, "last_name": last_name}
    try:
        with transaction.atomic():
            person = create_person(
                document_type=document_type,
                document_number=number,
                organisation=organisation,
                post=post,
                now=now,
                **names,
            )
            Membership.objects.filter(user=person).update(confirmed_at=now)
            record_act_on(person, "person_added", now, {}, actor=actor)
    except PersonExists:
        known = person_with(document_type, number, actor)
        if known is None or not _is_same(known, organisation, **names):
            raise
        return known
    return person


def _is_same(person: User, organisation: Organisation, first_name: str, last_name: str) -> bool:
    """Say whether a person never came in, is called so and serves there: they were just added."""
    has_come = person.last_login or person.first_entry_at
    serves = Membership.objects.filter(user=person, ended_on=None, organisation=organisation)
    told = folded_words(f"{first_name} {last_name}")
    return not has_come and folded_words(person.get_full_name()) == told and serves.exists()


def person_with(document_type: str, number: str, user: User) -> User | None:
    """Return the person in reach who has a document, also in an account that was merged into
    theirs; None, as for nobody.
    """
    index = documents.index(document_type, documents.clean_number(document_type, number))
    holder = User.objects.filter(document_index=index).first()
    kept = holder and account_that_stays(holder)
    return people_in_reach(user).filter(pk=kept.pk).first() if kept else None


def note_refusal(*, actor: User, now: datetime) -> None:
    """Note that nobody was added because another account has the document: asking often tells who
    exists.
    """
    record_act(
        actor_key=actor.learner_key,
        action="correction_refused",
        object_type="person",
        object_key="",
        now=now,
        details={"fields": ["document"]},
    )
