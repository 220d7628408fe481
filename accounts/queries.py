"""Reads people, where they serve, and the institutions that a search finds."""

import unicodedata
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Lower

from accounts.models import Membership, Organisation, User

PLACE = ("district__name", "district__province__name", "district__area__name")


def people_with_email(email: str) -> QuerySet[User]:
    """Return the person with that e-mail, whatever its capitals: none or one. Uses the index of the constraint."""
    return User.objects.alias(address=Lower("email")).exclude(email="").filter(address=email.lower())


def current_membership(user: User) -> Membership | None:
    """Return where a person serves today, with the institution and its place; None when nowhere."""
    rows = Membership.objects.filter(user=user, ended_on=None)
    return rows.select_related("organisation__district__province", "organisation__district__area").first()


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


def folded(text: str) -> str:
    """Return the text in small letters without tildes; ñ stays a letter of its own."""
    kept = text.casefold().replace("ñ", "\0")
    bare = "".join(letter for letter in unicodedata.normalize("NFD", kept) if not unicodedata.combining(letter))
    return bare.replace("\0", "ñ")
