"""Ends processes of the site in the middle of their work: a worker, or the whole group; never one
that this run did not start.
"""

import asyncio
import os
import signal
from pathlib import Path

from tools.chaos.traffic import Traffic
from tools.harness.servers import Server, tree_of
from tools.harness.stores import NotOurs

EVERY_GROUP = (
    4  # of four kills, one takes the web server with all its workers; so does the last one
)


class Killer:
    """Kills the processes of one server, and counts how often."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.workers = self.groups = 0

    def kill_worker(self) -> None:
        """Kill one worker; the web server starts another."""
        workers = tree_of(self.server.process.pid)[1:]
        victim = workers[self.workers % len(workers)]
        self._check_own(victim)
        os.kill(victim, signal.SIGKILL)
        self.workers += 1

    def kill_group(self) -> None:
        """Kill the web server with all its workers. `revive` brings it back."""
        self._check_own(self.server.process.pid)
        os.killpg(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait()
        self.groups += 1

    def revive(self) -> None:
        """Start the killed web server again, at its address."""
        self.server.start()

    async def kill_along(
        self, traffic: Traffic, *, acts: int, kills: int, turn: asyncio.Lock | None = None
    ) -> None:
        """Kill so often while so many acts are done, spread over them, each time with requests in
        flight.

        `turn` is shared with whoever else injects faults: a web server does not start while its
        database is stopped.
        """
        before, turn = traffic.done, turn or asyncio.Lock()
        for number in range(1, kills + 1):
            await traffic.moment(
                before + acts * number // (kills + 1), in_flight=min(traffic.at_once, 8)
            )
            async with turn:
                traffic.mark_interrupted()
                if number % EVERY_GROUP and number < kills:
                    self.kill_worker()
                else:
                    self.kill_group()
                    await asyncio.to_thread(self.revive)

    def told(self) -> str:
        """Return how often, in a few words."""
        return (
            f"{self.workers + self.groups} kills ({self.workers} of a worker, {self.groups} "
            "of the whole server)"
        )

    def _check_own(self, pid: int) -> None:
        """Refuse a process that does not serve the database of this run."""
        mark = f"DATABASE_URL={self.server.store.url(self.server.database)}".encode()
        if self.server.process.poll() is not None or mark not in Path(
            f"/proc/{pid}/environ"
        ).read_bytes().split(b"\0"):
            raise NotOurs(f"process {pid} is not one that this run started")
