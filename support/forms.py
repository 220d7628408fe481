"""Validates what people ask for in Help."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.email_slips import WarnsOfEmailSlips
from accounts.free_texts import WarnsOfDocuments
from lib.codes import visible_text
from lib.identifiers import emails_in, has_word_before_email
from lib.text_fields import FreeTextField, LineField

# Six to nine digits, parted or not, after the code of Peru or without it.
_TELEPHONE = re.compile(
    r"(?<![\d+])(?:(?:\+|00)51[ .-]?)?(?:\(?\d[ ().-]{0,2}){5,8}\d(?!\d)", re.ASCII
)


class HelpForm(WarnsOfEmailSlips, WarnsOfDocuments):
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

    def clean_contact(self):
        """Refuse what nobody could answer by; words around an address or a number may stay."""
        contact = self.cleaned_data["contact"]
        if contact and not (first_email(contact) or has_telephone(contact)):
            raise ValidationError(
                _t(
                    "Escribe un correo completo, como nombre@ejemplo.pe, o un teléfono de 6 a 9 "
                    "números. También puedes dejarlo vacío."
                )
            )
        return self.of_its_owner(contact)

    def of_its_owner(self, contact: str) -> str:
        """Return how to answer. Raises ValidationError the first time for an e-mail beside a word
        that may be a part of it: the answer would reach somebody else.
        """
        email = first_email(contact)
        if not email or not has_word_before_email(contact) or self.data.get("email_seen") == email:
            return contact
        self.data = self.data.copy()
        self.data["email_seen"] = email
        told = _t(
            "Un correo no lleva espacios: te responderemos a %(email)s. Corrígelo, o envía otra "
            "vez si es ese."
        )
        raise ValidationError(told % {"email": email}, code="suggestion")


class AnswerForm(WarnsOfDocuments):
    """What is answered to a question."""

    free_texts = ("text",)

    text = FreeTextField(
        label=_("Tu respuesta"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Hasta 3,000 letras. No escribas documentos, notas ni contraseñas."),
        error_messages={
            "required": _("Escribe la respuesta, o lo que le dijiste por teléfono."),
            "max_length": _("Tu respuesta es muy larga: escribe hasta 3,000 letras."),
        },
    )


def first_email(text: str) -> str:
    """Return the first e-mail in a text, or an empty text: whoever left several is answered at
    one.
    """
    for email in emails_in(text):
        try:
            validate_email(email)
        except ValidationError:
            continue
        return email
    return ""


def has_telephone(text: str) -> bool:
    """Say whether a telephone of Peru stands in a text."""
    return bool(_TELEPHONE.search(visible_text(text)))
