"""Lays a report out as a page shows it: sorted, with headings, sentence, tiles and map; no
database.
"""

from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict
from django.utils.translation import gettext as _

from reporting.atlas import Atlas, Tile, map_of, tiles_of
from reporting.keys import Filters
from reporting.queries import Report
from reporting.tables import ORDERS, Line, ordered
from reporting.wording import headline


@dataclass(frozen=True, eq=False)
class ReportView:
    """A report in one order, of one level, as one address asked for it.

    What the page needs of it is made once, when it is asked for.
    """

    report: Report
    level: str
    names: tuple[str, ...]
    order: str
    query: str

    @property
    def has_period(self) -> bool:
        """True when the columns are those of a period."""
        return "faltan" not in self.names

    @cached_property
    def headings(self) -> list[dict[str, str]]:
        """The headings of the table, each with the link that sorts by it and the way it is sorted
        now.
        """
        texts, found = labels(has_period=self.has_period), []
        for name in self.names:
            # Names begin with A, figures with the highest; the same heading again turns the order
            # round.
            first, second = (name, f"-{name}") if name == "nombre" else (f"-{name}", name)
            query = QueryDict(self.query, mutable=True)
            query["orden"] = second if self.order == first else first
            sort = {
                first: "ascending" if name == "nombre" else "descending",
                second: "descending" if name == "nombre" else "ascending",
            }
            found.append(
                {
                    "name": name,
                    "label": texts[name],
                    "query": query.urlencode(),
                    "sort": sort.get(self.order, ""),
                }
            )
        return found

    @cached_property
    def lines(self) -> list[Line]:
        """The rows in order."""
        return ordered(self.report.lines, self.order)

    @cached_property
    def institutions(self) -> list[Line]:
        """The institutions in order; only below a province."""
        return ordered(self.report.institutions, self.order)

    @cached_property
    def headline(self) -> str:
        """The sentence that opens the page; none about a period."""
        return "" if self.has_period else headline(self.report.total, self.report.lines)

    @cached_property
    def tiles(self) -> list[Tile]:
        """The areas as a grid; only where the rows are areas."""
        return tiles_of(self.report.lines, self.report.areas) if self.level == "nation" else []

    @cached_property
    def atlas(self) -> Atlas:
        """The areas as a map."""
        return map_of(self.report.lines)


def columns_for(filters: Filters) -> tuple[str, ...]:
    """Return the columns that a choice of filters can fill."""
    return ("nombre", "assigned", "completed", "avance") if filters.has_period else ORDERS


def labels(*, has_period: bool) -> dict[str, str]:
    """Return the heading of each column."""
    return {
        "nombre": "",
        "assigned": _("Asignadas"),
        "active": _("Activas"),
        "completed": _("Terminaron en el periodo") if has_period else _("Terminaron"),
        "certified": _("Certificadas"),
        "faltan": _("Faltan"),
        "avance": _("Avance"),
    }
