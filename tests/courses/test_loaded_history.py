"""The history of a page that came with the site leads back to what readers see."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from accounts.roles import sync_roles
from courses.loading import LoadReport, ensure_site, log_loading, place
from courses.models import CataloguePage, CoursePage
from tests.factories.review import sign_and_publish

pytestmark = pytest.mark.django_db
FIELDS = {
    "title": "Prueba",
    "slug": "prueba",
    "summary": "Resumen.",
    "outcome": "decides",
    "audience": "Todas.",
}
KEY = "75bab63b-91bf-405d-b909-98d2188962d5"


@pytest.fixture
def loaded(site) -> CoursePage:
    """A page as the loader writes it, with the draft that Ada wrote on it since."""
    return place(CoursePage, CataloguePage.objects.get(), KEY, FIELDS, LoadReport())


def is_offered(client, person, page, revision_id: int) -> bool:
    """Say whether the history of a page leads back to one revision."""
    sync_roles(today=timezone.localdate())
    client.force_login(person)
    shown = client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    return reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, revision_id]) in shown


def test_the_revision_that_was_loaded_is_offered(loaded, client, ada):
    first = loaded.latest_revision_id
    loaded.summary = "Otro resumen."
    loaded.save_revision(user=ada, log_action=True)
    assert is_offered(client, ada, loaded, first)


def test_pages_of_an_empty_site_have_their_line_too(db):
    ensure_site()
    pages = Page.objects.filter(depth__gt=1)
    assert pages.count() > 2
    for page in pages:
        (line,) = PageLogEntry.objects.filter(page_id=page.pk, action="wagtail.edit")
        assert line.revision_id == page.live_revision_id


def test_what_an_older_release_loaded_gets_its_line_once(course, client, ada):
    page = CoursePage.objects.get()
    assert not PageLogEntry.objects.filter(page_id=page.pk, action="wagtail.edit").exists()
    log_loading(page)
    log_loading(page)
    (line,) = PageLogEntry.objects.filter(page_id=page.pk, action="wagtail.edit")
    assert (line.timestamp, line.user_id) == (page.live_revision.created_at, None)
    page.summary = "Otro resumen."
    page.save_revision(user=ada, log_action=True)
    assert is_offered(client, ada, page, page.live_revision_id)


def test_the_line_of_a_person_is_enough(course, ada):
    page = CoursePage.objects.get()
    page.summary = "Otro resumen."
    sign_and_publish(page.save_revision(user=ada, log_action=True))
    page.refresh_from_db()
    log_loading(page)
    assert PageLogEntry.objects.filter(page_id=page.pk, action="wagtail.edit").count() == 1
