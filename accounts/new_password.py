"""Gives a person a new password, whichever way they came to it: what could undo it, or keep them
out, ends with it.
"""

from datetime import datetime

from django.db import transaction

from accounts.limits import FAILED_SIGN_INS_OF_ACCOUNT, forget
from accounts.models import RecoveryCode, User
from accounts.notices import tell_of_new_password


def take_new_password(*, user: User, password: str, now: datetime) -> None:
    """Store a password that was checked before; codes that wait to be used go, tries of the old one
    are forgotten, a letter tells it.

    Sessions and links end by themselves: both were made with the password that was.
    """
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        RecoveryCode.objects.filter(user=user, used_at=None).delete()
        tell_of_new_password(user=user, now=now)
    forget(FAILED_SIGN_INS_OF_ACCOUNT, user.username, now=now)
