"""Whose post ended, is there again or is elsewhere is told so by a notice, once for each act, with
what it means for them; the acts themselves pay nothing for it.
"""

from uuid import uuid4

import pytest
from django.utils import timezone
from post_office.models import Email

from accounts.corrections import Why, end_post, transfer_person
from accounts.ended_posts import put_back_post
from accounts.services import move_person
from notices.kinds import kinds
from notices.models import Notice
from notices.writing import write_due_letters, write_notices
from roster.ended import put_posts_back
from roster.leaving import end_posts
from tests.roster.test_leaving import DAY, WHY

pytestmark = pytest.mark.django_db
KINDS = ("post_ended", "post_put_back", "person_moved")


@pytest.fixture(autouse=True)
def first_look():
    """The site knows notices for a while already, and its letters go out."""
    write_notices(timezone.now())
    Notice.objects.all().delete()


@pytest.fixture
def staff(person):
    return [person(name, organisation="puno") for name in ("Ana", "Eva", "Zoe")]


def why(actor):
    return Why(actor, WHY, uuid4())


def tell():
    """Do what the worker does, twice."""
    for _time in range(2):
        write_notices(timezone.now())


def told(person) -> list[str]:
    rows = Notice.objects.filter(learner=person.learner_key, kind__in=KINDS).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def names(people) -> list[str]:
    return [person.username for person in people]


def end(person, organisation, actor):
    end_post(
        person=person, organisation=organisation, ended_on=DAY, why=why(actor), now=timezone.now()
    )


def put_back(person, organisation, actor):
    put_back_post(person=person, organisation=organisation, why=why(actor), now=timezone.now())


def test_many_whose_posts_end_and_come_back_are_each_told_once(nora, staff, organisations):
    puno, act = organisations["puno"], uuid4()
    facts = {"organisation": puno, "reason": WHY, "actor": nora, "now": timezone.now()}
    for _time in range(2):
        end_posts(names(staff[:2]), ended_on=DAY, uuid=act, **facts)
    assert not Notice.objects.exists()
    tell()
    assert [told(person) for person in staff] == [["post_ended"], ["post_ended"], []]
    put_posts_back(names(staff[:1]), uuid=uuid4(), **facts)
    tell()
    assert told(staff[0]) == ["post_ended", "post_put_back"]
    assert told(staff[1]) == ["post_ended"]


def test_a_post_that_ends_twice_is_told_twice(nora, staff, organisations):
    for _time in range(2):
        end(staff[0], organisations["puno"], nora)
        put_back(staff[0], organisations["puno"], nora)
    tell()
    assert told(staff[0]) == ["post_ended", "post_put_back"] * 2


def test_who_was_moved_by_another_is_told_and_who_moved_themselves_is_not(
    nora, staff, organisations
):
    tumbes, now = organisations["tumbes"], timezone.now()
    transfer_person(person=staff[0], organisation=tumbes, post="", why=why(nora), now=now)
    move_person(user=staff[1], organisation=tumbes, post="", now=now, moved_by=staff[1])
    tell()
    assert [told(person) for person in staff] == [["person_moved"], [], []]


@pytest.mark.parametrize("kind", KINDS)
def test_the_notice_says_what_stays_theirs_and_where_to_put_it_right(
    client, nora, staff, organisations, kind
):
    end(staff[0], organisations["puno"], nora)
    put_back(staff[0], organisations["puno"], nora)
    transfer_person(
        person=staff[0], organisation=organisations["tumbes"], post="", why=why(nora),
        now=timezone.now(),
    )  # fmt: skip
    tell()
    client.force_login(staff[0])
    text = str(kinds()[kind].text)
    assert text in client.get("/avisos/").content.decode()
    assert "tus certificados siguen siendo tuyos" in text
    assert "«Ayuda»" in text


def test_no_letter_says_what_is_over_when_it_would_leave(nora, staff, organisations, settings):
    settings.LETTER_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_BACKEND = "notices.backend.LetterQueue"
    ana, eva, zoe = staff
    puno = organisations["puno"]
    for person in staff:
        end(person, puno, nora)
    put_back(ana, puno, nora)
    put_back(eva, puno, nora)
    end(eva, puno, nora)
    tell()
    write_due_letters(timezone.now())
    written = Email.objects.order_by("pk").values_list("to", "subject")
    subject = {name: str(kinds()[name].title) for name in KINDS}
    letters = {person: [line for to, line in written if person.email in to] for person in staff}
    assert letters[ana] == [subject["post_put_back"]]
    assert letters[eva] == [subject["post_ended"]] * 2
    assert letters[zoe] == [subject["post_ended"]]
    for email in Email.objects.all():
        assert "Ana" not in email.message
        assert WHY not in email.message
