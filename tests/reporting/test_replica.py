"""With a replica the reads of figures go there, and nothing else: two databases with rows of their
own prove where each read went.
"""

import pytest
from django.core.management import call_command
from django.db import Error, connection, connections, router
from django.db.models import CharField
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from accounts.models import Organisation, User
from audit.models import AuditEntry
from config.databases import as_replica
from lib.prepared import LockingQuery, Parameter
from lib.replica import REPLICA, reads_from_replica
from reporting.models import Look, Tally
from reporting.services import count_active, fold_differences, rebuild_tallies
from tests.conftest import OWN_DATABASE
from tests.reporting.pages import file_rows, page_rows

pytestmark = pytest.mark.django_db
OFFICE = "Entidad de la réplica"


@pytest.fixture
def replica(db, request, settings):
    """A second database: seven people in an institution of Tumbes that the first does not have."""
    database = request.config.stash[OWN_DATABASE]
    name = database.make_second()
    options = {**connection.settings_dict, "NAME": name}
    connect(options)
    fill(7)
    leave()
    connect(as_replica(options))
    settings.DATABASE_ROUTERS = ["lib.replica.ReplicaRouter"]
    yield
    leave()
    del connections.settings[REPLICA]
    database.remove_second(name)


def connect(options: dict) -> None:
    """Open the connection at once: the suite forbids to open one that it did not announce."""
    connections.settings[REPLICA] = options
    # Whatever another test left under that name was made for other settings.
    connections[REPLICA] = connections.create_connection(REPLICA)
    connections[REPLICA].connect()


def fill(assigned: int) -> None:
    office = Organisation.objects.using(REPLICA).create(
        kind="district", name=OFFICE, district_id="240101"
    )
    Tally.objects.using(REPLICA).create(
        course_id=1,
        organisation_id=office.pk,
        district_code="240101",
        area_code="24",
        province_code="2401",
        assigned=assigned,
    )


def leave() -> None:
    """Close the connection to the replica, and forget how it was made."""
    connections[REPLICA].close()
    if connection.vendor == "postgresql":
        connections[REPLICA].close_pool()
    del connections[REPLICA]


def assigned(alias: str) -> list[int]:
    return list(Tally.objects.using(alias).values_list("assigned", flat=True))


@pytest.mark.usefixtures("replica")
def test_page_and_file_are_counted_in_the_replica(tally, max_, client):
    tally("240101", 60)
    client.force_login(max_)
    page = client.get("/panel/tumbes/2401/")
    rows = page_rows(page.content)
    assert {
        row.name: row.figures["Inscripciones"]
        for row in rows
        if row.figures["Inscripciones"] != "0"
    } == {
        "Tumbes": "7",
        OFFICE: "7",
        "Total": "7",
    }
    assert file_rows(client.post("/panel/tumbes/2401/").content) == rows


@pytest.mark.usefixtures("replica")
def test_who_reads_and_that_they_read_stays_in_the_database(max_, client):
    client.force_login(max_)
    assert client.get("/panel/").status_code == 200
    client.post("/panel/")
    assert AuditEntry.objects.filter(action="figures_exported").count() == 1
    assert Look.objects.count() == 1
    for model in (User, AuditEntry, Look):
        assert not model.objects.using(REPLICA).exists()


@pytest.mark.usefixtures("replica")
def test_what_writes_reads_in_the_database(tally):
    tally("240101", 60)
    rebuild_tallies(now=timezone.now())
    fold_differences()
    count_active(now=timezone.now())
    assert assigned("default") == []
    assert assigned(REPLICA) == [7]


@pytest.mark.usefixtures("replica")
def test_a_row_of_the_replica_is_saved_in_the_database(tally):
    with reads_from_replica():
        row = Tally.objects.get()
        row.assigned = 8
        row.save(force_insert=True)
    assert assigned("default") == [8]
    assert assigned(REPLICA) == [7]


@pytest.mark.usefixtures("replica")
def test_a_locked_read_never_goes_there(tally):
    course_id = tally("240101", 60).course_id
    locking = LockingQuery(
        lambda: Tally.objects.select_for_update().filter(
            district_code=Parameter("district", CharField()), course_id=course_id
        )
    )
    of_course = Tally.objects.filter(course_id=course_id)
    with reads_from_replica():
        assert [row.assigned for row in of_course.select_for_update()] == [60]
        assert [row.assigned for row in locking(district="240101")] == [60]
        assert [row.assigned for row in Tally.objects.all()] == [7]
    assert [row.assigned for row in of_course.all()] == [60]


@pytest.mark.usefixtures("replica")
@pytest.mark.django_db(transaction=True)
def test_a_locked_read_outside_a_transaction_is_refused_every_time():
    locking = LockingQuery(lambda: Tally.objects.select_for_update())
    with reads_from_replica():
        for _turn in range(2):
            with pytest.raises(TransactionManagementError):
                locking()


@pytest.mark.usefixtures("replica")
def test_the_replica_itself_refuses_to_be_written():
    with pytest.raises(Error):
        Tally.objects.using(REPLICA).update(assigned=1)
    assert assigned(REPLICA) == [7]


@pytest.mark.usefixtures("replica")
def test_migrations_leave_it_alone():
    assert not router.allow_migrate(REPLICA, "reporting")
    assert router.allow_migrate("default", "reporting")
    call_command("migrate", database="default", verbosity=0)


def test_without_a_replica_nothing_changes(tally, max_, client):
    tally("240101", 60)
    assert REPLICA not in connections
    client.force_login(max_)
    total = page_rows(client.get("/panel/").content)[-1]
    assert total.figures["Inscripciones"] == "60"
