"""Tells the demonstration: the cast act by act, and seeded histories of learners over all areas."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from courses.outline import Outline

NAMESPACE = UUID("6f1d1c52-6a86-4a3b-9d57-2f3b7a0d9c11")
FIRST_NAMES = (
    "María", "José", "Luz", "Juan", "Rosa", "Carlos", "Ana", "Luis", "Elena", "Víctor", "Carmen",
    "Jorge", "Julia", "Pedro", "Nélida",
    "Wilber", "Yeny", "Edwin", "Flor", "Percy", "Maribel", "Hugo", "Sonia", "Rubén", "Gladys",
    "Iván", "Nancy", "Óscar", "Delia", "Raúl",
)  # fmt: skip
SURNAMES = (
    "Quispe", "Flores", "Sánchez", "Mamani", "García", "Huamán", "Rojas", "Condori", "Díaz",
    "Ñahui", "Vásquez", "Ramos", "Chávez",
    "Torres", "Paredes", "Cárdenas", "Ticona", "Apaza", "Yupanqui", "Saldaña", "Peña", "Núñez",
    "Cueva", "Shupingahua", "Tuanama",
)  # fmt: skip
POSTS = (
    "Tesorería",
    "Registro civil",
    "DEMUNA",
    "Licencias",
    "Fiscalización",
    "Planificación",
    "OMAPED",
    "Programas sociales",
    "Secretaría general",
)


@dataclass(frozen=True)
class Act:
    """One thing a learner did: finished a lesson (score None) or submitted a quiz with that share
    of right answers.
    """

    activity_key: UUID
    at: datetime
    right: float | None = None


@dataclass(frozen=True)
class History:
    """One invented learner: who, in which place of the list of institutions, and what they did
    since enrolling.
    """

    number: int
    first_name: str
    last_name: str
    post: str
    place: int
    enrolled_at: datetime
    acts: list[Act] = field(default_factory=list)


def histories(
    *, count: int, seed: int, outline: Outline, places: int, now: datetime
) -> Iterator[History]:
    """Yield `count` believable histories, the same for the same seed and outline.

    About one in ten never begins, four in ten finish, the rest stop on the way; a first try at a
    quiz often falls short.
    """
    source = random.Random(seed)  # noqa: S311 - a repeatable story, not a secret
    for number in range(count):
        enrolled_at = now - timedelta(days=source.randint(5, 150), minutes=source.randint(0, 600))
        yield History(
            number=number,
            first_name=source.choice(FIRST_NAMES),
            last_name=f"{source.choice(SURNAMES)} {source.choice(SURNAMES)}",
            post=source.choice(POSTS),
            place=number % places if number < places else source.randrange(places),
            enrolled_at=enrolled_at,
            acts=list(_acts(source, outline, enrolled_at, now)),
        )


def _acts(source: random.Random, outline: Outline, start: datetime, now: datetime) -> Iterator[Act]:
    fate = source.random()
    total = len(outline.activities)
    reach = 0 if fate < 0.1 else total if fate > 0.58 else source.randint(1, total - 1)
    moment = start
    for activity in outline.activities[:reach]:
        tries = 2 if activity.kind == "quiz" and source.random() < 0.25 else 1
        for attempt in range(tries):
            moment += timedelta(hours=source.randint(1, 40), minutes=source.randint(0, 59))
            if moment >= now:
                return
            right = (
                None
                if activity.kind != "quiz"
                else 0.4
                if attempt < tries - 1
                else source.choice((0.75, 0.85, 1.0))
            )
            yield Act(activity.key, moment, right)


def key_of(*parts: object) -> UUID:
    """Return the lasting identifier of one thing in the story: loading twice adds nothing."""
    return uuid5(NAMESPACE, "/".join(str(part) for part in parts))


def first_half(keys: Iterable[UUID]) -> list[UUID]:
    """Return the first half of a course: where the halfway learner of the cast stands."""
    all_keys = list(keys)
    return all_keys[: len(all_keys) // 2]
