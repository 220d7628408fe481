"""Tells who owns an account what changed in it: in a letter of its own count, that no other letters
can use up.
"""

from datetime import datetime

from accounts import documents
from accounts.limits import NOTICES_OF_PERSON, take
from accounts.models import User
from accounts.tasks import send_email_changed_letter, send_password_changed_letter


def tell_of_new_password(*, user: User, now: datetime) -> None:
    """Queue a letter to the address that the person has now."""
    if user.email and take(NOTICES_OF_PERSON, user.pk, now=now):
        send_password_changed_letter.enqueue(
            user.username, documents.encrypt(user.email), now.isoformat()
        )


def tell_of_new_email(*, user: User, before: str, by_operator: bool, now: datetime) -> None:
    """Queue a letter to the address that was there before."""
    if before and take(NOTICES_OF_PERSON, user.pk, now=now):
        send_email_changed_letter.enqueue(
            user.username, documents.encrypt(before), now.isoformat(), by_operator
        )
