"""Makes and reads the addresses by which a letter lets its person have no more reminders."""

from uuid import UUID

from django.core import signing

from lib.identifiers import read_uuid

SALT = "notices.unsubscribe"


def unsubscribe_token(learner: UUID) -> str:
    """Return a signed text that nobody can make up; it says nothing but an opaque key."""
    return signing.Signer(salt=SALT).sign(learner.hex)


def read_unsubscribe_token(token: str) -> UUID | None:
    """Return whose reminders the text is about; None for one that we did not make."""
    try:
        return read_uuid(signing.Signer(salt=SALT).unsign(token))
    except signing.BadSignature:
        return None
