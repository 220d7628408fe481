"""Validates the code that a person typed to verify a certificate."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from certificates.codes import (
    LENGTH,
    is_well_formed,
    normalise,
    plain_address,
    written_codes,
)
from lib.codes import plain_characters

# Longest text that is looked at: the whole address of a certificate, pasted with what stood around
# it.
MAXIMUM_TYPED = 300

# What stands beside the code and is taken for it: «N.º 782», or the document of the person.
OTHER_NUMBER = re.compile(
    r"(?:N\s*[.:]*\s*[º°o]?\s*[.:]*|n[uú]mero|DNI|CE|#)?\s*[\d .-]{1,12}", re.I
)
NOT_THE_CODE = _(
    "El número del certificado y el documento de la persona no son el código: está junto al QR."
)
NO_SUCH_CODE = _(
    "Ese código no existe. Compáralo letra por letra con el del certificado. Si está igual, "
    "desconfía del certificado y avísanos desde Ayuda."
)

# As which a NUL of an address comes here.
UNREADABLE = "\ufffd"
NO_CODE_IN_TEXT = _(
    "No encontramos un código en lo que pegaste. Pega solo el código: son 20 caracteres, junto al "
    "QR del certificado."
)
SEVERAL_CODES = _("Pegaste más de un código. Deja uno y busca después el otro.")


class VerificationForm(forms.Form):
    """One field; what was typed stays in it."""

    codigo = forms.CharField(
        label=_("Código del certificado"),
        help_text=_("Cinco grupos de cuatro. Da igual si escribes espacios o minúsculas."),
        strip=False,
        widget=forms.TextInput(
            attrs={
                "maxlength": MAXIMUM_TYPED,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Escribe el código: está junto al QR del certificado.")},
    )

    def clean_codigo(self) -> str:
        """Return the code as it is stored."""
        typed = self.cleaned_data["codigo"][:MAXIMUM_TYPED]
        if UNREADABLE in typed:
            raise ValidationError(ProhibitNullCharactersValidator.message)
        code, written = normalise(typed), written_codes(typed)
        if not code:
            raise ValidationError(self.fields["codigo"].error_messages["required"])
        if sum(map(is_well_formed, written)) > 1:
            raise ValidationError(SEVERAL_CODES)
        if not is_well_formed(code):
            if is_text_without_code(typed, written):
                raise ValidationError(NO_CODE_IN_TEXT)
            refusal = refusal_of(code)
            if len(code) < LENGTH and OTHER_NUMBER.fullmatch(self.cleaned_data["codigo"].strip()):
                refusal = f"{refusal} {NOT_THE_CODE}"
            raise ValidationError(refusal)
        return code


def is_text_without_code(typed: str, written: list[str]) -> bool:
    """Say whether what was typed is some sentence, in which nothing is written as a code: whoever
    pasted it has no false certificate in hand.
    """
    characters = len(plain_characters(plain_address(typed)))
    is_chance = len(normalise(typed)) == LENGTH < characters
    is_long = len(typed.split()) > 1 and characters > 2 * LENGTH
    return not written and (is_chance or is_long)


def refusal_of(code: str) -> str:
    """Return why a text is no code: what is missing, what is too much, or that there is no such
    code; nobody knows which part is wrong.
    """
    missing = LENGTH - len(code)
    counts = {"count": abs(missing), "length": LENGTH}
    if missing > 0:
        return (
            ngettext(
                "Falta %(count)d carácter: el código tiene %(length)d.",
                "Faltan %(count)d caracteres: el código tiene %(length)d.",
                missing,
            )
            % counts
        )
    if missing < 0:
        return (
            ngettext(
                "Sobra %(count)d carácter: el código tiene %(length)d.",
                "Sobran %(count)d caracteres: el código tiene %(length)d.",
                -missing,
            )
            % counts
        )
    return str(NO_SUCH_CODE)
