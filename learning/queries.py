"""Reads courses and enrolments together with the learner's progress."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    SlugField,
    Subquery,
    UUIDField,
)
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from accounts.models import User
from accounts.permissions import Role
from accounts.roles import holders_of
from content.queries import page_once_at
from courses.editions import outline_of
from courses.models import CataloguePage, CourseHead, CoursePage
from courses.outline import Activity, Outline
from learning.completion import Condition, Done, conditions
from learning.models import ActivityProgress, Enrolment, ProgressRow
from learning.permissions import enrolments_of, enrolments_with
from lib.prepared import Parameter, PreparedQuery
from norms.models import REGISTER_NUMBER

STALLED_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class OpenCourse:
    """A course that can be studied today: head, newest edition and its outline, and the version of
    the norms.
    """

    head: CourseHead
    edition_id: int
    outline: Outline
    norms_version: int


@dataclass(frozen=True)
class Study:
    """One learner in one course: where they stand in each activity and what comes next."""

    enrolment: Enrolment
    outline: Outline

    @property
    def is_closed(self) -> bool:
        """True when the course is not published any more: its addresses answer nobody, what was
        done stays.
        """
        return not self.enrolment.course.is_open

    def row(self, key: UUID) -> ProgressRow | None:
        """Return the progress in one activity, or None when it was not begun."""
        return self.enrolment.progress.get(key)

    def is_done(self, key: UUID) -> bool:
        """True when the activity is completed."""
        row = self.row(key)
        return bool(row and row.is_completed)

    @cached_property
    def conditions(self) -> list[Condition]:
        """Every condition of completion with its state."""
        rows = self.enrolment.progress.values()
        evidence = {
            row.activity_key: Done(row.is_completed, row.score, row.completed_on) for row in rows
        }
        return conditions(self.outline, evidence)

    @cached_property
    def done_count(self) -> int:
        """How many required activities are completed."""
        return sum(condition.is_met for condition in self.conditions)

    @cached_property
    def pending(self) -> list[Activity]:
        """What is not completed, as it comes: from the bookmark on, then what lies before it."""
        pending = [
            activity for activity in self.outline.activities if not self.is_done(activity.key)
        ]
        bookmark = (
            self.outline.by_key.get(self.enrolment.bookmark) if self.enrolment.bookmark else None
        )
        if bookmark is None:
            return pending
        return sorted(pending, key=lambda activity: activity.number < bookmark.number)

    def next_activity(self, waits: Collection[UUID] = ()) -> Activity | None:
        """Return the one next step: the first that does not have to wait; where all that is left
        waits, the first.
        """
        able = (activity for activity in self.pending if activity.key not in waits)
        return next(able, None) or next(iter(self.pending), None)

    def next_besides(self, activity: Activity, waits: Collection[UUID] = ()) -> Activity | None:
        """Return the next step for who cannot, or need not, do this activity now; when all is done,
        what follows it.
        """
        besides = {activity.key, *waits}
        able = (other for other in self.pending if other.key not in besides)
        return next(able, None) or self.outline.neighbours(activity.key)[1]

    @property
    def changes(self) -> list[Activity]:
        """What a newer edition asks of someone who completed an earlier one: the required
        activities not yet completed.
        """
        if self.enrolment.state != Enrolment.State.COMPLETED:
            return []
        return [activity for activity in self.outline.required if not self.is_done(activity.key)]


def published_catalogue() -> QuerySet[CataloguePage]:
    """Return the catalogue as far as it is published."""
    return CataloguePage.objects.filter(live=True)


# Read by every page of a learner: written once (lib/prepared.py).
LEARNER, SLUG = Parameter("learner", UUIDField()), Parameter("slug", SlugField())
_own = PreparedQuery(
    lambda: (
        enrolments_with(LEARNER)
        .select_related("course")
        .with_progress()
        .order_by("-last_act_on", "-id")
    )
)
_heads_of_catalogue = PreparedQuery(
    lambda: CourseHead.objects.filter(is_open=True).annotate(
        introduction=Subquery(published_catalogue().values("introduction")[:1])
    )
)
_own_in_course = PreparedQuery(
    lambda: (
        enrolments_with(LEARNER)
        .filter(course__slug=SLUG, course__is_open=True)
        .select_related("course")
        .with_progress()
        .annotate(norms_version=REGISTER_NUMBER)
    )
)


def open_course(slug: str) -> OpenCourse | None:
    """Return the open course with that slug, or None.

    One statement, besides an edition the process has not seen.
    """
    head = (
        CourseHead.objects.filter(slug=slug, is_open=True)
        .annotate(norms_version=REGISTER_NUMBER)
        .first()
    )
    return _opened(head, head.norms_version) if head else None


def _opened(head: CourseHead, norms_version: int) -> OpenCourse | None:
    if head.latest_edition_id is None:
        return None
    return OpenCourse(
        head,
        head.latest_edition_id,
        outline_of(head.latest_edition_id, settings.LANGUAGE_CODE),
        norms_version,
    )


def open_course_of(page: Page) -> OpenCourse | None:
    """Return the open course that contains a page of the tree, or None. Two statements."""
    course = CoursePage.objects.ancestor_of(page, inclusive=True).first()
    for head in (
        CourseHead.objects.filter(key=course.translation_key, is_open=True) if course else ()
    ):
        return open_course(head.slug)
    return None


def course_once_at(slug: str) -> OpenCourse | None:
    """Return the open course that had this slug before it was renamed, or None."""
    page = page_once_at(f"cursos/{slug}")
    return open_course_of(page) if page else None


def activity_once_at(*slugs: str) -> tuple[OpenCourse, Activity] | None:
    """Return the activity that had this address before something was renamed or moved, with its
    course of today.
    """
    page = page_once_at("/".join(("cursos", *slugs)))
    course = open_course_of(page) if page else None
    activity = course.outline.by_key.get(page.translation_key) if course and page else None
    return (course, activity) if course and activity else None


def course_with(activity_key: UUID) -> OpenCourse | None:
    """Return the open course where an activity is now, or None: a lesson may have moved since a
    page was opened.
    """
    pages = Page.objects.filter(translation_key=activity_key, live=True, alias_of=None)
    for page in pages:
        course = open_course_of(page)
        if course and activity_key in course.outline.by_key:
            return course
    return None


def open_courses() -> list[tuple[CourseHead, Outline]]:
    """Return every open course in the order of the catalogue. One statement."""
    return [
        (head, outline_of(head.latest_edition_id))
        for head in CourseHead.objects.filter(is_open=True)
    ]


def courses_to_join() -> list[tuple[CourseHead, Outline]]:
    """Return the open courses that hold something to learn: in one that is being prepared nobody
    enrols. One statement.
    """
    return [(head, outline) for head, outline in open_courses() if outline.activities]


def catalogue_with_courses() -> tuple[str, list[tuple[CourseHead, Outline]]]:
    """Return how the catalogue introduces itself, and every open course in its order.

    One statement, two without any course.
    """
    heads = _heads_of_catalogue()
    catalogue: Any = heads[0] if heads else published_catalogue().first()
    return catalogue.introduction if catalogue else "", [
        (head, outline_of(head.latest_edition_id)) for head in heads
    ]


def study_of(user: User, course: OpenCourse) -> Study | None:
    """Return the person's study of an open course, or None when not enrolled. One statement."""
    enrolment = enrolments_of(user).filter(course=course.head).with_progress().first()
    return Study(enrolment, course.outline) if enrolment else None


def open_study(user: User, slug: str) -> tuple[OpenCourse | None, Study | None]:
    """Return an open course and the person's study of it; the study is None when not enrolled, both
    when there is no such course.

    One statement for who is enrolled, which is every reader of a lesson; a second one for others.
    """
    for enrolment in _own_in_course(learner=user.learner_key, slug=slug):
        course = _opened(enrolment.course, enrolment.norms_version)
        return course, Study(enrolment, course.outline) if course else None
    return open_course(slug), None


def studies_of(user: User) -> list[Study]:
    """Return every study of a person, the most recent first.

    One statement, besides editions the process has not seen.

    A course that closed is read by its newest edition all the same: what was done stays visible.
    """
    return [
        Study(enrolment, outline_of(enrolment.course.latest_edition_id))
        for enrolment in _own(learner=user.learner_key)
    ]


def was_taken_out(user: User, course: CourseHead) -> bool:
    """Say whether a person had begun a course, was taken out of it, and is not back in it. Two
    statements at most.
    """
    own = Enrolment.objects.filter(learner=user.learner_key, course=course)
    is_back = own.exclude(state=Enrolment.State.WITHDRAWN)
    return begun_and_left(own).exists() and not is_back.exists()


def begun_and_left(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Return those of some enrolments in which something was done before they were withdrawn."""
    progress = ActivityProgress.objects.filter(enrolment=OuterRef("pk"))
    return enrolments.filter(Exists(progress), state=Enrolment.State.WITHDRAWN)


def unbegun() -> QuerySet[Enrolment]:
    """Return the enrolments in which nothing was done yet."""
    progress = ActivityProgress.objects.filter(enrolment=OuterRef("pk"))
    return Enrolment.objects.filter(~Exists(progress), state=Enrolment.State.ACTIVE)


def stalled(now: datetime) -> QuerySet[Enrolment]:
    """Return the enrolments that began and in which nothing was done for fourteen days."""
    progress = ActivityProgress.objects.filter(enrolment=OuterRef("pk"))
    last_day = timezone.localdate(now - STALLED_AFTER)
    return Enrolment.objects.filter(
        Exists(progress), state=Enrolment.State.ACTIVE, last_act_on__lte=last_day
    )


def may_be_studied(head: CourseHead, activity: Activity, now: datetime) -> bool:
    """Say whether an activity of the newest edition is open: neither expired, nor withdrawn since
    that edition was frozen.

    No statement, but for a course that was published since: publishing, withdrawing and moving mark
    it in their transaction.
    """
    if activity.is_expired(now):
        return False
    if not head.is_dirty:
        return True
    live = Page.objects.filter(
        translation_key=activity.key,
        locale__language_code=settings.LANGUAGE_CODE,
        live=True,
        alias_of=None,
    )
    return live.filter(Q(expire_at=None) | Q(expire_at__gt=now)).exists()


@dataclass(frozen=True)
class PeopleInside:
    """How many people study a course, and how many finished it; at least one of both."""

    course: str
    studying: int
    finishers: int

    def __str__(self) -> str:
        first = ngettext(
            "%(count)d persona lo estudia", "%(count)d personas lo estudian", self.studying
        )
        second = ngettext("%(count)d lo terminó", "%(count)d lo terminaron", self.finishers)
        counts = [(first, self.studying), (second, self.finishers)]
        parts = [words % {"count": count} for words, count in counts if count]
        return _("“%(course)s”: %(people)s.") % {"course": self.course, "people": ", ".join(parts)}


def keys_of_editors(today: date) -> list[UUID]:
    """Return who writes, reviews or operates on a day: trying a course is no study of theirs."""
    people = User.objects.none()
    for role in (Role.AUTHOR, Role.REVIEWER, Role.OPERATOR):
        people = people | holders_of(role, today)
    return list(people.values_list("learner_key", flat=True))


def people_inside(pages: Iterable[Page], today: date) -> list[PeopleInside]:
    """Return who is in the courses that published pages belong to, or that lie below them; no
    course where nobody is.
    """
    titles: dict[UUID, str] = {}
    for page in pages:
        above = CoursePage.objects.ancestor_of(page, inclusive=True)
        courses = above if above.exists() else CoursePage.objects.descendant_of(page)
        titles |= (
            dict(courses.order_by("path").values_list("translation_key", "title"))
            if page.live
            else {}
        )
    counts = _counted_people(titles, besides=keys_of_editors(today)) if titles else {}
    return [PeopleInside(title, *counts[key]) for key, title in titles.items() if key in counts]


def _counted_people(
    courses: Collection[UUID], *, besides: Collection[UUID]
) -> dict[UUID, tuple[int, int]]:
    studying, finishing = (
        Count("pk", filter=Q(state=state))
        for state in (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED)
    )
    inside = (
        Enrolment.objects.filter(course__key__in=courses)
        .exclude(state=Enrolment.State.WITHDRAWN)
        .exclude(learner__in=besides)
    )
    rows = inside.order_by().values("course__key").annotate(studying=studying, done=finishing)
    return {row["course__key"]: (row["studying"], row["done"]) for row in rows}
