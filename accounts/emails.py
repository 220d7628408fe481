"""Says in words why a text is no e-mail that can be kept: the one rule of forms and commands."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

LONGEST_EMAIL = 254  # that of the column


def email_refusal(email: str) -> str:
    """Return the sentence that says why a text is no e-mail, or an empty text when it is one."""
    name, at, _host = email.rpartition("@")
    if len(email) > LONGEST_EMAIL:
        return _("Un correo lleva hasta %(count)d letras.") % {"count": LONGEST_EMAIL}
    if email.count("@") > 1:
        return _("Escribe un solo correo.")
    if at and not name.isascii():  # few mail servers take such names
        return _("Usa un correo sin tildes ni ñ antes de la @.")
    try:
        validate_email(email)
    except ValidationError:
        return _("Escribe el correo completo: nombre@ejemplo.pe.")
    return ""
