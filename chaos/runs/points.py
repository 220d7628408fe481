"""REL-07: the process ends itself at each point of a submission; the attempt is open, or submitted once, never between."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bench.results import Result
from chaos.acts import Learner, carry_out
from chaos.inside.points import HEADER, POINTS
from chaos.reckoning import Reckoning, Size
from chaos.site import POINTS as SETTINGS
from chaos.site import Site
from chaos.traffic import Traffic

FIELD = HEADER.removeprefix("HTTP_").replace("_", "-")


async def submit_through(traffic: Traffic, reckoning: Reckoning, learner: Learner, point: str) -> bool:
    """Submit, be cut at a point, look where the attempt stands, submit again; return whether it stood where it must."""
    act = learner.submit(learner.attempt)
    reckoning.ledger.send(act.line)
    answer = await traffic.send(replace(act.ask, headers=((FIELD, point),)), will_be_cut=True)
    if answer is not None:
        return False
    looked = await traffic.insist(learner.look(f"/intentos/{learner.attempt}/"))
    is_submitted = looked.headers.get("location", "").endswith("/resultado/")
    await carry_out(traffic, reckoning.ledger, act)
    return is_submitted == POINTS[point]


def rel_07(site: Site, size: Size, say: Callable[[str], None]) -> list[Result]:
    """Five points, fifty submissions each: before the commit the attempt is open, afterwards it is submitted once."""
    times = size.of(50, 2)
    learners = site.seed(times * len(POINTS), "corto", "ready")
    before = site.inside.ask("audit")["passes"]
    server, reckoning = site.serve(SETTINGS), Reckoning("REL-07", site, say)
    say(f"{len(POINTS)} points × {times} submissions")

    async def play() -> tuple[Traffic, dict[str, int]]:
        traffic, wrong = Traffic(server.port, 1), dict.fromkeys(POINTS, 0)
        for number, learner in enumerate(learners):
            point = [*POINTS][number % len(POINTS)]
            wrong[point] += not await submit_through(traffic, reckoning, learner, point)
        await traffic.leave()
        return traffic, wrong

    traffic, wrong = asyncio.run(play())
    audited = reckoning.settle(traffic, f"{len(POINTS)} points × {times} submissions, each ended by SIGKILL")
    reckoning.row("responses cut by kills", traffic.counts["cut"], "", len(learners), "higher")
    for point, count in wrong.items():
        reckoning.row(f"not as it must be {point}", count, f"of {times}", 0)
    reckoning.row("passes", audited["passes"] - before, "", len(learners), "higher")
    reckoning.row("passes without exactly one certificate", audited["without"] + audited["several"], "", 0)
    return reckoning.rows
