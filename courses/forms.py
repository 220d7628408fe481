"""Reads why an operator publishes without a review."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.free_texts import WarnsOfDocuments
from lib.text_fields import FreeTextField


class ReasonForm(WarnsOfDocuments):
    """One sentence that stays with the published revision."""

    free_texts = ("reason",)

    reason = FreeTextField(
        label=_("Motivo"),
        help_text=_("Queda en el registro, con tu nombre y la fecha."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
