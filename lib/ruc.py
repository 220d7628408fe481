"""Takes the RUC of an institution: eleven digits, of which the last checks the others."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from stdnum.exceptions import InvalidChecksum
from stdnum.pe import ruc

from lib.text_fields import MeasuredField

DIGITS = 11


def plain_ruc(typed: str) -> str:
    """Return what was typed without spaces, points and hyphens, and without the word before it."""
    letters = "".join(letter for letter in typed.upper() if letter not in " .-\u00a0:")
    return letters.removeprefix("RUC")


def ruc_refusal(number: str) -> str:
    """Return the sentence that says why a number is no RUC of an institution; empty when it is."""
    if not number.isascii() or not number.isdigit():
        return _("Un RUC lleva solo números: 11 en total.")
    if len(number) != DIGITS:
        return _("Un RUC tiene 11 números; aquí hay %(count)d.") % {"count": len(number)}
    if not number.startswith("20"):
        return _("El RUC de una institución empieza con 20. Revísalo en su ficha RUC.")
    try:
        ruc.validate(number)
    except InvalidChecksum:
        return _("Un número de este RUC no es el que debe ser. Cópialo otra vez de su ficha RUC.")
    return ""


def validate_ruc(number: str) -> None:
    """Refuse, with the sentence for the person, what is no RUC of an institution."""
    if refusal := ruc_refusal(number):
        raise ValidationError(refusal, code="not_a_ruc")


class RucFormField(MeasuredField):
    """A RUC as people write it, with spaces, points and hyphens."""

    def read_text(self, text: str) -> str:
        return plain_ruc(text)


class RucField(models.CharField):
    """A RUC: its eleven digits, or nothing."""

    default_validators = [validate_ruc]

    def formfield(self, **kwargs: Any) -> forms.Field | None:  # type: ignore[override]
        """Leave room for what people write between the digits."""
        return super().formfield(**{"form_class": RucFormField, **kwargs, "max_length": 40})
