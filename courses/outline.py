"""Reads and compares the outline of an edition: plain values, no database.

The stored form is a dictionary:
`{"course": {key, slugs, titles, summary, outcome, audience, topics, expires_at}, "modules": [{key,
slugs, titles, summary, expires_at, "activities": [{key, kind, slugs, titles, summary, minutes,
is_required, weight, norms, bodies, expires_at, facts}]}]}`, where `slugs`, `titles` and `bodies`
map a language to a text, and dates are ISO texts or None.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from itertools import count
from typing import Any
from uuid import UUID

Blocks = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Activity:
    """One activity as one language shows it.

    `minutes` were computed from its content, `weight` bytes compressed.
    """

    key: UUID
    kind: str
    slug: str
    title: str
    summary: str
    minutes: int
    is_required: bool
    weight: int
    norms: tuple[str, ...]
    body: str
    expires_at: datetime | None
    facts: dict[str, Any]
    module_slug: str
    module_title: str
    number: int

    @property
    def pass_mark(self) -> float | None:
        """The scaled score that is needed, or None for an activity without a grade."""
        return self.facts.get("pass_mark")

    def is_expired(self, now: datetime) -> bool:
        """True when this activity, its module or its course has passed its date of expiry."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True)
class Module:
    """One module and its activities in order."""

    key: UUID
    slug: str
    title: str
    summary: str
    number: int
    activities: tuple[Activity, ...]

    @property
    def minutes(self) -> int:
        """Sum of the minutes of its activities."""
        return sum(activity.minutes for activity in self.activities)


@dataclass(frozen=True)
class Outline:
    """A whole course in one language."""

    key: UUID
    slug: str
    title: str
    summary: str
    outcome: str
    audience: str
    topics: tuple[str, ...]
    modules: tuple[Module, ...]
    activities: tuple[Activity, ...] = field(repr=False)
    by_key: dict[UUID, Activity] = field(repr=False)
    by_path: dict[tuple[str, str], Activity] = field(repr=False)

    @cached_property
    def minutes(self) -> int:
        """Sum of the minutes of every activity: the hours on a certificate come from here and
        nowhere else.
        """
        return sum(activity.minutes for activity in self.activities)

    @cached_property
    def required(self) -> tuple[Activity, ...]:
        """The activities that completion needs, in order."""
        return tuple(activity for activity in self.activities if activity.is_required)

    @cached_property
    def is_graded(self) -> bool:
        """True when completion needs a grade; else it only needs reading."""
        return any(activity.pass_mark is not None for activity in self.required)

    @cached_property
    def weight(self) -> int:
        """Bytes that a phone loads for the whole course: texts, compressed, and pictures."""
        return sum(activity.weight for activity in self.activities)

    def neighbours(self, key: UUID) -> tuple[Activity | None, Activity | None]:
        """Return the activities before and after the one with that key."""
        place = next(index for index, activity in enumerate(self.activities) if activity.key == key)
        before = self.activities[place - 1] if place else None
        after = self.activities[place + 1] if place + 1 < len(self.activities) else None
        return before, after


def read_outline(stored: dict[str, Any], language: str) -> Outline:
    """Build the outline of one language; texts a language lacks come from the first language of the
    course.
    """
    course, numbers = stored["course"], count(1)
    text = partial(text_in, language)
    modules = tuple(
        _read_module(module, place, numbers, course["expires_at"], text)
        for place, module in enumerate(stored["modules"], start=1)
    )
    flat = tuple(activity for module in modules for activity in module.activities)
    return Outline(
        key=UUID(course["key"]),
        slug=text(course["slugs"]),
        title=text(course["titles"]),
        summary=course["summary"],
        outcome=course["outcome"],
        audience=course["audience"],
        topics=tuple(course["topics"]),
        modules=modules,
        activities=flat,
        by_key={activity.key: activity for activity in flat},
        by_path={(activity.module_slug, activity.slug): activity for activity in flat},
    )


def text_in(language: str, texts: dict[str, str]) -> str:
    """Return a text in a language, or in the first that it has."""
    return texts.get(language) or next(iter(texts.values()), "")


def _read_module(
    stored: dict[str, Any],
    place: int,
    numbers: Iterator[int],
    course_end: str | None,
    text: Callable[[dict[str, str]], str],
) -> Module:
    """Build a module; its activities go on with the numbers of the course."""
    slug, title = text(stored["slugs"]), text(stored["titles"])
    activities = [
        Activity(
            key=UUID(item["key"]),
            kind=item["kind"],
            slug=text(item["slugs"]),
            title=text(item["titles"]),
            summary=item["summary"],
            minutes=item["minutes"],
            is_required=item["is_required"],
            weight=item["weight"],
            norms=tuple(item["norms"]),
            body=text(item["bodies"]),
            expires_at=_earliest(course_end, stored["expires_at"], item["expires_at"]),
            facts=item["facts"],
            module_slug=slug,
            module_title=title,
            number=next(numbers),
        )
        for item in stored["activities"]
    ]
    return Module(
        key=UUID(stored["key"]),
        slug=slug,
        title=title,
        summary=stored["summary"],
        number=place,
        activities=tuple(activities),
    )


def _earliest(*moments: str | None) -> datetime | None:
    return min((datetime.fromisoformat(value) for value in moments if value), default=None)


def digest(value: Any) -> str:
    """Return the SHA-256 (hex) of a JSON value, the same whatever the order of its keys."""
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


def block_digests(blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return `{id, type, digest, is_substantive}` of each stored block; the mark itself is not part
    of the digest.
    """
    digests = []
    for block in blocks:
        value = {name: part for name, part in block["value"].items() if name != "is_substantive"}
        mark = bool(block["value"].get("is_substantive"))
        digests.append(
            {
                "id": block["id"],
                "type": block["type"],
                "digest": digest(value),
                "is_substantive": mark,
            }
        )
    return digests


def is_material(
    old: dict[str, Any], new: dict[str, Any], old_blocks: Blocks, new_blocks: Blocks
) -> bool:
    """Say whether a new edition changes what completing the course means.

    It does when the set of required activities, a pass mark, or a block marked by its author as a
    change of substance differs. `old_blocks` and `new_blocks` map the key of each activity to its
    block digests.
    """
    if _required(old) != _required(new) or _pass_marks(old) != _pass_marks(new):
        return True
    return any(
        changed_substance(old_blocks.get(key, []), blocks) for key, blocks in new_blocks.items()
    )


def changed_substance(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> bool:
    """True when a block marked as a change of substance is new or differs from what it was."""
    before = {block["id"]: block["digest"] for block in old}
    return any(
        block["is_substantive"] and before.get(block["id"]) != block["digest"] for block in new
    )


def _activities(stored: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for module in stored["modules"]:
        yield from module["activities"]


def _required(stored: dict[str, Any]) -> set[str]:
    return {item["key"] for item in _activities(stored) if item["is_required"]}


def _pass_marks(stored: dict[str, Any]) -> dict[str, float]:
    return {
        item["key"]: item["facts"]["pass_mark"]
        for item in _activities(stored)
        if "pass_mark" in item["facts"]
    }
