"""A finding is told by its name and how much breaks it; what must be decided is listed."""

from lib.findings import Finding


def test_what_breaks_nothing_lists_nothing():
    assert Finding("I1 each enrolment has its statement", 0) == (
        "I1 each enrolment has its statement",
        0,
        (),
    )


def test_what_somebody_must_decide_is_listed():
    assert Finding("I2", 1, ("one line",)).listed == ("one line",)
