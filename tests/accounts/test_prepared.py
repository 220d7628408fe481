"""A prepared read gives what its queryset gives, for any values, on every connection."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import CharField, DateField, DateTimeField, F, UUIDField, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Session, User
from accounts.prepared import PlainRead, Prepared, Slot

pytestmark = pytest.mark.django_db
person = Prepared(lambda: User.objects.filter(learner_key=Slot("key", UUIDField())).annotate(twice=F("id") * 2, same=Value("x")))
places = Prepared(
    lambda: Membership.objects.filter(started_on__lte=Slot("day", DateField())).select_related("organisation__district").order_by("pk")
)
sessions = Prepared(lambda: Session.objects.filter(expire_date__gt=Slot("now", DateTimeField())))
keys = Prepared(lambda: User.objects.filter(is_active=True).order_by("pk").values_list("learner_key", "date_joined", Value("x")))
few = Prepared(lambda: User.objects.filter(email=Slot("email", CharField())).only("email"))


def values_of(row):
    """Return every loaded value of an object."""
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_rows_are_those_of_the_queryset(lina, omar):
    for user in (lina, omar):
        asked = User.objects.annotate(twice=F("id") * 2, same=Value("x")).get(pk=user.pk)
        (found,) = person(key=user.learner_key)
        assert values_of(found) == values_of(asked)
        assert (found.twice, found.same, found._state.adding, found._state.db) == (user.pk * 2, "x", False, "default")


def test_related_rows_come_along(lina, omar):
    day = timezone.localdate()
    with CaptureQueriesContext(connection) as asked:
        found = places(day=day)
        names = [(row.organisation.name, row.organisation.district.name) for row in found]
    assert len(asked) == 1
    rows = Membership.objects.filter(started_on__lte=day).select_related("organisation__district").order_by("pk")
    assert names == [(row.organisation.name, row.organisation.district.name) for row in rows] != []
    assert places(day=day - timedelta(days=40_000)) == []


def test_missing_related_row_is_none():
    Session.objects.create(session_key="nobody", session_data="", expire_date=timezone.now() + timedelta(days=1))
    (found,) = sessions(now=timezone.now())
    assert (found.user_id, found.user) == (None, None)


def test_first_is_one_row_or_none(lina):
    assert few.first(email=lina.email) == lina
    assert few.first(email="nadie@example.org") is None


def test_a_list_of_values_gives_tuples_of_the_same_values(lina, omar):
    rows = User.objects.filter(is_active=True).order_by("pk").values_list("learner_key", "date_joined", Value("x"))
    assert keys() == list(rows) != []


def test_columns_left_out_are_read_when_asked(lina):
    found = few.first(email=lina.email)
    assert found.get_deferred_fields()
    assert found.first_name == lina.first_name


def test_values_are_never_part_of_the_statement(lina):
    with CaptureQueriesContext(connection):
        assert few(email="' OR 1=1 --") == []


def test_value_that_is_missing_is_told():
    with pytest.raises(KeyError):
        few()


@pytest.mark.django_db(transaction=True)
def test_every_thread_has_its_own(lina):
    found = []

    def ask():
        found.append(few(email=lina.email))
        connection.close()

    threads = [threading.Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[lina]] * 4


def test_a_plain_read_gives_the_same_rows(lina, omar):
    day = timezone.localdate()
    plain = PlainRead(places.write)
    with CaptureQueriesContext(connection) as asked:
        names = [row.organisation.district.name for row in plain.rows({"day": day})]
    assert names == [row.organisation.district.name for row in places(day=day)] != []
    assert len(asked) == 1
    assert list(plain.rows({"day": day - timedelta(days=40_000)})) == []
    assert list(PlainRead(keys.write).rows({})) == keys()
