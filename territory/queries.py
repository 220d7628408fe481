"""Reads the districts in force by either of their two codes, in one query each."""

from django.db.models import QuerySet

from territory.models import District


def districts_by_inei_code() -> dict[str, District]:
    """Return every district in force under its INEI code, with its province and area."""
    return {district.code: district for district in _districts_in_force()}


def districts_by_reniec_code() -> dict[str, District]:
    """Return every district in force that has a RENIEC code under that code, with its province and
    area.
    """
    return {
        district.reniec_code: district for district in _districts_in_force() if district.reniec_code
    }


def _districts_in_force() -> QuerySet[District]:
    return District.objects.in_force().select_related("province", "area")
