"""Holds one site of a run: its database, the process that works inside its settings, and its web
server.
"""

import json
import subprocess
import sys
from typing import Any

from tools.chaos.acts import Learner
from tools.chaos.stores import PostgresDatabases, SqliteFiles
from tools.harness.servers import ROOT, Server

Databases = SqliteFiles | PostgresDatabases
BASE = "base"
POINTS = "tools.chaos.in_django.settings"


class Inside:
    """A process inside the site's settings that answers one task after the other."""

    def __init__(self, store: Databases, database: str) -> None:
        environment = store.environment(database) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-m", "tools.chaos.in_django"]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ask(self, task: str, **facts: Any) -> Any:
        """Have a task done and return its answer."""
        self.process.stdin.write(json.dumps({"task": task, **facts}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{task} failed inside the site: exit status {self.process.wait()}")
        return json.loads(line)

    def close(self) -> None:
        """Let it end."""
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


def prepare(store: Databases) -> None:
    """Fill the database that every site of a run is copied from."""
    inside = Inside(store, BASE)
    try:
        inside.ask("prepare")
    finally:
        inside.close()


class Site:
    """One database with people in it, and the web server that is killed."""

    def __init__(self, store: Databases, database: str) -> None:
        self.store, self.database = store, database
        self.server: Server | None = None

    def __enter__(self) -> "Site":
        self.store.copy(BASE, self.database)
        self.inside = Inside(self.store, self.database)
        return self

    def __exit__(self, *error: object) -> None:
        if self.server:
            self.server.stop()
        self.inside.close()

    def seed(self, count: int, course: str, state: str) -> list[Learner]:
        """Add learners of a course: `enrolled`, `ready` (only the submission is missing) or `last`
        (one attempt left).
        """
        return [
            Learner.of(facts)
            for facts in self.inside.ask("seed", count=count, course=course, state=state)
        ]

    def serve(self, settings: str = "config.settings") -> Server:
        """Return the web server, started with these settings when it is not running so."""
        if self.server and self.server.settings != settings:
            self.server.stop()
            self.server = None
        if self.server is None:
            self.server = Server("config", self.store, self.database, settings=settings)
            self.server.start()
        return self.server
