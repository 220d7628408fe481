"""Working days of a term, and from when on it is late."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from lib.terms import last_day, late_before, term_of


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2026-11-30", 3, "2026-12-03"),  # a Monday
        ("2026-12-03", 3, "2026-12-08"),  # over a weekend
        ("2026-12-05", 1, "2026-12-07"),  # a Saturday
        ("2026-12-06", 10, "2026-12-18"),  # a Sunday
    ],
)
def test_a_term_counts_from_monday_to_friday(start, days, last):
    assert last_day(date.fromisoformat(start), days) == date.fromisoformat(last)


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def test_a_term_is_late_the_day_after_its_last():
    asked = at("2026-11-30T23:50")
    assert term_of(asked, 3, at("2026-12-02T09:00")).days_late == 0
    last = term_of(asked, 3, at("2026-12-03T23:59"))
    assert (last.ends_today, last.days_late) == (True, 0)
    after = term_of(asked, 3, at("2026-12-06T00:00"))
    assert (after.ends_today, after.days_late) == (False, 3)


def test_rows_and_terms_agree_on_what_is_late():
    first = at("2026-11-25T12:00")
    for hours in range(0, 24 * 21, 5):
        now = first + timedelta(days=21)
        asked = first + timedelta(hours=hours)
        assert (asked < late_before(3, now)) == (term_of(asked, 3, now).days_late > 0)
