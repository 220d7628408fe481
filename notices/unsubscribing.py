"""Makes and reads the addresses by which a letter lets its person have no more of its kind, and the
headers by which a program of mail offers it (RFC 2369, RFC 8058).
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from lib.identifiers import read_uuid
from notices.kinds import Kind, kinds

SALT = "notices.unsubscribe"
LASTS = timedelta(days=180)
ONE_CLICK = "List-Unsubscribe=One-Click"


class TokenIsOver(Exception):
    """We made it, too long ago."""


@dataclass(frozen=True)
class Unsubscribing:
    """Who wants no more letters, and of what."""

    learner: UUID
    kind: Kind


def unsubscribe_token(learner: UUID, kind: str) -> str:
    """Return a signed text that nobody can make up, with its moment; it says nothing but an opaque
    key and the name of a kind.
    """
    return signing.TimestampSigner(salt=SALT).sign(f"{learner.hex}.{kind}")


def read_unsubscribe_token(token: str) -> Unsubscribing | None:
    """Return whose letters of which kind the text is about; None for one that we did not make, or
    of a kind that nobody may mute.

    Raises TokenIsOver.
    """
    try:
        text = signing.TimestampSigner(salt=SALT).unsign(token, max_age=LASTS)
    except signing.SignatureExpired as error:
        raise TokenIsOver from error
    except signing.BadSignature:
        return None
    key, _dot, name = text.partition(".")
    learner, kind = read_uuid(key), kinds().get(name)
    return Unsubscribing(learner, kind) if learner and kind and kind.is_sent_to_many else None


def unsubscribe_address(learner: UUID, kind: Kind) -> str:
    """Return where a letter of that kind is stopped."""
    token = unsubscribe_token(learner, kind.name)
    return settings.BASE_URL + reverse("notices:unsubscribe", kwargs={"token": token})


def unsubscribe_headers(address: str) -> dict[str, str]:
    """Return what tells a program of mail how to stop such letters: with one click where the site
    is reached by https, which RFC 8058 demands.
    """
    headers = {"List-Unsubscribe": f"<{address}>"}
    if urlsplit(address).scheme == "https":
        headers["List-Unsubscribe-Post"] = ONE_CLICK
    return headers
