"""Validates the code that a person typed to verify a certificate."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from certificates.codes import LENGTH, is_well_formed, normalise

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
        code = normalise(self.cleaned_data["codigo"][:MAXIMUM_TYPED])
        if not code:
            raise ValidationError(self.fields["codigo"].error_messages["required"])
        if not is_well_formed(code):
            refusal = refusal_of(code)
            if len(code) < LENGTH and OTHER_NUMBER.fullmatch(self.cleaned_data["codigo"].strip()):
                refusal = f"{refusal} {NOT_THE_CODE}"
            raise ValidationError(refusal)
        return code


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
