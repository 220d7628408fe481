"""Reads what learners send."""

from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from lib.identifiers import read_small_number, read_uuid
from questions.kinds import JSON, Kind

# The largest sequence that both databases can hold; a device that sends more counts as this.
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Answer:
    """One answer as it was sent: its fields, the mark, the identifier and order the client gave it,
    and the question to go on with.
    """

    uuid: UUID | None
    sequence: int
    fields: dict[str, list[str]]
    is_marked: bool
    go: int | None
    # Of what waited on a device: the order up to which its page knew the answers, and what else it
    # tried to send.
    seen: int | None
    tried: frozenset[UUID]

    def response(self, kind: Kind) -> JSON:
        """Return what was answered, as the kind of the question reads it."""
        return kind.read(self.fields)


def read_answer(sent: QueryDict) -> Answer:
    """Read an answer; what it answers is read by its kind, and refused by the service where the
    paper does not have it.
    """
    tried = (read_uuid(text) for text in sent.getlist("tried"))
    return Answer(
        uuid=read_uuid(sent.get("uuid")),
        sequence=read_order(sent.get("sequence", "")) or 0,
        fields=dict(sent.lists()),
        is_marked="is_marked" in sent,
        go=read_small_number(sent.get("go", "")),
        seen=read_order(sent.get("seen", "")),
        tried=frozenset(uuid for uuid in tried if uuid),
    )


def read_order(text: str) -> int | None:
    """Return a place in the order of a device, or None for anything else."""
    return min(int(text), LARGEST) if text.isdecimal() and len(text) < 30 else None
