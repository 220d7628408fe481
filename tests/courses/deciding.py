"""What the screens of the editor carry of the text that they showed, for tests that decide on
it.
"""

import html
import re
from urllib.parse import urlencode

from django.urls import reverse
from wagtail.models import Page

from courses.deciding import mark_of
from courses.models import LessonPage
from tests.courses.editor import form_of, signed_in, url

SENT = "Distingues tres ideas."
APPROVE = {"action-workflow-action": "true", "workflow-action-name": "approve"}
RETURN = {"action-workflow-action": "true", "workflow-action-name": "reject"}


def decision_link(page: Page, action: str) -> str:
    """Return the address of a button on the home of the editor, made for what is shown now."""
    page = Page.objects.get(pk=page.pk)
    arguments = [page.pk, action, page.current_workflow_task_state.pk]
    link = reverse("wagtailadmin_pages:workflow_action", args=arguments)
    return f"{link}?{urlencode({'shown': mark_of(page.get_latest_revision())})}"


def opened_now(page: Page) -> dict[str, object]:
    """Return what the editor's form carries of the revision that it was made from."""
    revision = Page.objects.get(pk=page.pk).get_latest_revision()
    return {
        "loaded_revision_id": revision.pk,
        "loaded_revision_created_at": revision.created_at.isoformat(),
    }


def shown_now(*pages: Page) -> dict[str, object]:
    """Return what the confirmation of an act on many pages carries of them and of those inside."""
    whole = [
        one
        for page in pages
        for one in Page.objects.get(pk=page.pk).get_descendants(inclusive=True)
    ]
    return {"shown": [mark_of(page.get_latest_revision()) for page in whole]}


def now(lesson) -> LessonPage:
    return LessonPage.objects.get(pk=lesson.pk)


def newest(lesson) -> LessonPage:
    """The lesson as its editor shows it."""
    return now(lesson).get_latest_revision_as_object()


def save(client, person, lesson, **changes):
    """Send the form of the editor."""
    return signed_in(client, person).post(
        url("edit", lesson.pk), form_of(newest(lesson), **changes), follow=True
    )


def told(answer) -> str:
    words = " ".join(str(message) for message in answer.context["messages"])
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", words)).split())


def approve_by_button(client, reviewer, page: Page):
    """Press the button of the reviewer for what is in review."""
    return signed_in(client, reviewer).post(decision_link(page, "approve"), follow=True)
