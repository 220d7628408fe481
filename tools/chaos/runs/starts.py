"""REL-04: one learner with one attempt left starts it from many devices at once."""

import asyncio
from collections.abc import Callable

from tools.chaos.acts import Act, Learner
from tools.chaos.report import RunReport, Size
from tools.chaos.site import Site
from tools.chaos.traffic import NotAnswered, Traffic
from tools.harness.results import Result

CONFLICT = 409


async def start_at_once(traffic: Traffic, report: RunReport, learner: Learner, times: int) -> int:
    """Send so many starts together; return how many attempts their answers led to."""
    acts = [learner.start() for _number in range(times)]
    for act in acts:
        report.history.send(act.line)
    led_to = await asyncio.gather(*(outcome(traffic, act) for act in acts))
    attempts = {place for place in led_to if place}
    for act in acts:
        if act.line[2] in attempts:
            await report.history.acknowledge(act.line)
    return len(attempts)


async def outcome(traffic: Traffic, act: Act) -> str:
    """Return the attempt that a start led to, or nothing when it was clearly refused."""
    while True:
        answer = await traffic.send(act.ask)
        if answer is None or answer.status == 503:
            continue
        if answer.status not in {302, CONFLICT}:
            raise NotAnswered(f"{act.ask.path}: {answer.status}")
        traffic.done += 1
        return answer.headers["location"].split("/")[2] if answer.status == 302 else ""


def rel_04(site: Site, size: Size, say: Callable[[str], None]) -> list[Result]:
    """200 parallel starts by each of ten learners with one attempt left."""
    times, learners = size.of(200, 40), site.seed(size.of(10, 2), "corto", "last")
    server, report = site.serve(), RunReport("REL-04", site, say)
    say(f"{len(learners)} learners, {times} parallel starts each")

    async def play() -> tuple[Traffic, list[int]]:
        traffic = Traffic(server.port, times)
        led_to = [await start_at_once(traffic, report, learner, times) for learner in learners]
        await traffic.leave()
        return traffic, led_to

    traffic, led_to = asyncio.run(play())
    comparison = report.settle(traffic, f"{len(learners)} learners × {times} parallel starts")
    report.row("attempts that one learner's starts led to, most", max(led_to), "", 1)
    report.row("attempts stored for each learner", comparison["stored"] / len(learners), "", 1)
    report.row("starts answered", traffic.done, "", times * len(learners), "higher")
    return report.rows
