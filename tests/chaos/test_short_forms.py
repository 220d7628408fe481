"""Runs the catalogue of `make chaos` with its least numbers: a real server, killed with requests in
flight, on the kind of database that the suite runs on.
"""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection

from tests.databases import SqliteDatabase
from tools.chaos.catalogue import RUNS
from tools.chaos.report import Size
from tools.chaos.site import BASE, Site, prepare
from tools.chaos.stores import PostgresDatabases, PrivatePostgres, SqliteFiles
from tools.harness.stores import NotOurs

pytestmark = pytest.mark.every_database


def prepare_from(template, store):
    """Fill the first database; the migrations of the suite's own template are not run again."""
    if template.exists():
        shutil.copy(template, store.folder / f"{BASE}.sqlite3")
    prepare(store)


def prepare_from_dump(store):
    """The same on PostgreSQL; where its programs are older than the server of the suite, the
    migrations are run again.
    """
    own = connection.settings_dict
    origin = f"postgres://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    dump = subprocess.run(
        [store.private.programs / "pg_dump", "--no-owner", "--dbname", origin],
        capture_output=True,
        check=False,
    )
    if not dump.returncode:
        command = [store.private.programs / "psql", "--quiet", "--dbname", store.url(BASE)]
        subprocess.run(command, input=dump.stdout, stdout=subprocess.DEVNULL, check=True)
    prepare(store)


@contextmanager
def site_on(store, fill):
    """A site of one class of tests; all that belongs to it is stopped by its process and
    removed.
    """
    try:
        store.make(BASE)
        fill(store)
        with Site(store, "short") as made:
            yield made
    finally:
        store.remove()


def runs_on(store):
    return [test for test, (_run, stores) in RUNS.items() if store.name in stores]


def check(site, test):
    """Run one test of the catalogue; what it measures in seconds is no matter of a suite."""
    run, _stores = RUNS[test]
    with ThreadPoolExecutor(
        1
    ) as thread:  # a browser of the journeys may keep an event loop open in this one
        rows = thread.submit(run, site, Size(0), print).result()
    missed = [
        (row.name, row.figure, row.bar, row.beside)
        for row in rows
        if not row.reached and row.unit != "s"
    ]
    assert missed == []


# The site of the other kind is seen by the run on it.
if connection.vendor == "sqlite":

    class TestOnSqlite:
        @pytest.fixture(scope="class")
        @classmethod
        def site(cls, django_db_setup):
            with site_on(SqliteFiles(), partial(prepare_from, SqliteDatabase().template)) as site:
                yield site

        @pytest.mark.parametrize("test", runs_on(SqliteFiles))
        def test_short_form(self, site, test):
            check(site, test)

else:

    class TestOnPostgres:
        @pytest.fixture(scope="class")
        @classmethod
        def site(cls, django_db_setup):
            if not PrivatePostgres.is_possible():
                pytest.skip(
                    "PostgreSQL's programs were not found: a server that is stopped in its work "
                    "has to be our own"
                )
            cache = os.environ.get("TEST_CACHE_URL", "redis://127.0.0.1:6379/0")
            with site_on(PostgresDatabases(cache), prepare_from_dump) as site:
                yield site

        @pytest.mark.parametrize("test", runs_on(PostgresDatabases))
        def test_short_form(self, site, test):
            check(site, test)

        @pytest.mark.parametrize("name", ["marker", "data"])
        def test_a_server_without_our_mark_is_not_stopped(self, site, name, monkeypatch):
            with monkeypatch.context() as patch:
                patch.setattr(
                    site.store.private,
                    name,
                    type(getattr(site.store.private, name))("somebody else's"),
                )
                with pytest.raises(NotOurs):
                    site.store.private.stop_at_once()
            site.store.private.check_own()
