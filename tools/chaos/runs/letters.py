"""REL-13: the worker is killed while it sends letters, and each arrives."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from tools.chaos.report import RunReport, Size
from tools.chaos.site import Site
from tools.harness.results import Result
from tools.harness.servers import HOST, ROOT, free_port

PATIENCE = 600  # seconds until every letter must have arrived


class Arrivals:
    """A mail server that takes every letter and counts them by address."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 - the library's
        """Take one letter."""
        self.counts.update(envelope.rcpt_tos)
        return "250 OK"


def rel_13(site: Site, size: Size, say: Callable[[str], None]) -> list[Result]:
    """Kill the worker while thousands of letters are due; it is started again each time."""
    letters, kills = size.of(5000, 60), size.of(5, 1)
    report = RunReport("REL-13", site, say)
    site.inside.ask("write_letters", count=letters)
    arrivals, start = Arrivals(), time.monotonic()
    controller = Controller(arrivals, hostname=HOST, port=free_port())
    controller.start()
    killed = 0
    try:
        for number in range(1, kills + 1):
            with working(site, controller.port) as worker:
                until(lambda number=number: len(arrivals.counts) >= letters * number // (kills + 1))
                os.kill(worker.pid, signal.SIGKILL)
                worker.wait()
                killed += len(arrivals.counts) < letters
            say(f"killed with {len(arrivals.counts)} of {letters} letters there")
        with working(site, controller.port):
            until(lambda: not site.inside.ask("count_letters")["waiting"])
    finally:
        controller.stop()
    counts = site.inside.ask("count_letters")
    arrived, total = len(arrivals.counts), sum(arrivals.counts.values())
    beside = (
        f"{letters} letters, {killed} kills, {total} deliveries, {time.monotonic() - start:.0f} s"
    )
    report.row("letters that never arrived", letters - arrived, "", 0, beside=beside)
    report.row("letters that arrived again", total - arrived, "", killed, beside="one a kill")
    report.row("letters told as failed", counts["failed"], "", 0)
    report.row("letters stored as sent", counts["sent"], "", letters, "higher")
    report.row("kills with letters due", killed, "", kills, "higher")
    report.audit()
    return report.rows


@contextmanager
def working(site: Site, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a worker of the site that sends to the mail server of the run."""
    environment = site.store.environment(site.database) | {"EMAIL_URL": f"smtp://{HOST}:{port}"}
    log = site.store.folder / f"worker-{site.database}.log"
    with log.open("ab") as written:
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "work"],
            cwd=ROOT,
            env=environment,
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
    try:
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(timeout=60)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the letters did not arrive")
        time.sleep(0.05)
