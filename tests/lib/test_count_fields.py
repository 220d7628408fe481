"""Numbers of people are read as payrolls print them, and nothing behind a point is cut off."""

import pytest
from django import forms

from lib.text_fields import CountField
from tests.architecture.sources import ROOT


class Form(forms.Form):
    count = CountField(min_value=0, max_value=5_000_000)


@pytest.mark.parametrize(
    ("typed", "count"),
    [("2.000", 2000), ("2,000", 2000), ("2 000", 2000), ("1.234.567", 1234567), (" 12 ", 12),
     ("0", 0), ("007", 7)],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(typed, count):
    form = Form({"count": typed})
    assert form.is_valid()
    assert form.cleaned_data["count"] == count


@pytest.mark.parametrize("typed", ["12.00", "12.0", "1.5", "1,5", "20.0000", "1e3", "doce", "-5"])
def test_what_is_no_whole_number_is_refused(typed):
    assert not Form({"count": typed}).is_valid()


def test_every_number_that_people_type_is_read_so():
    """Django's own field reads «2.000» as 2; where nothing is typed it may stand."""
    guilty = [
        path.name
        for room in ("accounts", "operations", "roster", "support", "privacy", "provider")
        for path in (ROOT / room).rglob("*.py")
        if "forms.IntegerField(" in path.read_text()
    ]
    assert guilty == []
