"""Gives the rooms of operations a second site: another database, other media, other keys."""

import fcntl
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.db.utils import load_backend
from django.test import override_settings

from accounts.documents import keys
from tests.operations.processes import production_environment


@contextmanager
def using_database(address: dict) -> Iterator[None]:
    """Let the default connection of this thread lead to another database."""
    before = connections["default"]
    described = connections.configure_settings(
        {"default": {"ENGINE": before.settings_dict["ENGINE"], **address}}
    )["default"]
    connections["default"] = load_backend(described["ENGINE"]).DatabaseWrapper(described, "default")
    try:
        yield
    finally:
        connections["default"].close()
        if hasattr(connections["default"], "close_pool"):
            connections["default"].close_pool()
        connections["default"] = before


@contextmanager
def using_folder(folder: Path) -> Iterator[Path]:
    """Let media and keys live below a folder."""
    places = {
        "MEDIA_ROOT": str(folder / "media"),
        "PERSONAL_DATA_KEYS": str(folder / "personal-data-keys.json"),
        "VAR_DIR": folder,
    }
    keys.cache_clear()
    with override_settings(**places, ERASURE_LIST=str(folder / "erasures.jsonl")):
        yield folder
    keys.cache_clear()


@pytest.fixture
def living_site(transactional_db, tmp_path):
    """The site of the test, its media and keys below a folder of its own; what it commits is really
    committed.
    """
    folder = tmp_path / "living"
    folder.mkdir()
    with using_folder(folder):
        keys()
        folder.joinpath("media", "documents").mkdir(parents=True)
        folder.joinpath("media", "documents", "guía.pdf").write_bytes(secrets.token_bytes(3000))
        yield folder


@contextmanager
def empty_database(folder: Path) -> Iterator[dict]:
    """Describe a database without tables, of the kind that the suite uses; it is dropped
    afterwards.
    """
    default = connections["default"]
    if default.vendor == "sqlite":
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
        yield {"NAME": str(folder / "puriq.sqlite3"), "OPTIONS": options}
        return
    name = f"puriq_restore_{secrets.token_hex(6)}"
    with default.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield {
            **{key: default.settings_dict[key] for key in ("HOST", "PORT", "USER", "PASSWORD")},
            "NAME": name,
        }
    finally:
        with default.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


@pytest.fixture(scope="session")
def small_site(tmp_path_factory) -> Path:
    """A site on SQLite, made once for all processes of a run: its models differ from those of
    PostgreSQL, so another process makes it.
    """
    if connections["default"].vendor != "postgresql":
        pytest.skip("The move ends on PostgreSQL: set TEST_DATABASE_URL")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    path = shared / "small-site.sqlite3"
    with (shared / "small-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = shared / "unfinished-small-site.sqlite3"
            done = subprocess.run(
                [sys.executable, "-m", "tests.operations.small_site", str(unfinished)],
                capture_output=True,
                text=True,
                cwd=settings.BASE_DIR,
                check=False,
            )
            assert done.returncode == 0, done.stderr[-2000:]
            unfinished.rename(path)
    return path


@pytest.fixture
def elsewhere(tmp_path):
    """Enter an empty machine: no table, no media, no key."""

    @contextmanager
    def enter() -> Iterator[Path]:
        folder = tmp_path / f"elsewhere-{secrets.token_hex(3)}"
        folder.mkdir()
        with empty_database(folder) as address, using_database(address), using_folder(folder):
            yield folder

    return enter


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """The environment of a good production site in a process of its own, on SQLite."""
    return production_environment(tmp_path)
