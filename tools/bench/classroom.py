"""Lets a class of a hundred sign in together while others read lessons."""

import asyncio
import re
import time
from itertools import cycle
from typing import Any

from tools.harness.browsing import PASSWORD, Ask, Visitor, cookies_of
from tools.harness.results import Result, percentile
from tools.harness.servers import Server

CLASS, READERS = 100, 10
THINKING = 0.5
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


async def sign_in(port: int, email: str) -> float:
    """Open the sign-in page and send it, as a person does; return the seconds, or raise when it
    does not let in.
    """
    start, visitor = time.perf_counter(), Visitor(port)
    page = await visitor.send(Ask("/cuenta/ingresar/"))
    token = TOKEN.search(page.text)
    if token is None:
        raise RuntimeError(f"sign-in page: {page.status}")
    cookies = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
    fields = {
        "csrfmiddlewaretoken": token.group(1),
        "username": email,
        "password": PASSWORD,
        "next": "",
    }
    answer = await visitor.send(Ask("/cuenta/ingresar/", cookies, fields))
    await visitor.leave()
    if answer.status != 302:
        raise RuntimeError(f"sign-in: {answer.status}")
    return time.perf_counter() - start


async def read_on(port: int, lessons: Any, is_over: asyncio.Event, seconds: list[float]) -> None:
    """Read lesson after lesson, with a short thought between, until the class is in."""
    visitor = Visitor(port)
    while not is_over.is_set():
        session, path = next(lessons)
        answer = await visitor.send(Ask(path, cookies_of(session)))
        seconds.append(answer.seconds if answer.status == 200 else float("inf"))
        await asyncio.sleep(THINKING)
    await visitor.leave()


async def storm(
    port: int, people: list[str], lessons: list[tuple[str, str]]
) -> tuple[list[float], list[str], list[float]]:
    """Return the seconds of who got in, what the others were told, and the seconds of lessons
    meanwhile.
    """
    is_over, reading = asyncio.Event(), []
    turns = cycle(lessons)
    readers = [
        asyncio.create_task(read_on(port, turns, is_over, reading)) for _number in range(READERS)
    ]
    await asyncio.sleep(1)
    answers = await asyncio.gather(
        *(sign_in(port, email) for email in people[:CLASS]), return_exceptions=True
    )
    is_over.set()
    await asyncio.gather(*readers)
    return (
        [value for value in answers if isinstance(value, float)],
        [repr(value) for value in answers if not isinstance(value, float)],
        reading,
    )


def classroom(site: Server, facts: dict[str, Any]) -> list[Result]:
    """Return the rows of a class that signs in together."""
    before = site.seconds()
    inside, refusals, reading = asyncio.run(storm(site.port, facts["people"], facts["lessons"]))
    store = site.store.name
    summary = (
        f"p50 {percentile(inside, 0.5):.1f} s, {site.seconds() - before:.0f} s of processor"
        + (f", first refusal {refusals[0]}" if refusals else "")
    )
    return [
        Result(
            "Class of 100 signs in: the last one is in",
            store,
            round(max(inside, default=1e9), 1),
            "s",
            12,
            "lower",
            beside=summary,
        ),
        Result("Class of 100 signs in: refused", store, len(refusals), "people", 0, "lower"),
        Result(
            "Class of 100 signs in: lessons meanwhile, p95",
            store,
            round(percentile(reading, 0.95), 2),
            "s",
            2,
            "lower",
            beside=(
                f"{READERS} readers, {len(reading)} lessons, p50 {percentile(reading, 0.5):.2f} s"
            ),
        ),
    ]
