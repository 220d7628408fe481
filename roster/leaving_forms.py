"""Validates who leaves an institution, since when, and why."""

from datetime import date
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.free_texts import WarnsOfDocuments
from accounts.models import ReasonedAct
from lib.identifiers import read_uuid
from lib.text_fields import LineField
from roster.files.sheets import UnreadableSheet
from roster.forms import ReasonForm
from roster.leaving_lists import documents_of_file


class PastDayField(forms.DateField):
    """A day until today."""

    def __init__(self, **options):
        super().__init__(
            label=_("Último día en el cargo"),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={
                "required": _("Escribe su último día en el cargo."),
                "invalid": _("Escribe una fecha, como 31/12/2026."),
            },
            **options,
        )

    def validate(self, value: date | None) -> None:
        """Refuse a day to come: a post ends when it ended."""
        super().validate(value)
        if value and value > timezone.localdate():
            raise ValidationError(
                _t("Ese día todavía no llega. Escribe hoy o un día que ya pasó, o vuelve ese día.")
            )


class PostEndForm(ReasonForm):
    """Since when a person does not serve where they do."""

    ended_on = PastDayField(initial=timezone.localdate)


def marked_in(data: QueryDict) -> set[str]:
    """Return the names of the people whom a form marks; with a NUL, which PostgreSQL takes in no
    text, it is nobody's.
    """
    return {name for name in data.getlist("people") if "\0" not in name}


class MarkedForm(WarnsOfDocuments):
    """People whom an act reaches, marked in a list that the page draws, and why."""

    free_texts = ("reason",)

    people = forms.MultipleChoiceField(
        widget=forms.MultipleHiddenInput,
        error_messages={
            "required": _("Marca al menos a una persona."),
            "invalid_choice": _("Marca otra vez a las personas: algo de lo enviado no es nadie."),
        },
    )
    reason = LineField(
        label=_("Motivo"),
        max_length=ReasonedAct._meta.get_field("reason").max_length,
        error_messages={"required": _("Escribe por qué lo haces: queda junto al cambio.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    uuid = forms.CharField(required=False, widget=forms.HiddenInput)
    example: str | Promise = ""

    def __init__(self, data=None, *, initial=None):
        super().__init__(data, initial={"uuid": uuid4(), **(initial or {})})
        marked = marked_in(data) if data else set()
        self.fields["people"].choices = [(name, "") for name in marked]  # type: ignore[attr-defined]
        self.fields["reason"].help_text = str(self.example)

    def clean_uuid(self):
        """Return the identifier of the page, or a fresh one."""
        return read_uuid(self.cleaned_data["uuid"]) or uuid4()


class LeavingForm(MarkedForm):
    """Who leaves an institution, and since when."""

    ended_on = PastDayField(initial=timezone.localdate)
    example = _("Por ejemplo: terminó la gestión 2023–2026.")

    field_order = ("people", "ended_on", "reason")


class PutBackForm(MarkedForm):
    """Whose post ended by mistake."""

    example = _("Por ejemplo: la marqué por error en la lista de salida.")


class LeavingListForm(forms.Form):
    """Who leaves, as a list of documents: pasted, or in a spreadsheet that is added to it; `sheet`
    is the title of the one that was read, where its file has others.
    """

    sheet = ""

    documents = forms.CharField(
        label=_("Sus documentos"),
        required=False,
        max_length=40_000,
        strip=False,  # lines keep their numbers
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Uno por línea: DNI o carné de extranjería. Hasta 500."),
        error_messages={"max_length": _("Tu lista es muy larga. Divídela en dos.")},
    )
    file = forms.FileField(
        label=_("O un archivo"),
        required=False,
        allow_empty_file=True,
        help_text=_("Excel (.xlsx) o CSV, hasta 5 MB, con una columna «DNI» o solo los números."),
        error_messages={"invalid": _("El archivo no llegó. Elígelo otra vez.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt,text/csv"}),
    )

    def clean(self) -> dict[str, object]:
        """Add what the file holds to what was typed, so that all of it stays on the page."""
        data: dict[str, object] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        typed, file = data["documents"], data.get("file")
        if file:
            try:
                found = documents_of_file(file.read())
            except UnreadableSheet as refusal:
                self.add_error("file", str(refusal))
                return data
            typed = "\n".join(filter(None, [typed.rstrip(), *found.lines]))
            self.sheet = found.title
            self.data = self.data.copy()
            self.data["documents"] = data["documents"] = typed
        if not typed.strip():
            self.add_error(
                "documents", _t("Pega sus documentos, uno por línea, o elige un archivo.")
            )
        return data

    @property
    def kept(self) -> str:
        """What stays in the box of the list."""
        return self["documents"].value() or ""
