"""Says what a page of figures asks: whose scopes, which filters, which place; no database."""

from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime
from datetime import time as clock

from django.db.models import Q
from django.utils import timezone

from accounts.permissions import Scope
from reporting.names import AreaName


def month_start(day: date) -> datetime:
    """Return when the month of a day begins in Lima."""
    return timezone.make_aware(datetime.combine(day.replace(day=1), clock.min))


@dataclass(frozen=True)
class Filters:
    """What a reader chose, all of it together: a course, a kind of institution, and the days
    between which people completed.

    The days reach as far as whole months do.
    """

    course_id: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def has_period(self) -> bool:
        """True when either end of a period was given."""
        return bool(self.since or self.until)

    @property
    def completed_within(self) -> Q:
        """The condition on enrolments that were completed in the months of Lima which the period
        touches.
        """
        condition = Q(completed_at__isnull=False)
        if self.since:
            condition &= Q(completed_at__gte=month_start(self.since))
        if self.until and self.until.year < MAXYEAR:
            years, months = divmod(self.until.year * 12 + self.until.month, 12)
            condition &= Q(completed_at__lt=month_start(date(years, months + 1, 1)))
        return condition


@dataclass(frozen=True)
class Spot:
    """The place that one page is about, by its codes: nothing for all places, an area, or a
    province of it.
    """

    area: str = ""
    province: str = ""

    @property
    def rows(self) -> tuple[str, ...]:
        """What tells the rows of the page apart."""
        if self.province:
            return ("district_code", "institution")
        return ("province",) if self.area else ("area",)

    @property
    def within(self) -> dict[str, str]:
        """The condition on what lies in this place."""
        return {
            name: code for name, code in (("area", self.area), ("province", self.province)) if code
        }


@dataclass(frozen=True)
class ReportKey:
    """What a page of figures asks: the scopes of its reader, the filters, and the place: all of
    them, one area, or one province of it (its code).
    """

    scopes: tuple[Scope, ...]
    filters: Filters = Filters()
    area: AreaName | None = None
    province: str = ""

    @property
    def level(self) -> str:
        """How far down the page looks."""
        return "province" if self.province else "area" if self.area else "nation"

    @property
    def spot(self) -> Spot:
        """The place by its codes."""
        return Spot(self.area.code if self.area else "", self.province)
