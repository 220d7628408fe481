"""REL-03 and REL-08: the same act arrives several times, out of order and in parallel, or because
its answer was cut.
"""

import asyncio
import random
from collections.abc import Callable

from tools.chaos.acts import Act, Learner
from tools.chaos.report import RunReport, Size
from tools.chaos.site import Site
from tools.chaos.traffic import Traffic
from tools.chaos.wire import CuttingWire
from tools.harness.browsing import Answer
from tools.harness.results import Result

MOST_TIMES = 5
AT_ONCE = 4  # copies and neighbours of one learner
Seen = tuple[int, str, str]


def seen(answer: Answer) -> Seen:
    """Return what a person sees of an answer."""
    return answer.status, answer.headers.get("location", ""), answer.text


class Repeater:
    """One learner whose device sends every act one to five times."""

    def __init__(
        self, traffic: Traffic, report: RunReport, learner: Learner, source: random.Random
    ) -> None:
        self.traffic, self.report, self.learner, self.source = traffic, report, learner, source
        self.answers: dict[str, set[Seen]] = {}
        self.expected: dict[int, tuple[int, int]] = {}
        self.sent = 0

    async def play(self) -> None:
        """Send everything: start, readings and answers in any order, the submission, and late
        copies after it.
        """
        start = self.learner.start()
        self.attempt = start.line[2]
        await self.deliver([start] * self.times())
        writes = [self.learner.read(lesson) for lesson in self.learner.lessons]
        for sequence in range(1, self.learner.questions + 1):
            writes.append(self.write_answer(sequence))
        copies = [act for act in writes for _copy in range(self.times())]
        self.source.shuffle(copies)
        late = {
            id(act): act for act in copies if copies.count(act) > 1 and self.source.random() < 0.2
        }
        for act in late.values():
            copies.remove(act)
        await self.deliver(copies)
        submission = self.learner.submit(self.attempt)
        await self.deliver([submission] * self.times())
        await self.deliver([*late.values()])

    def write_answer(self, sequence: int) -> Act:
        """Answer any question; the answer with the highest sequence is the one that counts."""
        slot, choice = self.source.randint(1, self.learner.questions), self.source.randrange(4)
        self.expected[slot] = max(self.expected.get(slot, (0, 0)), (sequence, choice))
        return self.learner.answer(self.attempt, slot, sequence, choice)

    def times(self) -> int:
        """Return how often the next act is sent."""
        return self.source.randint(1, MOST_TIMES)

    async def deliver(self, copies: list[Act]) -> None:
        """Send copies, a few in parallel."""
        for first in range(0, len(copies), AT_ONCE):
            await asyncio.gather(*(self.send(act) for act in copies[first : first + AT_ONCE]))

    async def send(self, act: Act) -> None:
        """Send one copy and keep what was answered."""
        self.report.history.send(act.line)
        self.sent += 1
        answer = await self.traffic.insist(act.ask)
        self.answers.setdefault(act.line[2], set()).add(seen(answer))
        await self.report.history.acknowledge(act.line)


def rel_03(site: Site, size: Size, say: Callable[[str], None]) -> list[Result]:
    """10,000 writes, each sent one to five times, out of order, some in parallel."""
    learners = site.seed(size.of(417, 8), "largo", "enrolled")
    server, report = site.serve(), RunReport("REL-03", site, say)
    say(f"{len(learners)} learners, each write sent 1 to {MOST_TIMES} times")

    async def play() -> tuple[Traffic, list[Repeater]]:
        traffic = Traffic(server.port, size.of(64, 16))
        repeaters = [
            Repeater(traffic, report, learner, random.Random(number))
            for number, learner in enumerate(learners)
        ]
        async with asyncio.TaskGroup() as together:
            for repeater in repeaters:
                together.create_task(repeater.play())
        await traffic.leave()
        return traffic, repeaters

    traffic, repeaters = asyncio.run(play())
    writes = sum(len(repeater.answers) for repeater in repeaters)
    report.settle(
        traffic, f"{writes} writes sent {sum(repeater.sent for repeater in repeaters)} times"
    )
    other = [
        answers
        for repeater in repeaters
        for answers in repeater.answers.values()
        if len(answers) > 1
    ]
    report.row(
        "repeats answered otherwise",
        len(other),
        "",
        0,
        beside=str([[*answers][:2] for answers in other[:1]]) if other else "",
    )
    final_choices = site.inside.ask("chosen", attempts=[repeater.attempt for repeater in repeaters])
    wrong = [
        repeater
        for repeater in repeaters
        if final_choices[repeater.attempt]
        != {str(slot): [last[1]] for slot, last in repeater.expected.items()}
    ]
    report.row("papers whose final answers differ", len(wrong), "", 0)
    return report.rows


async def cut_and_repeat(
    cut: Traffic, direct: Traffic, wire: CuttingWire, report: RunReport, act: Act
) -> bool:
    """Send an act whose answer is cut, then again; return whether the second answer is what the
    first one was.
    """
    report.history.send(act.line)
    while act.line[2] not in wire.answers or wire.answers[act.line[2]].status == 503:
        await cut.send(act.ask, will_be_cut=True)
    answer = await direct.insist(act.ask)
    await report.history.acknowledge(act.line)
    return seen(answer) == seen(wire.answers[act.line[2]])


def rel_08(site: Site, size: Size, say: Callable[[str], None]) -> list[Result]:
    """500 acts of every kind whose answer is cut after the site stored them."""
    learners = site.seed(size.of(56, 3), "corto", "enrolled")
    server, report = site.serve(), RunReport("REL-08", site, say)
    say(f"{len(learners)} learners, every answer is cut once")

    async def play_one(
        cut: Traffic, direct: Traffic, wire: CuttingWire, learner: Learner
    ) -> list[bool]:
        start = learner.start()
        acts = [start, *(learner.read(lesson) for lesson in learner.lessons)]
        acts += [
            learner.answer(start.line[2], slot, slot, slot % 4)
            for slot in range(1, learner.questions + 1)
        ]
        acts.append(learner.submit(start.line[2]))
        return [await cut_and_repeat(cut, direct, wire, report, act) for act in acts]

    async def play() -> tuple[Traffic, Traffic, list[bool]]:
        async with CuttingWire(server.port) as wire:
            cut, direct = Traffic(wire.port, 8), Traffic(server.port, 8)
            same = await asyncio.gather(
                *(play_one(cut, direct, wire, learner) for learner in learners)
            )
            await cut.leave()
            await direct.leave()
        return cut, direct, [one for part in same for one in part]

    cut, direct, same = asyncio.run(play())
    report.settle(direct, f"{len(same)} acts, the answer of each cut after the site stored it")
    report.row("answers cut before the device saw them", cut.counts["cut"], "", len(same), "higher")
    report.row("repeats answered otherwise", same.count(False), "", 0)
    return report.rows
