"""Validates who becomes the first operator of a site."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.current_password import AsksPasswordAgain, ChoosesPassword, password_field
from accounts.forms import PASSWORD_HINT, WithEmail, WithNames


class OpeningForm(WithNames, WithEmail, AsksPasswordAgain, ChoosesPassword):
    """Who becomes the first operator."""

    said_of_person = ("email", "first_name", "last_name")

    password = password_field(
        _("Contraseña"), "new-password", _("Escribe una contraseña."), help_text=PASSWORD_HINT
    )
    accepts = forms.BooleanField(
        label=_("Leí el aviso de privacidad y lo acepto"),
        error_messages={
            "required": _(
                "Para crear tu cuenta, lee el aviso de privacidad y marca que lo aceptas."
            )
        },
    )
    field_order = ["first_name", "last_name", "email", "password", "accepts"]
