"""Runs the catalogue of `make chaos` with its least numbers: a real server, killed with requests in flight, on both databases."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.stores import NotOurs
from chaos.catalogue import RUNS
from chaos.reckoning import Size
from chaos.site import BASE, Site, prepare
from chaos.stores import PostgresDatabases, PrivatePostgres, SqliteFiles
from tests.databases import SqliteDatabase

pytestmark = pytest.mark.xdist_group("chaos")


def store_named(name):
    if name == SqliteFiles.name:
        return SqliteFiles()
    if not os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("PostgreSQL is tried where TEST_DATABASE_URL is given")
    if not PrivatePostgres.is_possible():
        pytest.skip("PostgreSQL's programs were not found: a server that is stopped in its work has to be our own")
    return PostgresDatabases(os.environ.get("TEST_CACHE_URL", "redis://127.0.0.1:6379/0"))


@pytest.fixture(scope="module", params=[SqliteFiles.name, PostgresDatabases.name])
def site(request, django_db_setup):
    """A site of this module alone, on one of the stores; all that belongs to it is stopped by its process and removed."""
    store = store_named(request.param)
    try:
        store.make(BASE)
        if request.param == SqliteFiles.name and SqliteDatabase().template.exists():
            shutil.copy(SqliteDatabase().template, store.folder / f"{BASE}.sqlite3")  # migrated once, for the whole suite
        prepare(store)
        with Site(store, "short") as made:
            yield made
    finally:
        store.remove()


@pytest.mark.parametrize("test", RUNS)
def test_short_form(site, test):
    run, stores = RUNS[test]
    if site.store.name not in stores:
        pytest.skip("the other database has this run")
    with ThreadPoolExecutor(1) as thread:  # a browser of the journeys may keep an event loop open in this one
        rows = thread.submit(run, site, Size(0), print).result()
    missed = [(row.name, row.figure, row.bar, row.beside) for row in rows if not row.reached and row.unit != "s"]
    assert missed == []


def test_a_server_without_our_mark_is_not_stopped(site, monkeypatch):
    if site.store.name != PostgresDatabases.name:
        pytest.skip("SQLite has no server")
    for name, other in (("marker", "somebody else's"), ("data", site.store.private.data / "elsewhere")):
        with monkeypatch.context() as patch:
            patch.setattr(site.store.private, name, other)
            with pytest.raises(NotOurs):
                site.store.private.stop_at_once()
    site.store.private.check_own()
