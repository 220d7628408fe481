"""Lays a report out as a page shows it: sorted, with headings, sentence, tiles and map; no
database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict
from django.utils.translation import gettext as _

from reporting.atlas import Atlas, Tile, map_of, tiles_of
from reporting.keys import Filters, ReportKey
from reporting.queries import Report
from reporting.tables import DEFAULT_ORDER, ORDERS, Line, ordered
from reporting.wording import group_in_words, headline


@dataclass(frozen=True, eq=False)
class ReportView:
    """A report in one order, of one level, as one address asked for it.

    What the page needs of it is made once, when it is asked for.
    """

    report: Report
    key: ReportKey
    names: tuple[str, ...]
    order: str
    query: str

    @property
    def has_period(self) -> bool:
        """True when the columns are those of a period."""
        return "faltan" not in self.names

    @property
    def has_course(self) -> bool:
        """True when the figures are those of one course: then people are counted, not
        enrolments.
        """
        return self.key.filters.course_id is not None

    @cached_property
    def labels(self) -> dict[str, str]:
        """The heading of each column."""
        return labels(self.key.filters)

    @property
    def group_in_words(self) -> str:
        """What active, completed and certified are part of: “2,692 inscripciones”."""
        return group_in_words(self.report.total, has_course=self.has_course)

    @cached_property
    def headings(self) -> list[dict[str, str]]:
        """The headings of the table, each with the link that sorts by it and the way it is sorted
        now.
        """
        columns = []
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
            columns.append(
                {
                    "name": name,
                    "label": self.labels[name],
                    "query": query.urlencode(),
                    "sort": sort.get(self.order, ""),
                }
            )
        return columns

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
        if self.has_period:
            return ""
        return headline(self.report.total, self.report.lines, has_course=self.has_course)

    @cached_property
    def tiles(self) -> list[Tile]:
        """The areas as a grid; only where the rows are areas, and have a share."""
        is_shown = self.key.level == "nation" and not self.has_period
        return tiles_of(self.report.lines, self.report.areas) if is_shown else []

    @cached_property
    def atlas(self) -> Atlas:
        """The areas as a map."""
        return map_of(self.report.lines)


def columns_for(filters: Filters) -> tuple[str, ...]:
    """Return the columns that a choice of filters can fill."""
    if filters.has_period:
        return ("nombre", "completed")
    if filters.course_id is not None:
        # Of one course people and enrolments are the same.
        return tuple(name for name in ORDERS if name not in {"finished", "assigned"})
    return ORDERS


def order_in(names: Sequence[str], order: str) -> str:
    """Return an order by one of the columns; what is asked for, where they can be sorted so."""
    if order.removeprefix("-") in names:
        return order
    return DEFAULT_ORDER if "faltan" in names else "-completed"


def labels(filters: Filters) -> dict[str, str]:
    """Return the heading of each column: of one course people completed, of all of them enrolments
    were.
    """
    if filters.has_period:
        completed_label = _("Terminaron en el periodo")
        if filters.course_id is None:
            completed_label = _("Terminadas en el periodo")
    else:
        completed_label = _("Terminadas") if filters.course_id is None else _("Terminaron")
    return {
        "nombre": "",
        "people": _("Personas"),
        "finished": _("Terminaron alguno"),
        "assigned": _("Inscripciones"),
        "active": _("Activas"),
        "completed": completed_label,
        "certified": _("Certificadas"),
        "faltan": _("Faltan"),
        "avance": _("Avance"),
    }
