"""REL-07: the process ends itself at each point of a submission; the attempt is open, or submitted
once, never between.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from tools.chaos.acts import Learner, carry_out
from tools.chaos.in_django.points import HEADER, POINTS
from tools.chaos.report import RunReport, Size
from tools.chaos.site import POINTS as SETTINGS
from tools.chaos.site import Site
from tools.chaos.traffic import Traffic
from tools.harness.results import Result

FIELD = HEADER.removeprefix("HTTP_").replace("_", "-")


async def submit_through(traffic: Traffic, report: RunReport, learner: Learner, point: str) -> bool:
    """Submit, be cut at a point, look where the attempt stands, submit again; return whether it
    stood where it must.
    """
    act = learner.submit(learner.attempt)
    report.history.send(act.line)
    answer = await traffic.send(replace(act.ask, headers=((FIELD, point),)), will_be_cut=True)
    if answer is not None:
        return False
    page = await traffic.insist(learner.look(f"/intentos/{learner.attempt}/"))
    is_submitted = page.headers.get("location", "").endswith("/resultado/")
    await carry_out(traffic, report.history, act)
    return is_submitted == POINTS[point]


def rel_07(site: Site, size: Size, say: Callable[[str], None]) -> list[Result]:
    """Five points, fifty submissions each: before the commit the attempt is open, afterwards it is
    submitted once.
    """
    times = size.of(50, 2)
    learners = site.seed(times * len(POINTS), "corto", "ready")
    before = site.inside.ask("audit")["passes"]
    server, report = site.serve(SETTINGS), RunReport("REL-07", site, say)
    say(f"{len(POINTS)} points × {times} submissions")

    async def play() -> tuple[Traffic, dict[str, int]]:
        traffic, wrong = Traffic(server.port, 1), dict.fromkeys(POINTS, 0)
        for number, learner in enumerate(learners):
            point = [*POINTS][number % len(POINTS)]
            wrong[point] += not await submit_through(traffic, report, learner, point)
        await traffic.leave()
        return traffic, wrong

    traffic, wrong = asyncio.run(play())
    audit = report.settle(
        traffic, f"{len(POINTS)} points × {times} submissions, each ended by SIGKILL"
    )
    report.row("responses cut by kills", traffic.counts["cut"], "", len(learners), "higher")
    for point, count in wrong.items():
        report.row(f"not as it must be {point}", count, f"of {times}", 0)
    report.row("passes", audit["passes"] - before, "", len(learners), "higher")
    report.row("passes without exactly one certificate", audit["without"] + audit["several"], "", 0)
    return report.rows
