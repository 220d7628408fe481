"""Announces to the rooms above what happened to an enrolment; each is sent inside the
transaction.
"""

from typing import NamedTuple

from django.dispatch import Signal

# These send `enrolment` and `now`.
learner_enrolled = Signal()
course_completed = Signal()
enrolment_withdrawn = Signal()
# Sends `origin` besides, the place where it stood before.
enrolment_transferred = Signal()
# Sends `kept` and `merged`, the keys of two learners whose enrolments are about to be one's, and
# `now`.
records_to_join = Signal()


class Place(NamedTuple):
    """An institution (None where nobody knows it) and the INEI code of its district."""

    organisation_id: int | None
    district_code: str
