"""Works with the screens of the editor as a browser does: who signs in, addresses, and what a form
sends.
"""

import html

from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from accounts.roles import sync_roles
from courses.editions import outline_of
from courses.models import CourseHead, LessonPage, ModulePage

RAW_TEXT = (
    '{"blocks": [{"key": "a", "text": "Texto nuevo", "type": "unstyled", "depth": 0, '
    '"inlineStyleRanges": [], "entityRanges": []}],'
    ' "entityMap": {}}'
)


def signed_in(client, user):
    """Sign a person in with what their role may do today."""
    sync_roles(today=timezone.localdate())
    client.force_login(user)
    return client


def module_of(page: Page, slug: str = "m1") -> ModulePage:
    return ModulePage.objects.child_of(page).get(slug=slug)


def lesson_of(page: Page, module: str = "m1", slug: str = "l1") -> LessonPage:
    return LessonPage.objects.child_of(module_of(page, module)).get(slug=slug)


def url(name: str, *arguments: object) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=arguments)


def bulk(action: str, pages) -> str:
    ids = "&".join(f"id={page.pk}" for page in pages)
    return (
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        + f"?{ids}&next=/gestion/"
    )


def form_of(page: LessonPage, **changes) -> dict[str, object]:
    """Return what the editor's form of a lesson sends."""
    block = page.body.get_prep_value()[0]
    sent = {
        "title": page.title, "slug": page.slug, "summary": page.summary, "is_required": "on",
        "objective": page.objective, "roles": "", "reviewed_on": "", "seo_title": "",
        "search_description": "", "go_live_at": "",
        "expire_at": "", "body-count": "1", "body-0-deleted": "", "body-0-order": "0",
        "body-0-type": "text", "body-0-id": block["id"],
        "body-0-value-heading": "Idea", "body-0-value-body": RAW_TEXT, "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0", "comments-MAX_NUM_FORMS": "",
    }  # fmt: skip
    return sent | changes


def head_of(page: Page) -> CourseHead:
    """Return the course of a page, with its newest edition."""
    return CourseHead.objects.select_related("latest_edition").get(key=page.translation_key)


def outline(page: Page) -> dict[str, list[str]]:
    """Return the slugs of the newest edition by module."""
    return {
        module.slug: [item.slug for item in module.activities]
        for module in outline_of(head_of(page).latest_edition_id).modules
    }


def told(answer) -> str:
    """Return the text of the screen that an answer leads to."""
    assert answer.redirect_chain
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())
