"""The menu says how many notices a person has not read, and asks the database nothing for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from learning.services import enrol_learner
from notices.journals import Cause
from notices.models import Notice
from notices.services import forget_notices, hand_notices_over, mark_read
from notices.writing import store_notices, write_notices
from tests.notices.test_screens import notice, shown

pytestmark = pytest.mark.django_db


def unread(person) -> int:
    return User.objects.get(pk=person.pk).unread_notices


@pytest.fixture
def told(course, lina):
    """Lina was told of her enrolment."""
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    write_notices(timezone.now())
    return Notice.objects.get(learner=lina.learner_key)


def test_what_is_told_is_counted_once(lina, omar, told):
    write_notices(timezone.now())
    assert (unread(lina), unread(omar)) == (1, 0)


def test_what_is_read_is_counted_no_more(lina, told):
    notice(lina)
    mark_read(learner=lina.learner_key, number=told.pk, now=timezone.now())
    assert unread(lina) == 1
    mark_read(learner=lina.learner_key, now=timezone.now())
    assert unread(lina) == 0


def test_the_menu_says_it_in_words(client, lina, omar, told):
    client.force_login(lina)
    assert "Avisos 1 1 aviso sin leer" in shown(client.get("/cuenta/"))
    page = shown(client.post("/avisos/leidos/", follow=True))
    assert "sin leer" not in page
    client.force_login(omar)
    assert "sin leer" not in shown(client.get("/cuenta/"))


def test_a_number_read_again_ends_where_it_was(lina, told):
    User.objects.filter(pk=lina.pk).update(unread_notices=7)
    mark_read(learner=lina.learner_key, now=timezone.now())
    assert unread(lina) == 0


def test_a_kind_of_no_room_is_not_counted(lina, told):
    notice(lina, kind="of_nobody")
    mark_read(learner=lina.learner_key, number=told.pk, now=timezone.now())
    assert unread(lina) == 0


def test_what_is_forgotten_is_counted_no_more(lina, told):
    assert forget_notices(timezone.now() + timedelta(days=1)) == 1
    assert unread(lina) == 0


def test_of_two_accounts_one_counts_all(lina, omar, told):
    hand_notices_over(kept=omar.learner_key, merged=lina.learner_key)
    assert (unread(omar), unread(lina)) == (1, 0)


def test_statements_do_not_grow_with_people(person, django_assert_max_num_queries):
    people = [person(f"P{number}") for number in range(6)]
    causes = [cause_for(each) for each in people]
    with django_assert_max_num_queries(9):  # PostgreSQL holds the people by one of its own
        assert store_notices(causes, timezone.now()) == 6
    assert {unread(each) for each in people} == {1}


def cause_for(person):
    return Cause(
        kind="enrolled",
        learner=person.learner_key,
        key="x",
        happened_at=timezone.now(),
        facts={"course": "Migración"},
    )
