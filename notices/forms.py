"""Validates on which telephone a person wants short messages."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from lib.text_fields import LineField

_MOBILE = re.compile(r"(?:\+?51)?(9\d{8})", re.ASCII)


class ShortMessageForm(forms.Form):
    """A telephone, and that its person agrees."""

    telephone = LineField(
        label=_("Tu celular"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("Nueve números, como 987 654 321."),
        error_messages={"required": _("Escribe tu celular.")},
    )
    agrees = forms.BooleanField(
        label=_("Quiero recibir recordatorios en este celular"),
        error_messages={"required": _("Marca que quieres recibirlos.")},
    )

    def clean_telephone(self):
        """Return the number with the code of Peru."""
        found = _MOBILE.fullmatch(re.sub(r"[\s().-]", "", self.cleaned_data["telephone"]))
        if found is None:
            raise ValidationError(
                _t("Escribe un celular del Perú: nueve números, y el primero es 9.")
            )
        return f"+51{found[1]}"
