"""Adds the institutions that follow from the territory."""

from accounts.models import Organisation
from accounts.organisation_register import official_organisations
from territory.models import Area, District, Province

Kind = Organisation.Kind


def import_organisations() -> int:
    """Add the institutions that follow from the territory and are missing; return how many.

    Idempotent.

    An institution that an operator renamed counts as there: of these kinds a district holds one,
    but for ministries.
    """
    in_force = {"valid_to": None}
    official = official_organisations(
        Area.objects.filter(**in_force),
        Province.objects.filter(**in_force),
        District.objects.filter(**in_force),
    )
    by_name = {Kind.MINISTRY, Kind.OTHER}
    rows = Organisation.objects.values_list("kind", "district_id", "name")
    present = {(kind, name if kind in by_name else district) for kind, district, name in rows}
    missing = [
        row
        for row in official
        if (row.kind, row.name if row.kind in by_name else row.district_id) not in present
    ]
    Organisation.objects.bulk_create(missing, batch_size=500)
    return len(missing)
