"""Validates a person whom somebody adds who looks after their institution."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.documents import InvalidDocument, clean_number
from accounts.free_texts import WarnsOfDocuments
from accounts.limits import Limit
from accounts.models import Organisation, User
from lib.identifiers import read_uuid
from lib.text_fields import NameField
from roster.adding import MOST_SHOWN, places_to_add_to
from roster.forms import line


class PersonForm(WarnsOfDocuments):
    """Who somebody is and where they serve; no e-mail: a printed slip lets them in."""

    free_texts = ("cargo",)
    limit: Limit | None = None

    first_name = line(_("Nombres"), _("Escribe sus nombres."), NameField)
    last_name = line(
        _("Apellidos"),
        _("Escribe sus apellidos."),
        NameField,
        help_text=_("Como están en su documento: así saldrán en su certificado."),
    )
    document_type = forms.ChoiceField(
        label=_("Documento"),
        choices=User.DocumentType.choices,
        initial=User.DocumentType.DNI,
        widget=forms.RadioSelect,
        error_messages={"required": _("Elige qué documento es.")},
    )
    number = forms.CharField(
        label=_("Número del documento"),
        max_length=60,
        error_messages={"required": _("Escribe el número de su documento.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Con él ingresará. Cópialo del documento a la vista: se guarda cifrado."),
    )
    cargo = line(_("Cargo"))
    entidad = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "entidad"}))

    def __init__(
        self,
        data=None,
        *,
        actor: User,
        choices: Sequence[Organisation],
        initial: dict | None = None,
    ):
        only = choices[0] if len(choices) == 1 else None
        super().__init__(
            data, initial={"entidad": str(only.uuid) if only else "", **(initial or {})}
        )
        self.actor = actor
        self.is_searching = places_to_add_to(actor).count() > MOST_SHOWN

    def clean_entidad(self) -> Organisation:
        """Return the institution that was marked, one of the scope."""
        uuid = read_uuid(self.cleaned_data["entidad"])
        place = places_to_add_to(self.actor).filter(uuid=uuid).first() if uuid else None
        if place is None:
            raise ValidationError(_t("Marca su entidad, una de tu ámbito."))
        return place

    def clean(self):
        data = super().clean()
        kind, number = data.get("document_type"), data.get("number")
        if kind and number:
            try:
                data["number"] = clean_number(kind, number)
            except InvalidDocument as error:
                self.add_error("number", str(error))
        return data

    def facts(self) -> dict[str, object]:
        """Return who is added and where, once the form is valid."""
        data = self.cleaned_data
        names = ("first_name", "last_name", "document_type", "number")
        told = {name: data[name] for name in names}
        return {**told, "organisation": data["entidad"], "post": data["cargo"]}
