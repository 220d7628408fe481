"""Takes the first course whole, as one learner does, and measures what that costs the server.

From signing in to the certificate's PDF: every lesson opened and marked, every question opened and
answered once, and a stranger who verifies the certificate.
"""

import asyncio
import html
import json
import re
import statistics
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tools.bench.classroom import TOKEN
from tools.bench.slices import WARM_UP, Endless, expected, take_slice
from tools.bench.speed import asks_of_bare_page
from tools.harness.browsing import CSRF_COOKIE, PASSWORD, Answer, Ask, Visitor, form
from tools.harness.results import Result
from tools.harness.servers import Server, run_inside

INSIDE = "tools.bench.in_django.whole_course"
# The first learner warms the server; of the others the median counts.
LEARNERS = 6
# Times the bare page of the same run.
BAR = 280
ONWARDS = re.compile(r'name="go"\s+value="(\w+)"')
STEM = re.compile(r"<legend>(.*?)</legend>", re.DOTALL)
CHOICE = re.compile(r'name="chosen" value="(\d+)"[^>]*>\s*<span>(.*?)</span>', re.DOTALL)


class Meter:
    """Adds up the processor seconds of a server by what it was asked for."""

    def __init__(self, site: Server) -> None:
        self.site, self.seconds = site, Counter[str]()
        self.reading = site.seconds()

    def lap(self, part: str) -> None:
        """Count what was used since the last lap for a part of the course; "" counts nowhere."""
        reading = self.site.seconds()
        if part:
            self.seconds[part] += reading - self.reading
        self.reading = reading


@dataclass
class Learner:
    """One learner's browser: its connection, its cookies, and how much it asked for.

    After each of its requests the bare page is asked for once, over a connection of its own.
    """

    visitor: Visitor
    meter: Meter
    bare: Endless
    cookies: dict[str, str] = field(default_factory=dict)
    requests: int = 0

    def __post_init__(self) -> None:
        self.beside = Visitor(self.bare.server.port)

    async def leave(self) -> None:
        """Close the connections."""
        await self.visitor.leave()
        await self.beside.leave()

    async def get(self, path: str) -> Answer:
        """Open a page. Raises RuntimeError unless it is shown."""
        return await self._send(Ask(path, self._header), {200})

    async def post(self, path: str, **fields: Any) -> Answer:
        """Send a form with the token of the site. Raises RuntimeError unless it leads on."""
        token = self.cookies[CSRF_COOKIE]
        fields = {"csrfmiddlewaretoken": token, **fields}
        return await self._send(Ask(path, self._header, {**form(), **fields}), {302, 303})

    @property
    def _header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def _send(self, ask: Ask, statuses: Collection[int]) -> Answer:
        answer = await self.visitor.send(ask)
        self.requests += 1
        self.cookies |= answer.cookies
        if answer.status not in statuses:
            raise RuntimeError(f"{ask.path}: {answer.status}")
        await expected(self.beside, next(self.bare.asks))
        return answer


async def sign_in(learner: Learner, email: str) -> None:
    """Open the sign-in page and send it."""
    page = await learner.get("/cuenta/ingresar/")
    token = TOKEN.search(page.text)
    if token is None:
        raise RuntimeError("the sign-in page has no token")
    await learner.post(
        "/cuenta/ingresar/",
        csrfmiddlewaretoken=token.group(1),
        username=email,
        password=PASSWORD,
        next="",
    )


async def take_course(learner: Learner, email: str, facts: dict[str, Any]) -> None:
    """Sign in, enrol, and do every activity of the course."""
    await sign_in(learner, email)
    learner.meter.lap("sign-in")
    await learner.get(facts["course"])
    await learner.post(facts["enrol"])
    for activity in facts["activities"]:
        if activity["kind"] == "quiz":
            learner.meter.lap("lessons")
            await take_quiz(learner, activity["page"], facts["answers"])
            learner.meter.lap("quizzes")
        else:
            await learner.get(activity["page"])
            await learner.post(activity["act"])
    learner.meter.lap("lessons")
    await learner.leave()


async def take_quiz(learner: Learner, page: str, answers: dict[str, list[str]]) -> None:
    """Start a quiz, open and answer every question, hand in, and look at the result."""
    await learner.get(page)
    start = await learner.post(page)
    following = start.headers["location"]
    for sequence in count(1):
        text = (await learner.get(following)).text
        if following.endswith("/revisar/"):
            break
        # The first button of the page goes on.
        answer = await learner.post(
            following,
            sequence=str(sequence),
            chosen=right_places(text, answers),
            go=ONWARDS.findall(text)[0],
        )
        following = answer.headers["location"]
    handed_in = await learner.post(following)
    await learner.get(handed_in.headers["location"])


def right_places(question: str, answers: dict[str, list[str]]) -> list[str]:
    """Return the places of the right choices on the page of a question."""
    stem = STEM.search(question)
    if stem is None:
        raise RuntimeError("a page of a question has no stem")
    right = answers[plain(stem.group(1))]
    return [place for place, text in CHOICE.findall(question) if plain(text) in right]


def plain(text: str) -> str:
    """Return a text of a page as it was written."""
    return html.unescape(re.sub(r"<br ?/?>", "\n", text))


async def take_certificate(learner: Learner, code: str) -> None:
    """Look at one's certificates, take the PDF, and let a stranger verify it."""
    await learner.get("/certificados/")
    pdf = await learner.get(f"/certificados/{code}.pdf")
    if pdf.headers["content-type"] != "application/pdf":
        raise RuntimeError("the certificate is no PDF")
    stranger = Learner(Visitor(learner.visitor.port), learner.meter, learner.bare)
    await stranger.get(f"/verificar/{code}/")
    learner.requests += stranger.requests
    for somebody in (learner, stranger):
        await somebody.leave()
    learner.meter.lap("certificate")


def whole_course(site: Server, facts: dict[str, Any], limit: Server, sessions: list[str]) -> Result:
    """Return the row of a whole course: how many bare pages of the same run it costs."""
    bare = Endless(limit, asks_of_bare_page(sessions))
    take_slice(bare, bare, WARM_UP)
    # The first one only warmed the server.
    sample = [study(site, email, facts, bare) for email in facts["people"]][1:]
    factors = [one.cost / one.page for one in sample]
    cost_by_part = ", ".join(
        f"{part} {statistics.median(one.parts[part] for one in sample):.0f}"
        for part in sample[0].parts
    )
    return Result(
        "One whole course, from sign-in to certificate",
        site.store.name,
        round(statistics.median(factors)),
        "bare pages",
        BAR,
        "lower",
        f"1 ({statistics.median(one.page for one in sample):.2f} ms)",
        f"{statistics.median(one.cost for one in sample):.0f} ms of processor ({cost_by_part}), "
        f"{sample[0].requests} requests, {min(factors):.0f}–{max(factors):.0f}",
    )


@dataclass(frozen=True)
class Study:
    """What one learner's course cost: processor milliseconds of all of it, of its parts, and of
    the bare page meanwhile.
    """

    parts: dict[str, float]
    page: float
    requests: int

    @property
    def cost(self) -> float:
        """The milliseconds of the whole."""
        return sum(self.parts.values())


def study(site: Server, email: str, facts: dict[str, Any], bare: Endless) -> Study:
    """Let one learner take the whole course; return what it cost.

    Numbering the certificate is the worker's part and is not measured.
    """
    before = bare.server.seconds()
    learner = Learner(Visitor(site.port), Meter(site), bare)
    asyncio.run(take_course(learner, email, facts))
    answer = run_inside(INSIDE, "config.settings", site.store, site.database, "number")
    learner.meter.lap("")
    asyncio.run(take_certificate(learner, json.loads(answer)["code"]))
    page = (bare.server.seconds() - before) * 1000 / learner.requests
    parts = {part: seconds * 1000 for part, seconds in learner.meter.seconds.items()}
    return Study(parts, page, learner.requests)
