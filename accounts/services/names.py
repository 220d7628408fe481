"""Checks what a person may be called and reached by, for whoever calls without a form."""

from django.utils.translation import gettext as _

from accounts.emails import email_refusal
from lib.text_fields import name_refusal
from lib.texts import as_written

LONGEST_NAME = 120


class PersonExists(Exception):
    """The e-mail or the document belongs to somebody else; never told to who asked."""


class InvalidName(ValueError):
    """The text can be no name; the message is for the person."""


class InvalidEmail(ValueError):
    """The text can be no e-mail; the message is for the person."""


def checked_email(text: str) -> str:
    """Return an e-mail as it is stored.

    Raises InvalidEmail, as a form does: SQLite would keep one that PostgreSQL refuses.
    """
    email = text.strip().lower()
    if refusal := email_refusal(email):
        raise InvalidEmail(refusal)
    return email


def checked_name(text: str) -> str:
    """Return a name as it is stored.

    Raises InvalidName: whoever calls without a form must not get round its rule.
    """
    name = as_written(text)
    refusal = name_refusal(name)
    if not refusal and len(name) > LONGEST_NAME:
        refusal = _("Un nombre lleva hasta %(count)d letras.") % {"count": LONGEST_NAME}
    if refusal:
        raise InvalidName(refusal)
    return name
