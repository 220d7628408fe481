"""Validates the code that a person typed to verify a certificate."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from certificates.codes import is_well_formed, normalise

# Longest text that is looked at: a code with generous separators.
MAXIMUM_TYPED = 100

MALFORMED = _("Ese código no es correcto: revisa el último grupo. No usamos las letras I, L, O ni U.")


class VerificationForm(forms.Form):
    """One field; what was typed stays in it."""

    codigo = forms.CharField(
        label=_("Código del certificado"),
        help_text=_("Cinco grupos de cuatro. Da igual si escribes espacios o minúsculas."),
        strip=False,
        widget=forms.TextInput(
            attrs={"maxlength": MAXIMUM_TYPED, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Escribe el código: está junto al QR del certificado.")},
    )

    def clean_codigo(self) -> str:
        """Return the code as it is stored."""
        code = normalise(self.cleaned_data["codigo"][:MAXIMUM_TYPED])
        if not code:
            raise ValidationError(self.fields["codigo"].error_messages["required"])
        if not is_well_formed(code):
            raise ValidationError(MALFORMED)
        return code
