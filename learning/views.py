"""Serves the learner: catalogue, course, lesson, home, and “¿Qué me falta?”."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.policies import PersonRequest, act_of, public, signed_in
from accounts.services import record_look
from courses.editions import outline_of
from courses.outline import Activity
from courses.queries import signature_of
from learning.activities import view_for, waits_in
from learning.addresses import activity_address, course_address
from learning.catalogue import matching_courses, suggestion_for, topics_of
from learning.course_parts import cards_of, contents_of, index_of, study_row
from learning.lessons import address_for_editors, heading_of, link_to, shown_text
from learning.models import Enrolment
from learning.permissions import enrolments_visible_to
from learning.queries import (
    OpenCourse,
    Study,
    activity_once_at,
    catalogue_with_courses,
    course_once_at,
    course_with,
    may_be_studied,
    open_course,
    open_study,
    studies_of,
    study_of,
    was_taken_out,
)
from learning.services import (
    ConflictingRepeat,
    NotInOutline,
    Outcome,
    TakenOut,
    complete_activity,
    enrol_oneself,
    move_bookmark,
)
from learning.taken_away import tells_what_was_taken_away
from lib.identifiers import read_uuid
from lib.targets import safe_next


@public
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the open courses, found by words without minding accents, and by topic."""
    query, topic = request.GET.get("q", "").strip()[:100], request.GET.get("tema", "")[:100]
    introduction, courses = catalogue_with_courses()
    studies = {}
    if request.user.is_authenticated:
        studies = {study.enrolment.course_id: study for study in studies_of(request.user)}
    outlines = [outline for head, outline in courses]
    matches = {outline.key for outline in matching_courses(outlines, query, topic)}
    cards = cards_of(
        (outline, studies.get(head.pk)) for head, outline in courses if outline.key in matches
    )
    context = {
        "cards": cards,
        "query": query,
        "topic": topic,
        "topics": topics_of(outlines),
        "suggestion": suggestion_for(outlines, query) if query and not cards else "",
        "introduction": introduction,
    }
    return render(request, "courses/catalogue_page.html", context)


@public
@require_safe
@tells_what_was_taken_away
def course(request: HttpRequest, course_slug: str) -> HttpResponse:
    """Show what a course is for, its modules, and where the learner stands in it."""
    candidate, study = (
        open_study(request.user, course_slug)
        if request.user.is_authenticated
        else (open_course(course_slug), None)
    )
    if candidate is None:
        return redirect("learning:course", existing(course_once_at(course_slug)).outline.slug)
    course = candidate
    waits = waits_in(study, timezone.now())
    step = study.next_activity(waits) if study else None
    context = {
        "outline": course.outline,
        "study": study,
        "parts": contents_of(course, study, step, waits),
        "next_activity": step and link_to(course, step),
        "wait": waits.get(step.key, "") if step else "",
        "changes": [link_to(course, activity) for activity in study.changes] if study else [],
        "enrol_uuid": uuid4(),
        "next": safe_next(request),
        "was_taken_out": request.user.is_authenticated
        and study is None
        and was_taken_out(request.user, course.head),
        "now": timezone.now(),
    }
    return render(request, "courses/course_page.html", context)


def page_of_course(request: HttpRequest, course_slug: str) -> str:
    """Return where a course is joined."""
    return course_address(course_slug)


@signed_in
@tells_what_was_taken_away
@act_of(page_of_course)
def enrol(request: HttpRequest, course_slug: str) -> HttpResponse:
    """Join the person to a course and lead to what they came for, or to its first activity."""
    course = existing(open_course(course_slug) or course_once_at(course_slug))
    if not course.outline.activities:
        sentence = _(
            "Este curso está en preparación: todavía no tiene nada que leer, y no te inscribimos. "
            "Vuelve más adelante."
        )
        messages.info(request, sentence)
        return redirect("learning:course", course.outline.slug)
    try:
        enrol_oneself(
            user=request.user,
            course=course.head,
            received_at=timezone.now(),
            uuid=read_uuid(request.POST.get("uuid")),
        )
    except TakenOut:  # the page of the course says it
        return redirect("learning:course", course.outline.slug)
    return redirect(safe_next(request) or reverse("learning:resume", args=[course.outline.slug]))


@signed_in
@never_cache
@require_safe
@tells_what_was_taken_away
def resume(request: HttpRequest, course_slug: str) -> HttpResponse:
    """Lead to where the learner stopped."""
    course, study = open_study(request.user, course_slug)
    if course is None:
        return redirect("learning:resume", existing(course_once_at(course_slug)).outline.slug)
    if study is None:
        messages.info(request, _("Inscríbete para empezar este curso."))
    step = study.next_activity(waits_in(study, timezone.now())) if study else None
    address = activity_address(course.outline, step) if step else ""
    return redirect(address or course_address(course_slug))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@tells_what_was_taken_away
def activity(
    request: HttpRequest, course_slug: str, module_slug: str, activity_slug: str
) -> HttpResponse:
    """Show one activity to an enrolled learner; POST is the learner's act on it."""
    course, study = open_study(request.user, course_slug)
    target = course.outline.by_path.get((module_slug, activity_slug)) if course else None
    if course is None or target is None:
        course, target = existing(activity_once_at(course_slug, module_slug, activity_slug))
        if request.method != "POST":
            return redirect(
                "learning:activity", course.outline.slug, target.module_slug, target.slug
            )
        study = study_of(request.user, course)
    if study is None:
        address = address_for_editors(request.user, target)
        if address:
            return redirect(address)
        messages.info(request, _("Inscríbete para abrir «%(title)s».") % {"title": target.title})
        query = urlencode({"next": request.path})
        return redirect(f"{course_address(course.outline.slug)}?{query}")
    if not may_be_studied(course.head, target, timezone.now()):
        raise Http404
    other = view_for(target.kind)
    if other:
        return other(request, course, study, target)
    return (
        lesson(request, course, study, target)
        if request.method != "POST"
        else HttpResponseNotAllowed(["GET", "HEAD"])
    )


def lesson(
    request: HttpRequest,
    found: OpenCourse,
    study: Study,
    asked: Activity,
    *,
    conflict: bool = False,
) -> HttpResponse:
    """Show a lesson, its body from the cache."""
    title, body = existing(shown_text(found, asked))
    before, after = found.outline.neighbours(asked.key)
    context = {
        "title": title,
        "body": body,
        "activity": asked,
        **heading_of(asked, found.outline),
        "outline": found.outline,
        "study": study,
        "parts": index_of(found, study, asked.key),
        "is_done": study.is_done(asked.key),
        "previous": before and link_to(found, before),
        "following": after and link_to(found, after),
        "act_uuid": uuid4(),
        "act_url": reverse("learning:mark_as_read", args=[found.outline.slug, asked.key]),
        "course_url": course_address(found.outline.slug),
        "bookmark_url": reverse("learning:bookmark", args=[study.enrolment.uuid]),
        "has_conflict": conflict,
        "signature": signature_of(asked.facts),
    }
    return render(request, "courses/lesson_page.html", context, status=409 if conflict else 200)


def page_of_activity(request: HttpRequest, course_slug: str, activity_key: UUID) -> str:
    """Return where an activity is read; when it left the course, the course."""
    course = existing(open_course(course_slug) or course_once_at(course_slug))
    target = course.outline.by_key.get(activity_key)
    return (target and activity_address(course.outline, target)) or course_address(
        course.outline.slug
    )


@signed_in
@tells_what_was_taken_away
@act_of(page_of_activity)
def mark_as_read(request: HttpRequest, course_slug: str, activity_key: UUID) -> HttpResponse:
    """Record that a lesson was read and go on to the next activity; eight statements, all told."""
    uuid, learner = read_uuid(request.POST.get("uuid")) or uuid4(), request.user.learner_key
    act = {
        "learner": learner,
        "activity_key": activity_key,
        "uuid": uuid,
        "received_at": timezone.now(),
    }
    try:
        outcome = complete_where_it_is(course_slug, **act)
    except (Enrolment.DoesNotExist, NotInOutline):
        raise Http404 from None
    except ConflictingRepeat:
        course = existing(open_course(course_slug))
        study, target = (
            existing(study_of(request.user, course)),
            existing(course.outline.by_key.get(activity_key)),
        )
        return lesson(request, course, study, target, conflict=True)
    outline = outline_of(outcome.enrolment.course.latest_edition_id)
    following = outline.neighbours(activity_key)[1]
    if outcome.completed_course or following is None:
        return redirect(course_address(outline.slug))
    return redirect(activity_address(outline, following) or course_address(outline.slug))


def complete_where_it_is(course_slug: str, *, activity_key: UUID, **act: Any) -> Outcome:
    """Record the act; a page that was open before its course was renamed, or its lesson moved,
    counts where it is now.
    """
    try:
        return complete_activity(course_slug=course_slug, activity_key=activity_key, **act)
    except (Enrolment.DoesNotExist, NotInOutline):
        course = course_with(activity_key)
        if course is None or course.outline.slug == course_slug:
            raise
        return complete_activity(course_slug=course.outline.slug, activity_key=activity_key, **act)


def page_of_learner(request: HttpRequest, enrolment_uuid: UUID) -> str:
    """Return where the learner's courses stand."""
    return reverse("learning:home")


@signed_in
@act_of(page_of_learner)
def bookmark(request: HttpRequest, enrolment_uuid: UUID) -> HttpResponse:
    """Remember where the learner is reading (a small beacon; reading works without it)."""
    key = existing(read_uuid(request.POST.get("activity")))
    try:
        move_bookmark(
            user=request.user, enrolment_uuid=enrolment_uuid, activity_key=key, now=timezone.now()
        )
    except (Enrolment.DoesNotExist, NotInOutline):
        raise Http404 from None
    return HttpResponse(status=204)


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the one next step, and everything the learner is enrolled in."""
    studies = studies_of(request.user)
    context = {
        "next_step": next_step(studies, timezone.now()),
        "rows": [study_row(study) for study in studies],
        "is_new": not studies,
    }
    context["has_closed"] = any(
        study.is_closed and study.enrolment.completed_at is None for study in studies
    )
    return render(request, "learning/home.html", context)


def next_step(studies: list[Study], now: datetime) -> dict | None:
    """Return the one next step among all studies: of a course in progress, the most recent first;
    what has to wait comes after what can be done now.

    Only who has none is shown what was added to a course that they finished: nobody has to do it.
    """
    open_ones = [study for study in studies if study.enrolment.course.is_open]
    steps = []
    for study in open_ones:
        if study.enrolment.state == Enrolment.State.ACTIVE:
            waits = waits_in(study, now)
            step = study.next_activity(waits)
            steps += [(study, step, waits.get(step.key, ""))] if step else []
    steps.sort(key=lambda found: bool(found[2]))
    steps += [(study, study.changes[0], "") for study in open_ones if study.changes]
    if not steps:
        return None
    study, step, wait = steps[0]
    return {
        "course": study.outline,
        "activity": step,
        "url": activity_address(study.outline, step),
        "is_asked": not study.changes,
        "wait": wait,
    }


@signed_in
@require_safe
@tells_what_was_taken_away
def requirements(request: PersonRequest, course_slug: str) -> HttpResponse:
    """Explain what completion still needs: the learner's own, or of a person in the coordinator's
    scope (?persona=).

    A look at somebody else leaves its line in the trail before anything is shown (decision 0011).
    """
    course = open_course(course_slug)
    if course is None:
        address = reverse(
            "learning:requirements", args=[existing(course_once_at(course_slug)).outline.slug]
        )
        return redirect(f"{address}?{request.GET.urlencode()}")
    learner = read_uuid(request.GET.get("persona")) or request.user.learner_key
    enrolments = enrolments_visible_to(request.user).filter(course=course.head, learner=learner)
    enrolment = existing(enrolments.with_progress().first())
    study = Study(enrolment, course.outline)
    other = (
        None
        if learner == request.user.learner_key
        else User.objects.filter(learner_key=learner).first()
    )
    if other:
        record_look(
            person=other, looked_by=request.user, action="conditions_seen", now=timezone.now()
        )
    waits = waits_in(study, timezone.now())
    rows = [
        {
            "condition": item,
            "url": activity_address(course.outline, item.activity),
            "wait": waits.get(item.activity.key, ""),
        }
        for item in study.conditions
    ]
    missing = [row for row in rows if not row["condition"].is_met]
    context = {
        "outline": course.outline,
        "study": study,
        "missing": missing,
        "met": [row for row in rows if row["condition"].is_met],
        "total": len(rows),
        "has_finished": enrolment.completed_at is not None,
        "minutes_left": sum(row["condition"].activity.minutes for row in missing),
        "person": other,
        "is_own": learner == request.user.learner_key,
        "course_url": course_address(course_slug),
    }
    return render(request, "learning/requirements.html", context)


def existing(found):
    """Return what was found, or answer 404."""
    if found is None:
        raise Http404
    return found
