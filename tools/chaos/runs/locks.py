"""REL-11: people save answers while figures are exported and records audited without a pause, and
counted again once.
"""

import asyncio
from collections.abc import Callable

from tools.chaos.acts import Learner
from tools.chaos.history import History
from tools.chaos.report import RunReport, Size
from tools.chaos.runs.answers import take_quiz
from tools.chaos.site import Site
from tools.chaos.traffic import Traffic
from tools.harness.browsing import Ask, cookies_of, form
from tools.harness.results import Result, percentile

SLOWEST = 2.0  # seconds, 99 of 100 saves


async def write_on(traffic: Traffic, history: History, learner: Learner, quizzes: int) -> None:
    """Take one quiz after the other."""
    for _number in range(quizzes):
        await take_quiz(traffic, history, learner)


def rel_11(site: Site, size: Size, say: Callable[[str], None]) -> list[Result]:
    """50 people save answers as fast as they can beside long reports on 2,000 learners with their
    answers.
    """
    crowd = site.seed(size.of(2000, 40), "largo", "ready")
    writers = site.seed(size.of(50, 10), "largo", "enrolled")
    quizzes, analyst, server = size.of(3, 1), site.inside.ask("analyst"), site.serve()
    report = RunReport("REL-11", site, say)
    say(f"{len(writers)} people write beside reports on {len(crowd)} learners")

    async def play() -> tuple[Traffic, Traffic, list[str]]:
        traffic, reading = Traffic(server.port, len(writers)), Traffic(server.port, 2)
        writing = [
            asyncio.create_task(write_on(traffic, report.history, learner, quizzes))
            for learner in writers
        ]
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
    summary = ", ".join(f"{reports.count(name)} × {name}" for name in sorted(set(reports)))
    report.settle(traffic, f"{len(writers)} writers beside a recount, {summary}", may_be_busy=False)
    report.row(
        "“database is locked” shown",
        traffic.counts["busy"] + reading.counts["busy"] + reading.counts["faults"],
        "",
        0,
    )
    middle, slowest = percentile(traffic.seconds, 0.5), max(traffic.seconds)
    beside = f"{len(traffic.seconds)} saves, p50 {middle:.2f} s, slowest {slowest:.2f} s"
    report.row("save, p99", percentile(traffic.seconds, 0.99), "s", SLOWEST, beside=beside)
    return report.rows
