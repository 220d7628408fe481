"""Starts web servers as in production, asks what processor time they used, and stops them by their
process.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools.harness.stores import ROOT, Store, seconds_of

HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as door:
        door.bind((HOST, 0))
        return door.getsockname()[1]


def tree_of(root: int) -> list[int]:
    """Return a process and all below it."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            below.setdefault(parent, []).append(int(entry.name))
    pids, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        pids.append(pid)
        waiting += below.get(pid, [])
    return pids


class Server:
    """One web server with its workers on one database; `project` is the package that configures it.

    It leads a group of processes of its own, so that a run may end all of them and nothing else.
    """

    def __init__(self, project: str, store: Store, database: str, *, settings: str = "") -> None:
        self.project, self.store, self.database = project, store, database
        self.port = free_port()
        self.address = f"http://{HOST}:{self.port}"
        self.settings = settings or f"{project}.settings"
        self.known: dict[int, float] = {}

    @property
    def log(self) -> Path:
        """Where its messages go."""
        return self.store.folder / f"{self.database}.log"

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, again at the same address after a stop, and wait until it answers."""
        environment = self.store.environment(self.database) | {
            "HOST": HOST,
            "PORT": str(self.port),
            "BASE_URL": self.address,
            "DJANGO_SETTINGS_MODULE": self.settings,
        }
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            f"python:{self.project}.gunicorn",
            f"{self.project}.wsgi:application",
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop it with its workers."""
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(
                    f"{self.project} ended with {self.process.returncode}: see {self.log}"
                )
            try:
                urllib.request.urlopen(f"{self.address}/salud/vivo", timeout=2).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{self.project} does not answer")

    def seconds(self) -> float:
        """Return the processor seconds of the server, its workers, and the processes of its
        database; of those that ended, as much as was seen of them.
        """
        self.known |= seconds_of(tree_of(self.process.pid))
        return sum(self.known.values()) + self.store.seconds(self.database)


def run_inside(module: str, settings: str, store: Store, database: str, *words: str) -> str:
    """Run one of our modules in a process of its own on one of our databases; return what it
    printed.
    """
    environment = store.environment(database) | {"DJANGO_SETTINGS_MODULE": settings}
    command = [sys.executable, "-m", module, *words]
    process = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if process.returncode:
        raise RuntimeError(f"{module} ended with {process.returncode}")
    return process.stdout


def machine() -> str:
    """Return what the run ran on, in a few words."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "?",
    )
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024**2
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} × {model}, {memory} GB, Python {sys.version.split()[0]}, load "
        f"{load:.1f} at the start"
    )
