"""Reads what learners send."""

from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from lib.identifiers import read_uuid

# The largest sequence that both databases can hold; a device that sends more counts as this.
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Answer:
    """One answer as it was sent: chosen places, mark, the identifier and order the client gave it, and the question to go on with."""

    uuid: UUID | None
    sequence: int
    chosen: frozenset[int]
    is_marked: bool
    go: int | None


def read_answer(sent: QueryDict) -> Answer:
    """Read an answer; what is no number is left out, and a place that no paper has is refused by the service."""
    sequence = sent.get("sequence", "")
    return Answer(
        uuid=read_uuid(sent.get("uuid")),
        sequence=min(int(sequence), LARGEST) if sequence.isdecimal() and len(sequence) < 30 else 0,
        chosen=frozenset(place for place in map(_place, sent.getlist("chosen")) if place is not None),
        is_marked="is_marked" in sent,
        go=_place(sent.get("go", "")),
    )


def _place(text: str) -> int | None:
    """Return a small number that was sent, or None for anything else."""
    return int(text) if text.isdecimal() and len(text) < 4 else None
