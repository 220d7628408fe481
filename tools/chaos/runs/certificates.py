"""CER-01: many pass at once while the web server is killed; every pass has exactly one
certificate.
"""

import asyncio
from collections.abc import Callable

from tools.chaos.acts import carry_out
from tools.chaos.killing import Killer
from tools.chaos.report import RunReport, Size
from tools.chaos.site import Site
from tools.chaos.traffic import Traffic
from tools.harness.results import Result


def cer_01(site: Site, size: Size, say: Callable[[str], None]) -> list[Result]:
    """5,000 submissions that pass and complete the course; 20 kills."""
    learners = site.seed(size.of(5000, 60), "corto", "ready")
    server, kills = site.serve(), size.of(20, 2)
    killer, report = Killer(server), RunReport("CER-01", site, say)
    before = site.inside.ask("audit")["passes"]
    say(f"{len(learners)} passes, {kills} kills")

    async def play() -> Traffic:
        traffic = Traffic(server.port, size.of(128, 32))
        async with asyncio.TaskGroup() as together:
            for learner in learners:
                together.create_task(
                    carry_out(traffic, report.history, learner.submit(learner.attempt))
                )
            together.create_task(killer.kill_along(traffic, acts=len(learners), kills=kills))
        await traffic.leave()
        return traffic

    traffic = asyncio.run(play())
    audit = report.settle(traffic, f"{len(learners)} submissions, {traffic.at_once} in flight")
    report.cuts(traffic, killer)
    report.row("passes", audit["passes"] - before, "", len(learners), "higher")
    report.row("passes without certificate", audit["without"], "", 0)
    report.row("passes with several certificates", audit["several"], "", 0)
    report.row("holes in the numbers", int(audit["holes"]), "", 0)
    return report.rows
