"""Checks that the trail was not altered."""

from collections.abc import Iterator

from audit.sealing import first_broken_seal
from lib.findings import Finding


def check() -> Iterator[Finding]:
    """Yield the invariant of the chain (I12)."""
    broken = first_broken_seal()
    place = f" (first broken seal: {broken})" if broken else ""
    yield Finding(f"I12 the chain of the trail is unbroken{place}", int(broken is not None))
