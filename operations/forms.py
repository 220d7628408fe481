"""Validates what people ask for in Help."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.free_texts import WarnsOfDocuments
from lib.text_fields import FreeTextField, LineField


class HelpForm(WarnsOfDocuments):
    """A question, and how to answer it if the person wants an answer."""

    free_texts = ("text", "contact")

    text = FreeTextField(
        label=_("¿Qué pasó y qué querías hacer?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("No escribas tu documento ni tu contraseña."),
        error_messages={
            "required": _("Escribe tu pregunta."),
            "max_length": _("Tu pregunta es muy larga: escribe hasta 2,000 letras."),
        },
    )
    contact = LineField(
        label=_("Correo o teléfono para responderte"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Solo si quieres respuesta."),
    )
