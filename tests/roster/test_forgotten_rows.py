"""Whoever is erased stands in no list any more, whether it was carried out or not."""

import pytest
from django.utils import timezone

from privacy.data_copy import copy_of
from privacy.erasure import erase_person
from roster.models import RosterRow
from tests.roster.test_files import carried_out, line, staged

pytestmark = pytest.mark.django_db
BROKEN = "Una entidad que no hay"


def numbers_left(file) -> list[int]:
    return list(file.rows.order_by("number").values_list("number", flat=True))


def test_rows_that_were_not_carried_out_go_too(nora, nusta, organisations):
    waits = staged(nora, line(40123678), line(41234567))
    wrong = staged(nora, line(40123678, place=BROKEN), line(41234567, place=BROKEN))
    by_email = staged(nora, line(41234567), line(41234568, email="NUSTA@demo.example"))
    done = carried_out(nora, line(40123678), line(41234567))
    erase_person(nusta.learner_key)
    left = [numbers_left(file) for file in (waits, wrong, by_email, done)]
    assert left == [[3], [3], [2], [3]]


def test_a_person_reads_of_each_list_that_names_them(nora, nusta, organisations):
    staged(nora, line(40123678), name="espera.csv")
    staged(nora, line(40123678, place=BROKEN), name="con-error.csv")
    staged(nora, line(41234567), name="otra.csv")
    rows = copy_of(nusta, now=timezone.now())["holdings"]["roster_rows"]["rows"]
    assert [row["file.name"] for row in rows] == ["espera.csv", "con-error.csv"]


def test_whom_a_row_names_is_found_by_keyed_hashes_alone(nora, organisations):
    staged(nora, line(41234567, email="ana@x.pe"))
    row = RosterRow.objects.get()
    kept = f"{row.document_index} {row.email_index} {row.sealed}"
    assert row.document_index
    assert row.email_index
    assert "41234567" not in kept
    assert "ana@x.pe" not in kept
