"""Enrols learners, records results and completes courses: every act is one transaction and may be
sent twice.
"""

from learning.services.enrolling import (
    Joined,
    TakenOut,
    enrol_learner,
    enrol_oneself,
    enrol_people,
    move_bookmark,
    withdraw_enrolment,
)
from learning.services.journal import (
    ConflictingRepeat,
    Outcome,
    Provenance,
    digest_of,
    idempotently,
)
from learning.services.merging import SameCourse, join_records, same_courses
from learning.services.on_behalf import CourseClosed, enrol_again, withdraw_person
from learning.services.recording import (
    NotInOutline,
    WrongGrade,
    activity_in,
    complete_activity,
    lock_enrolment,
    open_activity,
    record_result,
)
from learning.services.settling import settle_enrolment

__all__ = [
    "ConflictingRepeat",
    "CourseClosed",
    "Joined",
    "NotInOutline",
    "Outcome",
    "Provenance",
    "SameCourse",
    "TakenOut",
    "WrongGrade",
    "activity_in",
    "complete_activity",
    "digest_of",
    "enrol_again",
    "enrol_learner",
    "enrol_oneself",
    "enrol_people",
    "idempotently",
    "join_records",
    "lock_enrolment",
    "move_bookmark",
    "open_activity",
    "record_result",
    "same_courses",
    "settle_enrolment",
    "withdraw_enrolment",
    "withdraw_person",
]
