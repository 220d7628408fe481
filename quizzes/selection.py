"""Draws the items of an attempt."""

from collections.abc import Mapping, Sequence
from random import Random


class NotEnoughQuestions(ValueError):
    """A quiz asks for more questions than its banks hold: `asked` against `held`."""

    def __init__(self, asked: int, held: int):
        super().__init__(f"{asked} asked, {held} in the bank")
        self.asked, self.held = asked, held


def draw(pool: Sequence[int], count: int, *, seen: Mapping[int, int], random: Random) -> list[int]:
    """Draw `count` different members of `pool`, those seen least often first: a new attempt asks
    other questions.

    `seen` says how often a member was on an earlier paper; who is missing there was never seen.
    Raises NotEnoughQuestions when the pool is too small.
    """
    members = list(dict.fromkeys(pool))
    if len(members) < count:
        raise NotEnoughQuestions(count, len(members))
    random.shuffle(members)
    # The sort is stable: among those seen equally often, chance alone decides.
    return sorted(members, key=lambda member: seen.get(member, 0))[:count]


def draw_paper(
    draws: Sequence[tuple[Sequence[int], int]],
    *,
    seen: Mapping[int, int],
    is_shuffled: bool,
    random: Random,
) -> list[int]:
    """Draw from several pools without repeating a member; `draws` are pairs of pool and count.

    The smallest pool chooses first, because a topic lies inside its bank and must not find itself
    emptied. The result keeps the order of `draws`, unless the whole paper is shuffled. Raises
    NotEnoughQuestions with all that
    the pool was asked for: by this draw and by those of its topics.
    """
    members_drawn: set[int] = set()
    members_by_place: dict[int, list[int]] = {}
    for place in sorted(range(len(draws)), key=lambda place: len(draws[place][0])):
        pool, count = draws[place]
        free = [member for member in pool if member not in members_drawn]
        if len(set(free)) < count:
            raise NotEnoughQuestions(count + len(members_drawn.intersection(pool)), len(set(pool)))
        members_by_place[place] = draw(free, count, seen=seen, random=random)
        members_drawn.update(members_by_place[place])
    paper = [member for place in range(len(draws)) for member in members_by_place[place]]
    if is_shuffled:
        random.shuffle(paper)
    return paper


def is_enough(draws: Sequence[tuple[Sequence[int], int]]) -> bool:
    """Say whether a paper can be drawn from these pairs of pool and count."""
    return shortage(draws) is None


def shortage(draws: Sequence[tuple[Sequence[int], int]]) -> NotEnoughQuestions | None:
    """Return what is missing to draw a paper, or None: asked by drawing one, so that authors and
    learners meet one rule.
    """
    try:
        # Nobody sees this paper.
        draw_paper(draws, seen={}, is_shuffled=False, random=Random(0))  # noqa: S311
    except NotEnoughQuestions as missing:
        return missing
    return None
