"""Runs programs of the site in processes of their own, with an environment that owes nothing to the
shell.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from django.conf import settings

from tests.databases import SqliteDatabase, copy_database
from tools.harness.servers import free_port

GOOD_SECRET = "k3" * 10 + "Zx9-qW7_" * 5
OF_THE_MACHINE = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}


def production_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a good production site on SQLite, at a port that nobody uses."""
    return {name: value for name, value in os.environ.items() if name in OF_THE_MACHINE} | {
        "PORT": str(free_port()),
        "BASE_URL": "https://academia.example.pe",
        "ALLOWED_HOSTS": "academia.example.pe",
        "SECRET_KEY": GOOD_SECRET,
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "EMAIL_URL": "smtp+tls://u:p@mail.example.pe:587",
        "PERSONAL_DATA_KEYS": str(folder / "keys.json"),
        "ERASURE_LIST": str(folder / "erasures.jsonl"),
    }


def own_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a site on the own machine: what is not said is the default."""
    environment = production_environment(folder)
    for name in ("BASE_URL", "ALLOWED_HOSTS", "EMAIL_URL"):
        del environment[name]
    return environment


def run(environment: dict[str, str], *command: str, **options) -> subprocess.CompletedProcess[str]:
    """Run one of our programs to its end."""
    whole = [sys.executable, *command]
    return subprocess.run(
        whole,
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        **options,
    )


def prepare(environment: dict[str, str]) -> None:
    """Make the tables of a site on SQLite, with its write-ahead journal, and nobody in them: those
    of the suite, where it runs on SQLite too.
    """
    path = environment["DATABASE_URL"].removeprefix("sqlite:///")
    if (template := SqliteDatabase().template).exists():
        copy_database(template, Path(path))
    else:
        done = run(environment, "manage.py", "migrate")
        assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA journal_mode=WAL")


class Served:
    """`config.serve` in a process of its own; its words go to a file."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment, self.log = environment, folder / "serve.log"

    def __enter__(self) -> "Served":
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.serve"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)

    @property
    def said(self) -> str:
        """What it has said so far."""
        return self.log.read_text()

    def wait_for(self, words: str) -> str:
        """Return what was said once the words are there, or when it has ended."""
        until = time.monotonic() + 120
        while words not in self.said and self.process.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        return self.said
