"""Validates the request to be erased, and the words in which it is declined."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.current_password import AsksPasswordAgain, PasswordForm
from accounts.free_texts import WarnsOfDocuments
from lib.text_fields import FreeTextField


class ErasureForm(PasswordForm, AsksPasswordAgain):
    """Asks to be erased, knowing what goes and what stays."""

    understands = forms.BooleanField(
        label=_("Entiendo que no podré volver a ingresar con esta cuenta"),
        error_messages={
            "required": _("Marca que entiendes que no podrás volver a ingresar con esta cuenta.")
        },
    )
    field_order = ["understands", "password"]


class DeclineForm(WarnsOfDocuments):
    """Why a request is not carried out, in words for the person."""

    free_texts = ("reason",)

    reason = FreeTextField(
        label=_("Motivo, para la persona"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Escribe el motivo: la persona lo leerá.")},
    )
