"""Asks for the counts of a page below the page itself."""

from reporting.keys import ReportKey
from reporting.names import areas
from reporting.queries import grouped, sums_of


def counts_by_row(scopes, filters, area_code="", province=""):
    """Return the counts by what tells the rows of a page apart."""
    area = next((area for area in areas() if area.code == area_code), None)
    question = ReportKey(tuple(scopes), filters, area, province)
    return grouped(sums_of(question), width=len(question.spot.rows))
