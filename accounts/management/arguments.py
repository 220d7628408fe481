"""Reads what commands about people are told, and answers in one sentence."""

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.documents import seems_to_hold_number
from accounts.models import RoleGrant, User
from accounts.permissions import holds_role, trust_on_server
from accounts.queries import people_with_email
from lib.identifiers import plain_email
from lib.texts import as_written, tidied


def person_named(email: str) -> User:
    """Return the person with an e-mail.

    Raises CommandError when there is none, or they cannot sign in.
    """
    person = people_with_email(plain_email(email)).first()
    if person is None:
        raise CommandError(
            _("Nadie tiene el correo %(email)s. Que se registre primero en /cuenta/registro/.")
            % {"email": email}
        )
    if not person.may_enter:
        raise CommandError(_("La cuenta de %(email)s está desactivada.") % {"email": email})
    return person


def operator_named(email: str) -> User:
    """Return the operator who acts.

    Raises CommandError when the person holds no such role today.
    """
    if not people_with_email(plain_email(email)).exists():
        raise CommandError(
            _(
                "Nadie tiene el correo %(email)s: en --as va el correo del operador que da la "
                "orden, no su documento."
            )
            % {"email": email}
        )
    operator = person_named(email)
    trust_on_server(operator)
    if not holds_role(operator, RoleGrant.Role.OPERATOR):
        raise CommandError(
            _("%(email)s no es operador hoy: en --as va quien da la orden.") % {"email": email}
        )
    return operator


def role_named(role: str) -> str:
    """Return a role. Raises CommandError with the roles that exist."""
    if role not in RoleGrant.Role.values:
        raise CommandError(
            _("No existe el rol «%(role)s». Hay: %(roles)s.")
            % {"role": role, "roles": ", ".join(RoleGrant.Role.values)}
        )
    return role


def reason_told(typed: str, longest: int) -> str:
    """Return why something is done, as it will be kept.

    Raises CommandError for none, one that is too long, and one that seems to hold the number of a
    document: what is kept for good is never corrected.
    """
    reason = as_written(tidied(typed)).strip()
    if not 1 <= len(reason) <= longest:
        raise CommandError(_("El motivo lleva de 1 a %(limit)d letras.") % {"limit": longest})
    if seems_to_hold_number(reason):
        raise CommandError(
            _("Parece que el motivo tiene el número de un documento. Bórralo; si no lo es, "
              "escríbelo sin todos sus números seguidos.")
        )  # fmt: skip
    return reason


def person_with_role(email: str, role: str) -> RoleGrant:
    """Return the grant in force, of an account that may be out of use.

    Raises CommandError when there is none.
    """
    grants = RoleGrant.objects.filter(
        RoleGrant.not_ended(timezone.localdate()), role=role
    ).select_related("user")
    grant = grants.filter(user__in=people_with_email(plain_email(email))).first()
    if grant is None:
        raise CommandError(
            _("%(email)s no tiene el rol %(role)s.") % {"email": email, "role": role}
        )
    return grant
