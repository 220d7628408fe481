"""Enrols the people of a list in the courses that were chosen for it, and takes them out again
while nothing was done there.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import User
from accounts.permissions import people_in_reach
from accounts.services import record_act_on
from courses.editions import outline_of
from courses.models import CourseHead
from learning.queries import courses_to_join, unbegun
from learning.services import enrol_people, withdraw_enrolment
from roster.models import RosterFile, RosterRow

MOST_COURSES = 5
InCourse = RosterRow.InCourse


def courses_to_choose() -> list[tuple[str, str]]:
    """Return the courses that may be joined, by title: the key of each, and its title."""
    named = [(str(head.key), outline.title) for head, outline in courses_to_join()]
    return sorted(named, key=lambda course: course[1])


def titles_of(file: RosterFile) -> dict[str, str]:
    """Return the titles of the courses of a list, by key. One statement, besides editions the
    process has not seen.
    """
    if not file.courses:
        return {}
    heads = CourseHead.objects.filter(key__in=file.courses, latest_edition__isnull=False)
    titles = {str(head.key): outline_of(head.latest_edition_id).title for head in heads}
    return {key: titles[key] for key in file.courses if key in titles}


def choose_courses(*, file: RosterFile, keys: Sequence[str]) -> bool:
    """Let the people of a list that waits be enrolled in courses too; False when it was confirmed
    meanwhile.
    """
    waiting = RosterFile.objects.filter(
        pk=file.pk, state=RosterFile.State.STAGED, subject=RosterFile.Subject.PEOPLE
    )
    return bool(waiting.update(courses=list(dict.fromkeys(keys))))


def enrol_rows(
    file: RosterFile, rows: Sequence[RosterRow], actor: User | None, now: datetime
) -> None:
    """Enrol the people of rows that were carried out, and say in each row what became of it. The
    caller holds the transaction, in which the rows are stored.
    """
    done = [row for row in rows if row.learner]
    people = {
        person.learner_key: person
        for person in User.objects.filter(learner_key__in=[row.learner for row in done])
    }
    active = [person for person in people.values() if person.is_active]
    heads = {str(head.key): head for head, _outline in courses_to_join()} if file.courses else {}
    for key in file.courses:
        head = heads.get(key)
        if head is None:
            outcome_of = dict.fromkeys(people, InCourse.CLOSED)
        else:
            joined = enrol_people(people=active, course=head, now=now)
            outcome_of = {
                **dict.fromkeys(people, InCourse.INACTIVE),
                **dict.fromkeys(joined.there, InCourse.THERE),
                **dict.fromkeys(joined.left, InCourse.LEFT),
                **dict.fromkeys(joined.enrolled, InCourse.ENROLLED),
            }
        for row in done:
            row.courses[key] = outcome_of[row.learner]  # type: ignore[index] # it was done
    for row in done:
        if keys := courses_enrolled_in(row):
            facts = {"courses": keys, "list": str(file.uuid)}
            person = people[row.learner]  # type: ignore[index] # it was done
            record_act_on(person, "enrolled_by_list", now, facts, actor=actor)


def courses_enrolled_in(row: RosterRow) -> list[str]:
    """Return the keys of the courses in which a list enrolled the person of a row."""
    return [key for key, outcome in row.courses.items() if outcome == InCourse.ENROLLED]


def waiting_in_courses(file: RosterFile) -> Q:
    """Return the filter of the rows whose people a list enrolled, and did not take out again."""
    conditions = [Q(**{f"courses__{key}": InCourse.ENROLLED}) for key in file.courses]
    return reduce(or_, conditions, Q(pk__in=[]))


def has_enrolled(file: RosterFile) -> bool:
    """Say whether a list enrolled anybody who may be taken out again."""
    return bool(file.courses) and file.rows.filter(waiting_in_courses(file)).exists()


def withdraw_rows(rows: Sequence[RosterRow], actor: User | AnonymousUser, now: datetime) -> None:
    """Take the people of rows out of the courses in which their list enrolled them and in which
    nothing was done, if they are in somebody's reach. The caller holds the transaction, in which
    the rows are stored.
    """
    enrolled = [row for row in rows if courses_enrolled_in(row)]
    learners = [row.learner for row in enrolled if row.learner]
    in_reach = people_in_reach(actor).filter(learner_key__in=learners).values("learner_key")
    keys = {key for row in enrolled for key in courses_enrolled_in(row)}
    unused = {
        (enrolment.learner, str(enrolment.course.key)): enrolment
        for enrolment in unbegun()
        .filter(learner__in=in_reach, course__key__in=keys)
        .select_related("course")
    }
    for row in enrolled:
        for key in courses_enrolled_in(row):
            enrolment = unused.pop((row.learner, key), None)  # type: ignore[arg-type] # it was done
            # What somebody gave them afterwards is not of the list.
            if enrolment is None or enrolment.enrolled_at != row.done_at:
                row.courses[key] = InCourse.KEPT
                continue
            withdraw_enrolment(enrolment=enrolment, now=now)
            row.courses[key] = InCourse.WITHDRAWN


def counts_by_course(file: RosterFile) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return the title of each course of a list, with how many rows had each outcome in it. Two
    statements at most, besides editions the process has not seen.
    """
    counts: Counter[tuple[str, str]] = Counter()
    if file.courses:
        rows = file.rows.exclude(done_at=None).values_list("courses", flat=True)
        for outcomes in rows.iterator(chunk_size=1000):
            counts.update(outcomes.items())
    return [
        (title, [(str(each.label), counts[key, each]) for each in InCourse if counts[key, each]])
        for key, title in titles_of(file).items()
    ]
