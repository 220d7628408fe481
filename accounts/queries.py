"""Reads people, where they serve, and the institutions that a search finds."""

from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.db.models.functions import Lower

from accounts.models import ErasureRequest, Membership, Organisation, User
from lib.folding import folded
from lib.identifiers import read_uuid

PLACE = ("district__name", "district__province__name", "district__area__name")


def people_with_email(email: str) -> QuerySet[User]:
    """Return the person with that e-mail, whatever its capitals: none or one. Uses the index of the constraint."""
    return User.objects.alias(address=Lower("email")).exclude(email="").filter(address=email.lower())


def current_membership(user: User) -> Membership | None:
    """Return where a person serves today, with the institution and its place; None when nowhere."""
    rows = Membership.objects.filter(user=user, ended_on=None)
    return rows.select_related("organisation__district__province", "organisation__district__area").first()


def memberships_of(user: User) -> list[Membership]:
    """Return where a person serves and served, the newest first, with the institution and its place."""
    rows = Membership.objects.filter(user=user).order_by(F("ended_on").desc(nulls_first=True), "-started_on", "-pk")
    return list(rows.select_related("organisation__district__province", "organisation__district__area"))


def last_erasure_request(user: User) -> ErasureRequest | None:
    """Return the last time the person asked to be erased, or None."""
    return ErasureRequest.objects.filter(learner=user.learner_key).order_by("-asked_at", "-pk").first()


@dataclass(frozen=True)
class WaitingErasure:
    """One request that an operator must decide, with the person who asked."""

    request: ErasureRequest
    person: User | None


def erasure_requests_to_decide() -> list[WaitingErasure]:
    """Return the requests that wait, the oldest first. Two statements."""
    waiting = list(ErasureRequest.objects.filter(state=ErasureRequest.State.PENDING))
    people = {person.learner_key: person for person in User.objects.filter(learner_key__in=[row.learner for row in waiting])}
    return [WaitingErasure(row, people.get(row.learner)) for row in waiting]


@dataclass(frozen=True)
class FoundOrganisation:
    """One line of a search: the name, and the place that tells it from another of the same name."""

    uuid: str
    name: str
    place: str


def organisations_matching(text: str, limit: int = 20) -> tuple[list[FoundOrganisation], bool]:
    """Return the institutions whose name or place holds every word of `text`, and whether there are more than `limit`.

    Tildes and capitals do not count, ñ does. One statement; the few thousand rows are compared here because the
    databases fold letters each in its own way.
    """
    words = folded(text).split()
    if not words:
        return [], False
    found = []
    rows = Organisation.objects.order_by("name", "district").values_list("uuid", "name", *PLACE)
    for uuid, name, district, province, area in rows:
        if all(word in folded(f"{name} {district} {province} {area}") for word in words):
            found.append(FoundOrganisation(str(uuid), name, ", ".join(dict.fromkeys((district, province, area)))))
    return found[:limit], len(found) > limit


def chosen_organisation(typed: str) -> Organisation | None:
    """Return the institution behind an identifier that a form sent, with its place; None when there is none."""
    uuid = read_uuid(typed)
    if uuid is None:
        return None
    return Organisation.objects.select_related("district__province", "district__area").filter(uuid=uuid).first()
