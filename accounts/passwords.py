"""Refuses passwords that everybody knows, in words that help."""

from django.contrib.auth.password_validation import CommonPasswordValidator as DjangoCommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class CommonPasswordValidator(DjangoCommonPasswordValidator):
    """Django's list, with our text (reliability.md section 7, row 19)."""

    def validate(self, password, user=None):
        try:
            super().validate(password, user)
        except ValidationError:
            message = _("Esta contraseña es muy conocida. Usa una frase de tres o más palabras.")
            raise ValidationError(message, code="password_too_common") from None
