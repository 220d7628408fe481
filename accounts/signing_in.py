"""Resolves what a person typed to their opaque sign-in name, before the sign-in library sees
anything personal.
"""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts import documents
from accounts.emails import spaces_refusal
from accounts.models import User
from accounts.queries import people_with_document, people_with_email
from lib.identifiers import plain_email


class PersonBackend(AuthenticationBackend):
    """The library's way to check a password, for whoever may enter."""

    def user_can_authenticate(self, user: AbstractBaseUser) -> bool:
        """Django asks this at sign-in and at each request."""
        return isinstance(user, User) and user.may_enter


class NotAnIdentifier(ValueError):
    """What was typed cannot be a DNI, a carné or an e-mail; the message is for the person."""


def check_identifier(typed: str) -> None:
    """Tell a slip of the fingers before anything is looked up: the text depends on what was typed,
    never on who exists.
    """
    if "@" in typed:
        if refusal := spaces_refusal(plain_email(typed)):
            raise NotAnIdentifier(refusal)
        return
    number = documents.bare_number(typed)
    if number.isdigit() and not 8 <= len(number) <= 12:
        raise NotAnIdentifier(
            _("El DNI tiene 8 números. Escribiste %(count)d.") % {"count": len(number)}
        )
    if not (
        number.isascii() and (number.isdigit() or (number.isalnum() and 9 <= len(number) <= 12))
    ):
        raise NotAnIdentifier(
            _("Escribe los 8 números de tu DNI, tu carné de extranjería o tu correo completo.")
        )


def resolve_username(typed: str) -> str:
    """Return the opaque name of the person behind a DNI, a carné de extranjería or an e-mail.

    Somebody unknown gets a keyed stand-in, so that the library's limiter keeps nothing personal and
    a miss takes the same path, with the same number of statements and one password hash, as a wrong
    password.
    """
    if "@" in typed:
        key = plain_email(typed)
        people = people_with_email(key)
    else:
        key = documents.bare_number(typed)
        people = people_with_document(typed)
    # Who has two accounts in one enters that one with the data of both.
    names = people.values_list(Coalesce("merged_into__username", "username"), flat=True)
    return names.first() or documents.stand_in(key)
