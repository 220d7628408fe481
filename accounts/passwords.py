"""Hashes few passwords at a time, and refuses those that everybody knows, in words that help."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import ScryptPasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator as DjangoCommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LengthValidator:
    """The shortest password that is taken, said with what is missing."""

    def __init__(self, min_length: int):
        self.min_length = min_length

    def validate(self, password: str, user: object = None) -> None:
        """Refuse a short password. Raises ValidationError with the text for the person."""
        missing = self.min_length - len(password)
        if missing > 0:
            told = (
                "Usa al menos %(least)d letras o números. Te falta %(missing)d.",
                "Usa al menos %(least)d letras o números. Te faltan %(missing)d.",
            )
            text = ngettext(*told, missing) % {"least": self.min_length, "missing": missing}
            raise ValidationError(text, code="password_too_short")

    def get_help_text(self) -> str:
        """Return the rule, as Django asks for it."""
        return _("Al menos %(least)d letras o números.") % {"least": self.min_length}


class CommonPasswordValidator(DjangoCommonPasswordValidator):
    """Django's list, with our text (reliability.md section 7, row 19)."""

    def validate(self, password, user=None):
        try:
            super().validate(password, user)
        except ValidationError:
            message = _("Esta contraseña es muy conocida. Usa una frase de tres o más palabras.")
            raise ValidationError(message, code="password_too_common") from None


class PatientScryptHasher(ScryptPasswordHasher):
    """Django's hasher, two hashes at a time in each process: a class that signs in together leaves processors to who reads.

    Nobody is refused: the others wait, and give their connection to the database back meanwhile.
    """

    turns = BoundedSemaphore(2)

    def encode(self, password, salt, n=None, r=None, p=None):
        if not self.turns.acquire(blocking=False):
            if not connection.in_atomic_block:
                connection.close()
            self.turns.acquire()
        try:
            return super().encode(password, salt, n, r, p)
        finally:
            self.turns.release()
