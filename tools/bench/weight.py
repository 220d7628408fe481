"""Weighs what a learner's connection carries: the first lesson with an empty browser, and the next
one.
"""

import asyncio
import re
from typing import Any
from urllib.parse import urljoin

from tools.harness.browsing import Answer, Ask, Visitor, cookies_of
from tools.harness.results import Result
from tools.harness.servers import Server

FILES = re.compile(r"<(?:link[^>]+href|script[^>]+src|img[^>]+src)=\"([^\"#]+)\"")
INSIDE = {
    "css": re.compile(r"(?:url\(|@import )['\"]?([^'\")]+)"),
    "javascript": re.compile(r"\bfrom ?['\"]([^'\"]+)['\"]"),
}
PICTURE = "image/"
KEPT_FOR = 60 * 60 * 24 * 30


async def load(port: int, session: str, path: str) -> dict[str, Answer]:
    """Load a page with every file it asks for, as a browser with nothing kept; return answers by
    address.
    """
    visitor = Visitor(port, encodings="gzip")
    answers = {path: await visitor.send(Ask(path, cookies_of(session)))}
    waiting = [urljoin(path, name) for name in FILES.findall(answers[path].text)]
    while waiting:
        name = waiting.pop()
        if name in answers or name.startswith("data:"):
            continue
        answers[name] = answer = await visitor.send(Ask(name, cookies_of(session), accept="*/*"))
        if answer.status != 200:
            raise RuntimeError(f"{path} asks for {name}: {answer.status}")
        kind = answer.headers.get("content-type", "")
        for part, pattern in INSIDE.items():
            if part in kind:
                waiting += [urljoin(name, inner) for inner in pattern.findall(answer.text)]
    await visitor.leave()
    return answers


def is_kept(answer: Answer) -> bool:
    """Say whether the browser asks for this file again within a month."""
    age = re.search(r"max-age=(\d+)", answer.headers.get("cache-control", ""))
    return bool(age and int(age.group(1)) >= KEPT_FOR)


def weight(site: Server, facts: dict[str, Any]) -> list[Result]:
    """Return the rows of weight: the heaviest of twenty lessons counts."""
    loads = [asyncio.run(load(site.port, session, path)) for session, path in facts["lessons"][:20]]
    first = max(sum(answer.wire for answer in answers.values()) for answers in loads)
    requests = max(len(answers) for answers in loads)
    again = max(
        sum(
            answer.wire
            for answer in answers.values()
            if not is_kept(answer)
            and not answer.headers.get("content-type", "").startswith(PICTURE)
        )
        for answers in loads
    )
    asks_again = max(sum(not is_kept(answer) for answer in answers.values()) for answers in loads)
    store = site.store.name
    return [
        Result(
            "Next lesson, without pictures",
            store,
            round(again / 1000, 1),
            "KB",
            15,
            "lower",
            beside=f"{asks_again} requests, heads included",
        ),
        Result(
            "First lesson with an empty browser", store, round(first / 1000, 1), "KB", 100, "lower"
        ),
        Result("Requests of that first lesson", store, requests, "requests", 12, "lower"),
    ]
