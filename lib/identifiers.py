"""Reads the identifiers that clients give to what they send."""

from uuid import UUID


def read_uuid(text: str | None) -> UUID | None:
    """Return the identifier that a client sent, or None when it is no identifier."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
