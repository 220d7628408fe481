"""Reads people, where they serve, and the institutions that a search finds."""

from datetime import date, datetime
from functools import lru_cache

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Lower

from accounts import documents
from accounts.documents import StoredDocument
from accounts.institution_search import Institution, ranked
from accounts.models import Membership, MissingInstitution, Organisation, RoleGrant, User
from accounts.person_names import sought_words
from audit.models import AuditEntry
from lib.folding import folded_words, search_words
from lib.identifiers import read_uuid
from territory.models import District

SHORTEST_WORD = 2
MOST_ABOVE = 4
# The kind on which a kind depends without anybody writing so, and what of the place both share.
_PROVINCE = (Organisation.Kind.PROVINCIAL, {"district__province_id": "province_id"})
_REGION = (Organisation.Kind.REGIONAL, {"district__area_id": "area_id"})
ABOVE: dict[str, tuple[str, dict[str, str]]] = {
    Organisation.Kind.DISTRICT: _PROVINCE,
    Organisation.Kind.PROVINCIAL: _REGION,
    Organisation.Kind.UGEL: _REGION,
    Organisation.Kind.DIRESA: _REGION,
}
PLACE = ("district__name", "district__province__name", "district__area__name")


def people_with_email(email: str) -> QuerySet[User]:
    """Return the person with that e-mail, whatever its capitals: none or one.

    Uses the index of the constraint.
    """
    return (
        User.objects.alias(address=Lower("email")).exclude(email="").filter(address=email.lower())
    )


def people_with_document(typed: str) -> QuerySet[User]:
    """Return whom a typed document number may mean, a DNI first: none, one, or one of each kind of
    document.
    """
    readings = [
        documents.index(kind, documents.bare_number(typed, kind))
        for kind in User.DocumentType.values
    ]
    return User.objects.filter(document_index__in=readings).order_by("-document_type")


def named_like(typed: str) -> Q | None:
    """Return the filter of people in whose name every word of a search begins a word, in any order
    and without accents; None when too little was typed to search by.
    """
    words = sought_words(typed)
    if not words or len(words[0]) < SHORTEST_WORD:
        return None
    condition = Q()
    for word in words:
        condition &= Q(searched_name__contains=f" {word}")
    return condition


def operators_who_enter(today: date) -> QuerySet[User]:
    """Return the operators of the whole nation who chose a password and are in use."""
    return _who_enter(today, role=RoleGrant.Role.OPERATOR, is_national=True, kinds=[])


def coordinators_who_enter(today: date) -> QuerySet[User]:
    """Return the coordinators, of whatever scope, who chose a password and are in use."""
    return _who_enter(today, role=RoleGrant.Role.COORDINATOR)


def _who_enter(today: date, **grant: object) -> QuerySet[User]:
    grants = RoleGrant.objects.filter(RoleGrant.not_ended(today), starts_on__lte=today, **grant)
    people = User.objects.filter(pk__in=grants.values("user"), is_active=True)
    return people.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)


def current_membership(user: User) -> Membership | None:
    """Return where a person serves today, with the institution and its place; None when nowhere."""
    rows = Membership.objects.filter(user=user, ended_on=None)
    return rows.select_related(
        "organisation__district__province", "organisation__district__area"
    ).first()


def missing_institution_of(user: User) -> MissingInstitution | None:
    """Return what a person wrote of an institution that is still sought. One statement."""
    return MissingInstitution.objects.filter(user=user).first()


def has_said_where(user: User) -> bool:
    """Say whether a person wrote themselves where they serve: the first entry does not ask it
    again. Two statements at most.
    """
    own_moves = AuditEntry.objects.filter(
        object_type="person",
        object_key=str(user.learner_key),
        actor_key=user.learner_key,
        action="person_moved",
    )
    return MissingInstitution.objects.filter(user=user).exists() or own_moves.exists()


def accounts_of(person: User) -> list[User]:
    """Return the account of a person and those that were merged into it. One statement."""
    return [person, *User.objects.filter(merged_into=person).order_by("pk")]


def account_that_stays(user: User) -> User:
    """Return the account into which one was merged, or the account itself. One statement."""
    return User.objects.filter(merged_accounts=user).first() or user


def memberships_of(user: User) -> list[Membership]:
    """Return where a person serves and served, the newest first, with the institution and its
    place.
    """
    rows = Membership.objects.filter(user=user).order_by(
        F("ended_on").desc(nulls_first=True), "-started_on", "-pk"
    )
    return list(
        rows.select_related("organisation__district__province", "organisation__district__area")
    )


def organisations_matching(text: str, limit: int = 20) -> tuple[list[Institution], bool]:
    """Return the open institutions of the country that a search finds, the most likely first, and
    whether there are more than `limit`. One statement.
    """
    matches = [one for one in organisations_found(text) if one.is_open]
    return matches[:limit], len(matches) > limit


def organisations_found(text: str) -> list[Institution]:
    """Return every institution that a search finds, open or closed, the most likely first: for who
    then looks at those of a scope or of an area alone. One statement.

    The few thousand rows are compared here because the databases fold letters each in its own way.
    """
    if not search_words(text):
        return []
    latest = Organisation.objects.aggregate(count=Count("pk"), changed_at=Max("changed_at"))
    return ranked(_institutions(latest["count"], latest["changed_at"]), text)


@lru_cache(maxsize=1)
def _institutions(count: int, changed_at: datetime | None) -> list[Institution]:
    """Return every institution, its texts folded once until one is added, changed or taken away."""
    rows = Organisation.objects.values_list("uuid", "name", *PLACE, "entry__closed_on")
    return [
        Institution.of(uuid, name, district, province, area, closed_on is None)
        for uuid, name, district, province, area, closed_on in rows
    ]


def chosen_organisation(typed: str) -> Organisation | None:
    """Return the institution behind an identifier that a form sent, with its place; None when there
    is none, or it was closed.
    """
    uuid = read_uuid(typed)
    if uuid is None:
        return None
    return (
        Organisation.objects.open()
        .select_related("district__province", "district__area")
        .filter(uuid=uuid)
        .first()
    )


def institution_with(typed: str) -> Organisation | None:
    """Return the institution behind an identifier, also one that was closed or became part of
    another, with what the register tells of both.
    """
    uuid = read_uuid(typed)
    if uuid is None:
        return None
    rows = Organisation.objects.select_related("district", "entry__merged_into__district")
    return rows.filter(uuid=uuid).first()


def line_above(organisation: Organisation) -> list[Organisation]:
    """Return what an institution depends on, the nearest first: as somebody wrote it, or as it
    follows from the territory (district, province, region). One statement for each.
    """
    line: list[Organisation] = []
    above = _above(organisation)
    while above is not None and above not in line and len(line) < MOST_ABOVE:
        line.append(above)
        above = _above(above)
    return line


def _above(organisation: Organisation) -> Organisation | None:
    places = Organisation.objects.select_related("district", "entry")
    if organisation.told.parent_id:
        return places.filter(pk=organisation.told.parent_id).first()
    kind, where = ABOVE.get(organisation.kind, ("", {}))
    place = {name: getattr(organisation.district, field) for name, field in where.items()}
    return places.open().filter(kind=kind, **place).first() if kind else None


def district_named(typed: str) -> list[District]:
    """Return the districts in force that a code of INEI or a name means, with province and area;
    words of province and area may stand with the name. One statement.
    """
    districts = District.objects.in_force().select_related("province", "area")
    if typed.strip().isdecimal():
        return list(districts.filter(code=typed.strip().zfill(6)))
    words = folded_words(typed)
    found = [
        district
        for district in districts
        if words
        and set(words).issubset(
            folded_words(f"{district.name} {district.province.name} {district.area.name}")
        )
    ]
    named = [one for one in found if set(folded_words(one.name)).issubset(words)]
    return named or found


def one_document() -> StoredDocument | None:
    """Return one stored document, with which keys are tried; None when nobody has any."""
    rows = User.objects.filter(document_index__isnull=False).order_by("document_index")
    return rows.values_list("document_type", "document_cipher", "document_index").first()
