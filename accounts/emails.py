"""Says in words why a text is no e-mail that can be kept: the one rule of forms and commands."""

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

LONGEST_EMAIL = 254  # that of the column
# "localhost" is this machine, and letters to it would reach its owner.
validate_email = EmailValidator(allowlist=())


def email_refusal(email: str) -> str:
    """Return the sentence that says why a text is no e-mail, or an empty text when it is one."""
    name, at, host = email.rpartition("@")
    if len(email) > LONGEST_EMAIL:
        return _("Un correo lleva hasta %(count)d letras.") % {"count": LONGEST_EMAIL}
    if email.count("@") > 1:
        return _("Escribe un solo correo.")
    if refusal := spaces_refusal(email):
        return refusal
    if at and not name.isascii():  # few mail servers take such names
        return _("Usa un correo sin tildes ni ñ antes de la @.")
    try:
        validate_email(email)
    except ValidationError:
        is_complete = False
    else:
        is_complete = not host.startswith("[")  # a number of a machine is nobody's mail
    if not is_complete:
        return _("Escribe el correo completo: nombre@ejemplo.pe.")
    return ""


def spaces_refusal(email: str) -> str:
    """Return the sentence that says that spaces part an e-mail, with the one that was probably
    meant, or an empty text.
    """
    words = email.split()
    if len(words) < 2 or email.count("@") != 1:
        return ""
    likely = "".join(words)
    if len(words) == 2 and not email_refusal(likely):
        told = _("Un correo no lleva espacios. Si es %(email)s, escríbelo así.")
        return told % {"email": likely}
    return _("Un correo no lleva espacios. Escribe el correo solo, sin otras palabras.")
