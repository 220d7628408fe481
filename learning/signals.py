"""Announces to the rooms above what happened to an enrolment; each is sent inside the
transaction.
"""

from django.dispatch import Signal

# All send `enrolment` and `now`.
learner_enrolled = Signal()
course_completed = Signal()
enrolment_withdrawn = Signal()
