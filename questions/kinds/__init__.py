"""Knows every kind of question: each owns what it stores, shows, reads and earns, and nobody else
looks into it.
"""

from questions.kinds.kind import JSON, Kind
from questions.kinds.multiple import MULTIPLE
from questions.kinds.single import SINGLE
from questions.kinds.true_false import TRUE_FALSE

KINDS: dict[str, Kind] = {kind.name: kind for kind in (SINGLE, MULTIPLE, TRUE_FALSE)}

__all__ = ["JSON", "KINDS", "Kind", "kind_labels", "kind_of"]


def kind_of(name: str) -> Kind:
    """Return a kind by the name that versions and papers keep.

    Raises KeyError for one that this release does not know.
    """
    return KINDS[name]


def kind_labels() -> list[tuple[str, str]]:
    """Return names and labels, as forms and models offer them; a new kind needs no migration."""
    return [(kind.name, kind.label) for kind in KINDS.values()]
