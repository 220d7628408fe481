"""Tests that a site moves from SQLite to PostgreSQL with every row, and goes on there (OPS-05)."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.services import create_person
from courses.models import CourseHead
from learning.models import Enrolment, Statement
from learning.services import enrol_learner
from operations.records import check_records
from operations.sqlite_to_postgres import RefusedMove, Sum, canonical, lock_source, open_source
from quizzes.models import Attempt
from quizzes.services import start_attempt
from tests.operations.conftest import empty_database, using_database

pytestmark = pytest.mark.every_database


def test_rows_are_equal_in_whatever_order_they_come():
    here, there = Sum(), Sum()
    for row in ((1, '{"a": 1.0, "b": [1e2]}'), (2, "null")):
        here.add(row, json_at=(1,))
    for row in ((2, "null"), (1, '{"b": [100], "a": 1}')):
        there.add(row, json_at=(1,))
    assert here == there


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 2), ("a", "b"), (None, ""), (True, False), ('{"a": 1}', '{"a": 2}'), (b"1", b"2")],
)
def test_other_values_have_other_digests(one, other):
    sums = [Sum(), Sum()]
    for total, value in zip(sums, (one, other), strict=True):
        total.add((value,), json_at=())
    assert sums[0] != sums[1]


def test_moments_are_compared_in_one_zone():
    now = timezone.now()
    assert canonical(now, is_json=False) == canonical(timezone.localtime(now), is_json=False)
    assert canonical(now, is_json=False) != canonical(
        now + timedelta(microseconds=1), is_json=False
    )


@pytest.fixture
def sqlite_site(small_site, tmp_path):
    """A copy of it that the test may change."""
    return Path(shutil.copy(small_site, tmp_path))


@pytest.fixture
def target(sqlite_site, transactional_db, tmp_path):
    """An empty PostgreSQL database in use."""
    with empty_database(tmp_path) as address, using_database(address):
        yield


def move(path):
    said = StringIO()
    call_command("copy_database", f"sqlite:///{path}", stdout=said)
    return said.getvalue()


def test_every_row_arrives_and_work_goes_on(sqlite_site, target):
    said = move(sqlite_site)
    assert "learning_statement: 1, " in said
    assert not [finding for finding in check_records() if finding.violations]
    lina = User.objects.get()
    assert (lina.last_name, Enrolment.objects.get().learner) == ("Ñahui", lina.learner_key)
    attempt = Attempt.objects.get()
    again = start_attempt(
        enrolment=Enrolment.objects.get(), quiz_key=attempt.quiz_key, now=timezone.now()
    )
    assert again.uuid == attempt.uuid
    # The sequences stand behind what was copied.
    omar = create_person(
        first_name="Omar", last_name="Quispe", email="omar@example.pe", now=timezone.now()
    )
    enrol_learner(user=omar, course=CourseHead.objects.get(), received_at=timezone.now())
    assert Statement.objects.count() == 2


def test_target_with_data_is_refused(sqlite_site, target):
    move(sqlite_site)
    with pytest.raises(CommandError, match="ya tiene datos"):
        move(sqlite_site)
    assert User.objects.count() == 1


def test_documents_of_other_keys_are_refused_before_anything_moves(
    sqlite_site, target, tmp_path, settings
):
    settings.PERSONAL_DATA_KEYS = str(tmp_path / "other-keys.json")
    with closing(sqlite3.connect(sqlite_site)) as source, source:
        source.execute(
            "UPDATE accounts_user SET document_type = 'dni', document_cipher = 'x', "
            "document_index = '1:x'"
        )
    with pytest.raises(CommandError, match="Pon ahí el archivo de claves del sitio que pasas"):
        move(sqlite_site)
    assert not User.objects.exists()


def test_source_of_another_release_is_refused(sqlite_site, target):
    with closing(sqlite3.connect(sqlite_site)) as source, source:
        source.execute(
            "DELETE FROM django_migrations WHERE app = 'accounts' AND name = '0001_initial'"
        )
    with pytest.raises(CommandError, match="mismas migraciones"):
        move(sqlite_site)


def test_row_that_postgresql_refuses_moves_nothing(sqlite_site, target):
    with closing(sqlite3.connect(sqlite_site)) as source, source:
        source.execute("UPDATE accounts_user SET last_name = ?", ["x" * 200])
    with pytest.raises(CommandError, match=r"(?s)no acepta 1 valor.*accounts_user, \d+, last_name"):
        move(sqlite_site)
    assert not User.objects.exists()
    assert not CourseHead.objects.exists()


def test_row_without_what_it_points_at_moves_nothing(sqlite_site, target):
    with closing(sqlite3.connect(sqlite_site)) as source, source:
        source.execute("DELETE FROM learning_enrolment")
    with pytest.raises(CommandError, match="no cumplen una regla"):
        move(sqlite_site)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_move_needs_postgresql_and_an_existing_source(tmp_path):
    told = "No encontramos" if connection.vendor == "postgresql" else "debe ser la base PostgreSQL"
    with pytest.raises(CommandError, match=told):
        move(tmp_path / "missing.sqlite3")
    with pytest.raises(CommandError, match="sqlite:///"):
        call_command("copy_database", "postgres://elsewhere")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"# Puriq\n" * 900, "No se puede leer"), (b"", "no es la base de un sitio")],
    ids=["text", "empty"],
)
def test_a_file_that_is_no_site_is_refused(tmp_path, content, words):
    path = tmp_path / "README.md"
    path.write_bytes(content)
    source = open_source(path)
    try:
        with pytest.raises(RefusedMove, match=words) as refused:
            lock_source(source)
    finally:
        source.close()
    assert str(path) in str(refused.value)
