"""Resolves what a person typed to their opaque sign-in name, before the sign-in library sees
anything personal.
"""

from dataclasses import dataclass

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts import documents
from accounts.emails import spaces_refusal
from accounts.models import User
from accounts.queries import people_with_document, people_with_email
from accounts.shared_device import DeviceRequest
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


@dataclass(frozen=True)
class Identity:
    """Whom a typed identifier means, by their opaque name, and the identifier itself, alike for
    every way of writing it. `password` is the digest that is in force, empty for nobody's.

    What is told of tries depends on `typed` alone: a count that two identifiers shared would tell
    which document belongs to which e-mail.
    """

    username: str
    typed: str
    password: str = ""


class EnteringRequest(DeviceRequest):
    """A request of somebody at the door, with whom they say they are."""

    identity: Identity


def resolve(typed: str) -> Identity:
    """Return who is behind a DNI, a carné de extranjería or an e-mail.

    Somebody unknown gets a keyed stand-in, so that the library's limiter keeps nothing personal and
    a miss takes the same path, with the same number of statements and one password hash, as a wrong
    password.
    """
    if "@" in typed:
        key = plain_email(typed).lower()
        people = people_with_email(key)
    else:
        readings = {documents.bare_number(typed, kind) for kind in User.DocumentType.values}
        key = " ".join(sorted(readings))
        people = people_with_document(typed)
    # Who has two accounts in one enters that one with the data of both.
    found = people.values_list(
        Coalesce("merged_into__username", "username"), Coalesce("merged_into__password", "password")
    ).first()
    username, password = found or (documents.stand_in(key), "")
    return Identity(username, key, password)


def resolve_username(typed: str) -> str:
    """Return the opaque name of who is behind a typed identifier, as `resolve` does."""
    return resolve(typed).username
