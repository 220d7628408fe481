"""Checks that the trail is chained and that altering it is noticed."""

import pytest
from django.utils import timezone

from audit.models import AuditEntry, Seal
from audit.sealing import first_broken_seal, seal_pending_entries
from audit.services import record_act
from tests.racing import at_once

pytestmark = pytest.mark.django_db


def write(count):
    for number in range(count):
        record_act(
            actor_key=None,
            action="tested",
            object_type="thing",
            object_key=str(number),
            now=timezone.now(),
        )


@pytest.fixture
def trail():
    write(5)
    seal_pending_entries()


def test_an_untouched_trail_is_unbroken(trail):
    assert first_broken_seal() is None
    assert Seal.objects.count() == 5


def test_an_altered_row_is_named(trail):
    AuditEntry.objects.filter(object_key="2").update(action="forged")
    assert first_broken_seal() == 3


def test_a_removed_row_is_named(trail):
    seal = Seal.objects.get(number=2)
    Seal.objects.filter(pk=seal.pk).delete()
    assert first_broken_seal() == 3


def test_two_rows_that_changed_places_are_named(trail):
    one, other = Seal.objects.get(number=2), Seal.objects.get(number=4)
    first, second = one.entry_id, other.entry_id
    spare = AuditEntry.objects.create(
        action="spare", object_type="thing", object_key="", at=timezone.now()
    )
    for seal, entry in ((one, spare.pk), (other, first), (one, second)):
        Seal.objects.filter(pk=seal.pk).update(entry=entry)
    assert first_broken_seal() == 2


def test_the_log_keeps_the_end_of_the_chain(caplog):
    """Whoever cuts off the end of the trail leaves a chain that fits; what the log said is no
    longer in it.
    """
    write(3)
    with caplog.at_level("INFO", logger="audit.sealing"):
        seal_pending_entries()
        assert seal_pending_entries() == 0
    (line,) = [record.facts for record in caplog.records if record.name == "audit.sealing"]
    assert Seal.objects.filter(number=line["seal"], digest=line["digest"]).exists()
    assert line["seal"] == 3
    Seal.objects.filter(number=3).delete()
    assert first_broken_seal() is None
    assert not Seal.objects.filter(number=line["seal"], digest=line["digest"]).exists()


def test_sealing_goes_on_where_it_stopped(trail):
    record_act(
        actor_key=None, action="tested", object_type="thing", object_key="6", now=timezone.now()
    )
    assert seal_pending_entries() == 1
    assert first_broken_seal() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("already", [0, 3])
def test_two_sealers_make_one_chain(already):
    write(already)
    seal_pending_entries()
    write(200)
    assert sorted(at_once([seal_pending_entries] * 2)) == [0, 200]
    assert first_broken_seal() is None
    assert Seal.objects.count() == already + 200
