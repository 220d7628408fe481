"""A page whose day of withdrawal came can be written on, and is not published with that day."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page

from courses.models import LessonPage
from courses.scheduling import publish_due_pages
from tests.courses.deciding import APPROVE, opened_now, save
from tests.courses.editor import form_of, lesson_of, signed_in, url

pytestmark = pytest.mark.django_db
NEW = "Distingues seis ideas."


@pytest.fixture
def withdrawn(published, raul):
    """A lesson that the site withdrew on its day, which its newest draft still names."""
    lesson = lesson_of(published)
    lesson.expire_at = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=5)
    lesson.save_revision()
    Page.objects.filter(pk=lesson.pk).update(expire_at=lesson.expire_at)
    publish_due_pages(timezone.now())
    lesson = LessonPage.objects.get(pk=lesson.pk)
    assert not lesson.live
    return lesson


def as_the_form_stands(lesson) -> dict[str, str]:
    return {"expire_at": f"{timezone.localtime(lesson.expire_at):%d/%m/%Y %H:%M}"}


@pytest.mark.parametrize("accepts", ["text/html", "application/json"], ids=["saved", "kept"])
def test_what_is_written_afterwards_is_saved_without_the_day_that_came(
    withdrawn, client, ada, accepts
):
    sent = form_of(withdrawn, objective=NEW, **as_the_form_stands(withdrawn))
    signed_in(client, ada).post(url("edit", withdrawn.pk), sent, headers={"accept": accepts})
    newest = LessonPage.objects.get(pk=withdrawn.pk).get_latest_revision_as_object()
    assert (newest.objective, newest.expire_at) == (NEW, None)


def test_another_day_that_is_over_is_refused(withdrawn, client, ada):
    before = timezone.localtime() - timedelta(days=2)
    sent = form_of(withdrawn, objective=NEW, expire_at=f"{before:%d/%m/%Y %H:%M}")
    answer = signed_in(client, ada).post(url("edit", withdrawn.pk), sent)
    assert answer.context["form"].errors["expire_at"]


def test_it_is_not_published_with_a_day_that_is_over(withdrawn, client, ada, raul):
    withdrawn.get_workflow().start(withdrawn, ada)
    told = [str(problem) for problem in withdrawn.publishing_problems()]
    assert told == [
        f"La fecha en que se retira ya pasó ({as_the_form_stands(withdrawn)['expire_at']}). "
        "Cámbiala o quítala en «Estado»."
    ]
    save(client, raul, withdrawn, **APPROVE, **opened_now(withdrawn))
    assert not LessonPage.objects.get(pk=withdrawn.pk).live
