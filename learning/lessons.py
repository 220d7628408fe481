"""Says what the page of a lesson shows: its text, the words above it, and where it leads."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.models import Page

from accounts.models import User
from accounts.permissions import Role, holds_site_role
from courses.models import LessonPage
from courses.outline import Activity, Outline
from courses.rendering import kept_body, lesson_body
from learning.addresses import activity_address
from learning.queries import OpenCourse


def shown_text(course: OpenCourse, activity: Activity) -> tuple[str, SafeString] | None:
    """Return title and body of a lesson, or None when it may not be shown.

    The live page is asked only when the edition cannot answer for it.

    It can when nothing changed since it was frozen: publishing, withdrawing and moving mark the
    course in the same transaction, and expiry is in the outline.
    """
    version = {"language": settings.LANGUAGE_CODE, "norms_version": course.norms_version}
    body = None if course.head.is_dirty else kept_body(activity.body, **version)
    if body is not None:
        return activity.title, body
    page = published_lesson(activity)
    return (page.title, lesson_body(page, **version)) if page else None


def published_lesson(activity: Activity) -> LessonPage | None:
    """Return the live page behind an activity, by key and language; None when it may not be
    shown.
    """
    live = LessonPage.objects.filter(
        translation_key=activity.key,
        locale__language_code=settings.LANGUAGE_CODE,
        live=True,
        alias_of=None,
    )
    return live.filter(Q(expire_at=None) | Q(expire_at__gt=timezone.now())).first()


def heading_of(activity: Activity, outline: Outline) -> dict[str, str]:
    """Return the words above a lesson: its module, and which step of how many it is."""
    module = next(
        module.number for module in outline.modules if module.slug == activity.module_slug
    )
    step = {
        "number": activity.number,
        "total": len(outline.activities),
        "minutes": activity.minutes,
    }
    return {
        "module_label": _("Módulo %(number)s") % {"number": module},
        "step_label": _("Paso %(number)s de %(total)s · %(minutes)s min") % step,
    }


def link_to(course: OpenCourse, activity: Activity) -> dict:
    """Return what a link to an activity shows."""
    return {
        "activity": activity,
        "title": activity.title,
        "minutes": activity.minutes,
        "url": activity_address(course.outline, activity),
    }


def address_for_editors(user: User, activity: Activity) -> str:
    """Return where who writes, reviews or operates reads what is published without joining the
    course; empty for others.
    """
    if not holds_site_role(user, Role.AUTHOR, Role.REVIEWER, Role.OPERATOR):
        return ""
    pages = Page.objects.filter(
        translation_key=activity.key,
        locale__language_code=settings.LANGUAGE_CODE,
        live=True,
        alias_of=None,
    )
    page = pages.exclude(live_revision=None).first()
    return (
        reverse("wagtailadmin_pages:revisions_view", args=[page.pk, page.live_revision_id])
        if page
        else ""
    )
