"""Adds the institutions that follow from the territory."""

from accounts.models import Organisation, OrganisationChange
from accounts.organisation_register import official_organisations
from territory.models import Area, District, Province

Kind = Organisation.Kind


def import_organisations() -> int:
    """Add the institutions that follow from the territory and are missing; return how many.

    Idempotent.

    An institution that an operator renamed counts as there: of these kinds a district holds one,
    but for ministries. So does one that has another kind or district by now, or was closed: what it
    was stands in its changes.
    """
    in_force = {"valid_to": None}
    official = official_organisations(
        Area.objects.filter(**in_force),
        Province.objects.filter(**in_force),
        District.objects.filter(**in_force),
    )
    by_name = {Kind.MINISTRY, Kind.OTHER}
    rows = [*Organisation.objects.values_list("kind", "district_id", "name"), *former_identities()]
    present = {(kind, name if kind in by_name else district) for kind, district, name in rows}
    missing = [
        row
        for row in official
        if (row.kind, row.name if row.kind in by_name else row.district_id) not in present
    ]
    Organisation.objects.bulk_create(missing, batch_size=500)
    return len(missing)


def former_identities() -> list[tuple[str, str, str]]:
    """Return the kinds, districts and names under which institutions were in the register before.
    One statement.
    """
    renamed, moved = OrganisationChange.Action.RENAMED, OrganisationChange.Action.MOVED
    rows = OrganisationChange.objects.filter(action__in=(renamed, moved))
    return [
        (before["kind"], before["district"], before["name"])
        for before in rows.values_list("before", flat=True)
    ]
