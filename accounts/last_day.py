"""Reads the last day of a role: every role but an operator's has one (decision 0032)."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

LATEST = date(2100, 1, 1)


class LastDayField(forms.DateField):
    """A day from today on."""

    def __init__(self, **options):
        super().__init__(
            label=_("Último día del rol"),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={
                "required": _("Escribe el último día del rol."),
                "invalid": _("Escribe una fecha, como 31/03/2027."),
            },
            **options,
        )

    def validate(self, value: date | None) -> None:
        """Refuse a day that is over, and one that nobody means."""
        super().validate(value)
        if value and value < timezone.localdate():
            raise ValidationError(_now("Ese día ya pasó. Escribe uno que esté por venir."))
        if value and value >= LATEST:
            raise ValidationError(_now("Escribe un día antes del año 2100."))
