"""Validates what operators write of incidents."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.free_texts import WarnsOfDocuments
from lib.identifiers import read_uuid
from lib.text_fields import CountField, FreeTextField, LineField
from operations.forms import MomentField
from operations.incidents import STEPS, Told
from operations.models import IncidentEntry

Kind = IncidentEntry.Kind
OLDEST = timedelta(days=3650)
WHAT_TO_WRITE = {
    Kind.CONTAINED: _("Contención: qué se detuvo, o por qué no hizo falta"),
    Kind.EVIDENCE: _("Evidencia: qué se guardó y dónde, o por qué no"),
    Kind.AUTHORITY: _("Autoridad: qué se avisó, a quién y con qué número, o por qué no"),
    Kind.AFFECTED: _("Personas afectadas: qué se les avisó y cómo, o por qué no"),
}


class PastField(MomentField):
    """A moment that has passed."""

    def validate(self, value: datetime | None) -> None:
        """Refuse what has not happened yet, and what no site of ours saw."""
        super().validate(value)
        now = timezone.now()
        if value and value > now:
            raise ValidationError(_t("Todavía no pasó. Escribe un momento anterior a ahora."))
        if value and value < now - OLDEST:
            raise ValidationError(_t("Es hace más de diez años. Revisa el año."))


class _OfIncident(WarnsOfDocuments):
    """A form that is one act however often it is sent."""

    act = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {"act": uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def clean_act(self) -> UUID:
        """Return the identifier of the act; what is none gets one."""
        return read_uuid(self.cleaned_data["act"]) or uuid4()


class OpenForm(_OfIncident):
    """What is known of an incident at its beginning."""

    free_texts = ("title", "what", "scope")

    title = LineField(
        label=_("En pocas palabras"),
        max_length=120,
        help_text=_("Como: «Laptop perdida con una sesión abierta». Sin nombres ni documentos."),
        error_messages={"required": _("Escríbelo en pocas palabras.")},
    )
    detected_at = PastField(
        label=_("Cuándo se detectó"),
        help_text=_("Día y hora de Lima en que alguien de la institución lo notó. Desde aquí "
                    "cuentan las 48 horas, y no se cambia después."),
    )  # fmt: skip
    what = FreeTextField(
        label=_("Qué pasó"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Escribe qué pasó, aunque no lo sepas todo.")},
    )
    scope = FreeTextField(
        label=_("Qué datos están en riesgo"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Como: nombres, documentos y cargos de participantes de una región."),
        error_messages={"required": _("Escribe qué datos, o que todavía no se sabe.")},
    )
    people = CountField(
        label=_("De cuántas personas"),
        min_value=0,
        max_value=50_000_000,
        required=False,
        help_text=_("Déjalo vacío si todavía no se sabe."),
        error_messages={"invalid": _("Escribe un número, o déjalo vacío.")},
    )

    def scope_told(self) -> Told:
        """Return which data are at risk."""
        return Told(Kind.SCOPE, self.cleaned_data["scope"], people=self.cleaned_data["people"])


class NoteForm(_OfIncident):
    """One thing that was learned or done."""

    free_texts = ("words",)

    kind = forms.ChoiceField(label=_("Qué anotas"))
    words = FreeTextField(
        label=_("Anotación"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("No se puede cambiar después: si algo era falso, anótalo. Sin documentos."),
        error_messages={"required": _("Escribe la anotación.")},
    )
    done_at = PastField(
        label=_("Cuándo se hizo"),
        required=False,
        help_text=_("Para medidas y avisos. Día y hora de Lima."),
    )
    is_skipped = forms.BooleanField(
        label=_("Este paso no corresponde: lo explico arriba"), required=False
    )
    people = CountField(
        label=_("De cuántas personas"),
        min_value=0,
        max_value=50_000_000,
        required=False,
        help_text=_("Solo al anotar qué datos."),
        error_messages={"invalid": _("Escribe un número, o déjalo vacío.")},
    )

    def __init__(self, *args, is_closed: bool, detected_at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.detected_at = detected_at
        field: forms.ChoiceField = self.fields["kind"]
        kinds = [Kind.NOTE] if is_closed else [kind for kind in Kind if kind != Kind.CLOSED]
        field.choices = [(kind.value, kind.label) for kind in kinds]
        field.error_messages["invalid_choice"] = (
            _t("El incidente ya se cerró y no toma más pasos. Deja tu texto como otra anotación.")
            if is_closed
            else _t("Elige de la lista qué anotas.")
        )
        if is_closed:
            for name in ("done_at", "is_skipped", "people"):
                del self.fields[name]

    def clean(self):
        """Ask when a step was done, or for its reason alone."""
        data = super().clean()
        kind = data.get("kind")
        is_step = kind in STEPS
        if data.get("is_skipped") and not is_step:
            self.add_error("is_skipped", _t("Solo un paso de la lista puede no corresponder."))
        elif data.get("is_skipped") and data.get("done_at"):
            self.add_error("done_at", _t("Si no corresponde, deja vacío cuándo se hizo."))
        elif is_step and not (data.get("is_skipped") or data.get("done_at") or self.errors):
            self.add_error("done_at", _t("Escribe cuándo se hizo, o marca que no corresponde."))
        done_at = data.get("done_at")
        if kind in {Kind.AUTHORITY, Kind.AFFECTED} and done_at and done_at < self.detected_at:
            # It stops the 48 hours, and cannot be taken back.
            told = {
                "at": date_format(timezone.localtime(self.detected_at), "SHORT_DATETIME_FORMAT")
            }
            words = _t("Es anterior a cuando se detectó (%(at)s). Revisa el día y el mes.")
            self.add_error("done_at", words % told)
        if data.get("people") is not None and kind != Kind.SCOPE:
            self.add_error("people", _t("Cuántas personas va con «Qué datos y de cuántas "
                                        "personas». Bórralo, o elige esa anotación."))  # fmt: skip
        return data

    def told(self) -> Told:
        """Return what is to be appended."""
        data: dict[str, Any] = self.cleaned_data
        rest = {name: data.get(name) for name in ("done_at", "people")}
        return Told(data["kind"], data["words"], is_skipped=bool(data.get("is_skipped")), **rest)


class CloseForm(WarnsOfDocuments):
    """What is missing before an incident is closed: of each step when, and what or why not."""

    def __init__(self, *args, missing: Iterable[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.missing = list(missing)
        for step in self.missing:
            self.fields[f"{step}_words"] = FreeTextField(
                label=WHAT_TO_WRITE[Kind(step)],
                max_length=3000,
                widget=forms.Textarea(attrs={"rows": 3}),
                error_messages={"required": _t("Escribe qué se hizo, o por qué no.")},
            )
            self.fields[f"{step}_at"] = PastField(
                label=_t("Cuándo"),
                required=False,
                help_text=_t("Déjalo vacío si no se hizo."),
            )
        self.fields["words"] = FreeTextField(
            label=_t("Qué cambia para que no se repita"),
            max_length=3000,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"required": _t("Escribe qué cambia.")},
        )
        self.free_texts = ("words", *(f"{step}_words" for step in self.missing))

    def steps(self) -> dict[str, Told]:
        """Return what was written of each step."""
        told = {}
        for step in self.missing:
            words, at = self.cleaned_data[f"{step}_words"], self.cleaned_data[f"{step}_at"]
            told[step] = Told(step, words, done_at=at, is_skipped=at is None)
        return told

    def as_note(self) -> str:
        """Return all that was written as one text, for an incident that somebody else closed."""
        written = []
        for name, field in self.fields.items():
            text = str(self.data.get(name, "")).strip()
            if text and isinstance(field, FreeTextField | PastField):
                written.append(f"{field.label}: {text}")
        return "\n".join(written)
