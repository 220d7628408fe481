"""A prepared read gives what its queryset gives, for any values, on every connection."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import CharField, Count, DateField, DateTimeField, F, UUIDField, Value
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.connection import ConnectionDoesNotExist

from accounts.models import Membership, Session, User
from lib.prepared import CannotBePrepared, LockedQuery, Parameter, PreparedQuery

pytestmark = pytest.mark.django_db
person = PreparedQuery(
    lambda: User.objects.filter(learner_key=Parameter("key", UUIDField())).annotate(
        twice=F("id") * 2, same=Value("x")
    )
)
places = PreparedQuery(
    lambda: (
        Membership.objects.filter(started_on__lte=Parameter("day", DateField()))
        .select_related("organisation__district")
        .order_by("pk")
    )
)
sessions = PreparedQuery(
    lambda: Session.objects.filter(expire_date__gt=Parameter("now", DateTimeField()))
)
few = PreparedQuery(
    lambda: User.objects.filter(email=Parameter("email", CharField())).only("email")
)


@pytest.fixture(autouse=True)
def prepared(settings):
    """The suite may run with the switch off; what is tested here is what it does when it is on."""
    settings.PREPARED_QUERIES = True


def values_of(row):
    """Return every loaded value of an object."""
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_without_the_inside_of_django_every_read_is_a_plain_one(lina, monkeypatch):
    """A version that has it no more costs speed, and no page."""
    monkeypatch.setattr("lib.prepared.related_populators", None)
    monkeypatch.setattr("lib.prepared.CAN_BE_PREPARED", False)
    assert [row.pk for row in person(key=lina.learner_key)] == [lina.pk]
    assert places(day=timezone.localdate())[0].organisation.district


def test_rows_are_those_of_the_queryset(lina, omar):
    for user in (lina, omar):
        asked = User.objects.annotate(twice=F("id") * 2, same=Value("x")).get(pk=user.pk)
        (found,) = person(key=user.learner_key)
        assert values_of(found) == values_of(asked)
        assert (found.twice, found.same, found._state.adding, found._state.db) == (
            user.pk * 2,
            "x",
            False,
            "default",
        )


def test_related_rows_come_along(lina, omar):
    day = timezone.localdate()
    with CaptureQueriesContext(connection) as asked:
        found = places(day=day)
        names = [(row.organisation.name, row.organisation.district.name) for row in found]
    assert len(asked) == 1
    rows = (
        Membership.objects.filter(started_on__lte=day)
        .select_related("organisation__district")
        .order_by("pk")
    )
    assert names == [(row.organisation.name, row.organisation.district.name) for row in rows] != []
    assert places(day=day - timedelta(days=40_000)) == []


def test_missing_related_row_is_none():
    Session.objects.create(
        session_key="nobody", session_data="", expire_date=timezone.now() + timedelta(days=1)
    )
    (found,) = sessions(now=timezone.now())
    assert (found.user_id, found.user) == (None, None)


def test_first_is_one_row_or_none(lina):
    assert few.first(email=lina.email) == lina
    assert few.first(email="nadie@example.org") is None


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


def test_a_plain_read_gives_the_same_rows(lina, omar, settings):
    day = timezone.localdate()
    names = [row.organisation.district.name for row in places(day=day)]
    settings.PREPARED_QUERIES = False
    with CaptureQueriesContext(connection) as asked:
        assert [row.organisation.district.name for row in places(day=day)] == names != []
    assert len(asked) == 1
    assert places(day=day - timedelta(days=40_000)) == []


REFUSED = {
    "prefetch_related": lambda: User.objects.prefetch_related("memberships"),
    "values": lambda: User.objects.values("email"),
    "values_list": lambda: User.objects.values_list("email", "pk"),
    "flat": lambda: User.objects.values_list("email", flat=True),
    "grouped": lambda: User.objects.values("is_active").annotate(people=Count("pk")),
    "combined": lambda: User.objects.filter(pk=1).union(User.objects.filter(pk=2)),
}


@pytest.mark.parametrize("is_prepared", [True, False])
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_one_statement_of_objects_cannot_give_is_refused(name, is_prepared, settings):
    settings.PREPARED_QUERIES = is_prepared
    with pytest.raises(CannotBePrepared):
        PreparedQuery(REFUSED[name])()


@pytest.mark.parametrize("is_prepared", [True, False])
@pytest.mark.django_db(transaction=True)
def test_a_locked_read_outside_a_transaction_is_refused_the_second_time_too(
    lina, is_prepared, settings
):
    settings.PREPARED_QUERIES = is_prepared
    locked = LockedQuery(few.build, few.build)
    for _time in range(2):
        with pytest.raises(TransactionManagementError):
            locked(email=lina.email)
        with transaction.atomic():
            assert locked(email=lina.email) == [lina]


class OneModelElsewhere:
    """Sends reads of people to a database of its own."""

    def db_for_read(self, model, **hints):
        return "elsewhere" if model is User else None


@pytest.mark.parametrize("is_prepared", [True, False])
def test_the_router_names_the_database_each_time(lina, is_prepared, settings):
    settings.PREPARED_QUERIES = is_prepared
    assert few(email=lina.email) == [lina]
    settings.DATABASE_ROUTERS = [OneModelElsewhere()]
    with pytest.raises(ConnectionDoesNotExist):
        few(email=lina.email)
    settings.DATABASE_ROUTERS = []
    assert few(email=lina.email) == [lina]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that keeps it")
def test_what_is_asked_often_is_kept_by_the_server(lina):
    kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%learner_key\" =%'"
    for _time in range(4):
        assert person(key=lina.learner_key)
    with connection.cursor() as cursor:
        cursor.execute(kept)
        assert cursor.fetchone() == (1,)


def test_more_values_than_a_server_takes_apart_are_taken_in_a_list(lina):
    many = [*range(10**6, 10**6 + 2**16), lina.pk]
    assert list(User.objects.filter(pk__in=many)) == [lina]


def test_whoever_looks_on_is_told_what_was_asked(lina):
    for _time in range(4):
        with CaptureQueriesContext(connection) as asked:
            assert person(key=lina.learner_key)
    assert "learner_key" in asked[0]["sql"]
