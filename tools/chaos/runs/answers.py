"""REL-01 and REL-02: people answer whole quizzes while the web server is killed, and while the
database is stopped as well.
"""

import asyncio
import time
from collections.abc import Callable

from tools.chaos.acts import Learner, carry_out
from tools.chaos.history import History
from tools.chaos.killing import Killer
from tools.chaos.report import RunReport, Size
from tools.chaos.site import Site
from tools.chaos.stores import PostgresDatabases, PrivatePostgres
from tools.chaos.traffic import Traffic
from tools.harness.results import Result

Say = Callable[[str], None]
RECOVERY = 30  # seconds


async def take_quiz(traffic: Traffic, history: History, learner: Learner) -> None:
    """Start, answer every question, submit; each act is sent until it is acknowledged."""
    start = learner.start()
    attempt = start.line[2]
    await carry_out(traffic, history, start)
    for slot in range(1, learner.questions + 1):
        await carry_out(
            traffic, history, learner.answer(attempt, slot, slot, (slot + len(attempt)) % 4)
        )
    await carry_out(traffic, history, learner.submit(attempt))


class Stopper:
    """Stops our own PostgreSQL at once while people work, and starts it again."""

    def __init__(self, server: PrivatePostgres, turn: asyncio.Lock) -> None:
        self.server, self.turn = server, turn
        self.recoveries: list[float] = []

    async def stop_along(self, traffic: Traffic, *, acts: int, stops: int) -> None:
        """Stop so often while so many acts are done; a recovery ends when acts are acknowledged
        again.
        """
        for number in range(stops):
            await traffic.moment(
                acts * (2 * number + 1) // (2 * stops), in_flight=min(traffic.at_once, 8)
            )
            async with self.turn:
                start, traffic.is_stopped = time.monotonic(), True
                await asyncio.to_thread(self.server.stop_at_once)
                await asyncio.to_thread(self.server.start)
                acts_before = traffic.done
                await traffic.moment(acts_before + 1, in_flight=0)
                self.recoveries.append(time.monotonic() - start)
                await traffic.moment(min(acts_before + traffic.at_once, acts), in_flight=0)
                traffic.is_stopped = False


def rel_01(site: Site, size: Size, say: Say) -> list[Result]:
    """1,000 learners answer 20 questions each and submit; 20 kills."""
    return answers("REL-01", site, size, say, stops=0)


def rel_02(site: Site, size: Size, say: Say) -> list[Result]:
    """The same on PostgreSQL, which is stopped in immediate mode five times besides."""
    return answers("REL-02", site, size, say, stops=size.of(5, 1))


def answers(test: str, site: Site, size: Size, say: Say, *, stops: int) -> list[Result]:
    """Let everybody take the quiz under injected faults, and settle."""
    learners = site.seed(size.of(1000, 20), "largo", "enrolled")
    server, kills = site.serve(), size.of(20, 2)
    killer, acts = Killer(server), len(learners) * (learners[0].questions + 2)
    report = RunReport(test, site, say)
    say(f"{len(learners)} learners, {acts} acts, {kills} kills, {stops} stops of the database")

    async def play() -> tuple[Traffic, list[float]]:
        traffic, turn = Traffic(server.port, size.of(128, 32)), asyncio.Lock()
        stopper = (
            Stopper(site.store.private, turn) if isinstance(site.store, PostgresDatabases) else None
        )
        async with asyncio.TaskGroup() as together:
            for learner in learners:
                together.create_task(take_quiz(traffic, report.history, learner))
            together.create_task(killer.kill_along(traffic, acts=acts, kills=kills, turn=turn))
            if stopper and stops:
                together.create_task(stopper.stop_along(traffic, acts=acts, stops=stops))
        await traffic.leave()
        return traffic, stopper.recoveries if stopper else []

    traffic, recoveries = asyncio.run(play())
    report.settle(
        traffic,
        f"{len(learners)} learners × {learners[0].questions} answers, {traffic.at_once} in flight",
    )
    report.cuts(traffic, killer)
    report.row("acts acknowledged in the end", traffic.done, "acts", acts, "higher")
    if stops:
        report.row(
            "slowest recovery of the database",
            max(recoveries),
            "s",
            RECOVERY,
            beside=f"{len(recoveries)} immediate stops",
        )
    return report.rows
