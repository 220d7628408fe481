"""Reads what a learner studies together with the courses that they were taken out of."""

from accounts.models import User
from courses.editions import outline_of
from learning.models import Enrolment
from learning.queries import Study


def studies_and_departures_of(user: User) -> tuple[list[Study], list[Study]]:
    """Return every study of a person, the most recent first, and the last one of each course that
    they were taken out of and are not in.

    One statement, besides editions the process has not seen.
    """
    rows = Enrolment.objects.filter(learner=user.learner_key).select_related("course")
    studies: list[Study] = []
    left: dict[int, Study] = {}
    for enrolment in rows.with_progress().order_by("-last_act_on", "-id"):
        study = Study(enrolment, outline_of(enrolment.course.latest_edition_id))
        if enrolment.state == Enrolment.State.WITHDRAWN:
            left.setdefault(enrolment.course_id, study)
        else:
            studies.append(study)
    present = {study.enrolment.course_id for study in studies}
    return studies, [study for course, study in left.items() if course not in present]
