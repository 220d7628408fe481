"""REL-11: people save answers while figures are exported and records audited without a pause, and counted again once."""

import asyncio
from collections.abc import Callable

from bench.browsing import Ask, cookies_of, form
from bench.results import Result
from bench.slices import percentile
from chaos.acts import Learner
from chaos.ledger import Ledger
from chaos.reckoning import Reckoning, Size
from chaos.runs.answers import take_quiz
from chaos.site import Site
from chaos.traffic import Traffic

SLOWEST = 2.0  # seconds, 99 of 100 saves


async def write_on(traffic: Traffic, ledger: Ledger, learner: Learner, quizzes: int) -> None:
    """Take one quiz after the other."""
    for _number in range(quizzes):
        await take_quiz(traffic, ledger, learner)


def rel_11(site: Site, size: Size, say: Callable[[str], None]) -> list[Result]:
    """50 people save answers as fast as they can beside long reports on 2,000 learners with their answers."""
    crowd = site.seed(size.of(2000, 40), "largo", "ready")
    writers = site.seed(size.of(50, 10), "largo", "enrolled")
    quizzes, analyst, server = size.of(3, 1), site.inside.ask("analyst"), site.serve()
    reckoning = Reckoning("REL-11", site, say)
    say(f"{len(writers)} people write beside reports on {len(crowd)} learners")

    async def play() -> tuple[Traffic, Traffic, list[str]]:
        traffic, reading = Traffic(server.port, len(writers)), Traffic(server.port, 2)
        writing = [asyncio.create_task(write_on(traffic, reckoning.ledger, learner, quizzes)) for learner in writers]
        over = asyncio.gather(*writing)
        reports: list[str] = []
        export = Ask("/panel/", cookies_of(analyst), form())

        async def report_on(name: str, work: Callable[[], object]) -> None:
            while not over.done():
                await work()
                reports.append(name)

        def work_inside(task: str) -> Callable[[], object]:
            return lambda: asyncio.to_thread(site.inside.ask, task)

        async def inside() -> None:
            await work_inside("recount")()
            await report_on("due jobs and audit", work_inside("audit"))

        await asyncio.gather(over, inside(), report_on("export", lambda: reading.insist(export)))
        await traffic.leave()
        await reading.leave()
        return traffic, reading, reports

    traffic, reading, reports = asyncio.run(play())
    told = ", ".join(f"{reports.count(name)} × {name}" for name in sorted(set(reports)))
    reckoning.settle(traffic, f"{len(writers)} writers beside a recount, {told}", may_be_busy=False)
    reckoning.row("“database is locked” shown", traffic.counts["busy"] + reading.counts["busy"] + reading.counts["faults"], "", 0)
    middle, slowest = percentile(traffic.seconds, 0.5), max(traffic.seconds)
    beside = f"{len(traffic.seconds)} saves, p50 {middle:.2f} s, slowest {slowest:.2f} s"
    reckoning.row("save, p99", percentile(traffic.seconds, 0.99), "s", SLOWEST, beside=beside)
    return reckoning.rows
