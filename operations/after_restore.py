"""Applies what must hold again after an older copy was restored, before anybody signs in."""

from collections.abc import Callable
from datetime import datetime

from accounts.erasure import reapply_erasures


def steps_after_restore(now: datetime) -> dict[str, Callable[[], object]]:
    """Return every step by name, in the order in which they run."""
    return {"erase again who asked to be erased": lambda: reapply_erasures(now=now)}


def apply_after_restore(now: datetime) -> dict[str, object]:
    """Run every step on the migrated database; return what each one said. The first that fails stops the restore.

    The erasure list of this site stays where it is: a copy must never put an older one in its place.
    """
    return {name: step() for name, step in steps_after_restore(now).items()}
