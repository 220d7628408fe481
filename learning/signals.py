"""Announces to the rooms above what happened to an enrolment; each is sent inside the
transaction.
"""

from typing import NamedTuple

from django.dispatch import Signal

# All send `enrolment` and `now`.
learner_enrolled = Signal()
course_completed = Signal()
enrolment_withdrawn = Signal()
# Sends `origin` besides, the place where it stood before.
enrolment_transferred = Signal()


class Place(NamedTuple):
    """An institution (None where nobody knows it) and the INEI code of its district."""

    organisation_id: int | None
    district_code: str
