"""Reads what commands about the trail are told, and answers in one sentence."""

from datetime import date
from uuid import UUID

from django.core.management.base import CommandError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.queries import people_with_email
from lib.identifiers import plain_email, read_uuid


def account_named(named: str) -> UUID:
    """Return the opaque key of an account named by e-mail or by its key, also of one that is gone.

    Raises CommandError.
    """
    if key := read_uuid(named):
        return key
    person = people_with_email(plain_email(named)).first()
    if person is None:
        raise CommandError(
            _("Nadie tiene el correo %(email)s. Si la cuenta ya no está, usa su identificador.")
            % {"email": named}
        )
    return person.learner_key


def day_named(named: str) -> date:
    """Return a day. Raises CommandError."""
    try:
        day = parse_date(named)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(_("«%(day)s» no es un día: escríbelo como 2026-11-30.") % {"day": named})
    return day
