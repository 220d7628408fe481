"""Changes an e-mail once the letter to the new one was opened."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.db import IntegrityError, transaction

from accounts import documents
from accounts.models import User
from accounts.services.names import PersonExists
from accounts.services.records import record_act_on

EMAIL_CHANGE_LASTS = timedelta(days=3)


@dataclass(frozen=True)
class EmailChange:
    """A change of e-mail that waits for its letter to be opened."""

    username: str
    before: str
    email: str
    asked_at: datetime


def email_change_token(*, user: User, email: str, now: datetime) -> str:
    """Return the encrypted token of a change of e-mail: an address on the site that shows nothing
    personal.
    """
    facts = {
        "username": user.username,
        "before": user.email,
        "email": email.strip().lower(),
        "asked_at": now.isoformat(),
    }
    return documents.encrypt(json.dumps(facts))


def read_email_change(token: str) -> EmailChange | None:
    """Return what a token asks for, or None when we did not make it."""
    try:
        facts = json.loads(documents.decrypt(token))
        return EmailChange(
            facts["username"],
            facts["before"],
            facts["email"],
            datetime.fromisoformat(facts["asked_at"]),
        )
    except (InvalidToken, ValueError, KeyError, TypeError):
        return None


def email_change_is_usable(*, user: User, change: EmailChange, now: datetime) -> bool:
    """Say whether the letter is this person's, in time, and of the e-mail they have today."""
    return (
        change.username == user.username
        and change.before == user.email
        and now - change.asked_at <= EMAIL_CHANGE_LASTS
    )


def change_email(*, user: User, change: EmailChange, now: datetime) -> bool:
    """Store the e-mail whose letter was opened; False when the token is old, used, or another
    person's.

    Raises PersonExists when somebody else took the address in the meantime.
    """
    if not email_change_is_usable(user=user, change=change, now=now):
        return False
    try:
        with transaction.atomic():
            user.email = change.email
            user.save(update_fields=["email"])
            record_act_on(user, "person_corrected", now, {"fields": ["email"]}, actor=user)
    except IntegrityError:
        user.email = change.before
        raise PersonExists from None
    return True
