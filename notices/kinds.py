"""Lists what people can be told; each room registers its kinds when it is ready.

A kind knows words and where they lead, never why: rooms above hand over facts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accounts.models import User
from accounts.permissions import holds_role
from notices.models import Notice


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One thing that people are told. `title` and `text` take the facts of a notice; `page` is the
    name of the address where one goes on, and `button` what one does there.

    Letters hold neither a document, nor a grade, nor what a course says; the `short_text` of a
    reminder, for telephones, takes no facts at all. `roles` are those whose
    holders alone are ever told; without them everybody may be. `still_holds` returns the
    keys of those notices that are true yet; without it all are.
    """

    name: str
    label: str
    title: str
    text: str
    page: str
    button: str
    needs_action: bool = False
    is_reminder: bool = False
    is_digest: bool = False
    may_be_muted: bool = False
    short_text: str = ""
    roles: tuple[str, ...] = ()
    still_holds: Callable[[Sequence[Notice]], set[int]] | None = None

    @property
    def is_sent_to_many(self) -> bool:
        """True for what nobody waits for: a program of mail may offer to stop it."""
        return self.may_be_muted and (self.is_reminder or self.is_digest)

    def title_of(self, notice: Notice) -> str:
        """Return the title with the facts of one notice, in one line."""
        return " ".join((str(self.title) % notice.facts).split())

    def text_of(self, notice: Notice) -> str:
        """Return the text with the facts of one notice."""
        return str(self.text) % notice.facts

    def true_ones(self, notices: Sequence[Notice]) -> set[int]:
        """Return the keys of the notices that hold yet."""
        return self.still_holds(notices) if self.still_holds else {row.pk for row in notices}


_registered: dict[str, Kind] = {}


def register_kinds(*kinds: Kind) -> None:
    """Let a room say what its people are told."""
    _registered.update({kind.name: kind for kind in kinds})


def kinds() -> dict[str, Kind]:
    """Return every kind by its name."""
    return _registered


def kinds_for(person: User) -> list[Kind]:
    """Return the kinds of which a person may ever be told."""
    return [
        kind for kind in _registered.values() if not kind.roles or holds_role(person, *kind.roles)
    ]


def muted_with(kind: Kind) -> set[str]:
    """Return the names of the kinds that stop together with one: reminders all at once."""
    return set(reminder_kinds()) if kind.is_reminder else {kind.name}


def reminder_kinds() -> list[str]:
    """Return the names of the kinds that remind."""
    return [kind.name for kind in _registered.values() if kind.is_reminder]
