"""Validates what operators write: on the first day of a site, and to search the trail."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.email_slips import WarnsOfEmailSlips
from accounts.emails import LONGEST_EMAIL, email_refusal
from accounts.free_texts import WarnsOfDocuments
from accounts.last_day import LATEST, LastDayField
from accounts.models import User
from certificates.queries import key_of_code
from lib.folding import sorting_key
from lib.identifiers import plain_email, read_uuid
from lib.text_fields import LineField, NameField
from operations.evidence.bundle import WHY, Why
from operations.trail import THINGS
from privacy.acts import acts_for_others
from provider.models import Provider
from roster.queries import Sought, read_sought
from territory.models import Area

EARLIEST = date(2000, 1, 1)
LONGEST_EVIDENCE, LONGEST_NOTICE = timedelta(days=365), timedelta(days=60)
_KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
_DOCUMENT = re.compile(r"\d{8,12}")
# The name in the address of a card.
_SHORT = re.compile(r"p[0-9a-f]{20}", re.IGNORECASE)


def _key_of(typed: str) -> UUID | None:
    if not _SHORT.fullmatch(typed):
        return read_uuid(typed)
    found = User.objects.filter(username=typed.lower())
    return found.values_list("learner_key", flat=True).first()


def _by_words(choice: tuple[str, str]) -> str:
    return sorting_key(choice[1])


class OneEmail(forms.CharField):
    """An e-mail, read out of what was pasted with it."""

    widget = forms.EmailInput

    def __init__(self, **options):
        missing = {"required": _("Escribe un correo.")}
        super().__init__(max_length=LONGEST_EMAIL, error_messages=missing, **options)

    def clean(self, value):
        email = plain_email(super().clean(value))
        if refusal := email_refusal(email):
            raise ValidationError(refusal)
        return email


class InvitationForm(WarnsOfEmailSlips):
    """Somebody who gets a role and a link to hand over."""

    first_name = NameField(
        label=_("Nombres"), max_length=120, error_messages={"required": _("Escribe sus nombres.")}
    )
    last_name = NameField(
        label=_("Apellidos"),
        max_length=120,
        error_messages={"required": _("Escribe sus apellidos.")},
    )
    email = OneEmail(label=_("Correo"), help_text=_("Con él ingresará. No enviamos nada allí."))

    def clean_email(self) -> str:
        """Ask about a slip: the next letters for this person go there."""
        return self.asked_once(self.cleaned_data["email"])


class FirstRegionForm(InvitationForm):
    """Who coordinates the first area."""

    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Región o área"),
        empty_label=_("Elige"),
        error_messages={
            "required": _("Elige la región."),
            "invalid_choice": _("Elige una región de la lista."),
        },
    )
    last_day = LastDayField()
    field_order = ["area", "first_name", "last_name", "email", "last_day"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        areas: forms.ModelChoiceField = self.fields["area"]
        areas.queryset = Area.objects.in_force()
        # Sorted here: each database sorts «Áncash» elsewhere.
        by_name = sorted(areas.queryset, key=lambda area: sorting_key(area.name))
        areas.choices = [("", areas.empty_label), *((area.pk, area.name) for area in by_name)]


class ProviderForm(forms.ModelForm):
    """The institution behind the site, in short: the rest is on its screen in the editor."""

    class Meta:
        model = Provider
        fields = [
            "name", "short_name", "ruc", "email", "telephone", "address", "legal_basis",
            "officer_name", "officer_email", "first_signer_name", "first_signer_post",
        ]  # fmt: skip
        widgets = {"legal_basis": forms.Textarea(attrs={"rows": 3})}

    def values(self) -> dict[str, str]:
        """Return what is to be stored, as the model tidied it."""
        return {name: getattr(self.instance, name) for name in self.fields}


class DayField(forms.DateField):
    """A day that may be left out."""

    def __init__(self, **options):
        super().__init__(
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Escribe una fecha, como 31/03/2027.")},
            **options,
        )

    def validate(self, value: date | None) -> None:
        """Refuse a year that no moment of ours can have."""
        super().validate(value)
        if value and not EARLIEST <= value < LATEST:
            raise ValidationError(_t("Escribe un día entre 2000 y 2100."))


class MomentField(forms.DateTimeField):
    """A day and an hour of Lima."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **options):
        words = {
            "required": _("Escribe el día y la hora."),
            "invalid": _("Escribe día y hora, como 30/11/2026 15:40."),
        }
        super().__init__(error_messages=words, **options)


class NoticeForm(WarnsOfDocuments):
    """What everybody is told of a time in which the site will not serve."""

    free_texts = ("text",)

    text = LineField(
        label=_("Aviso"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        initial=_("El sitio no abrirá por mantenimiento. Antes, termina y envía lo que tengas "
                  "abierto: el reloj de un cuestionario no se detiene."),
        help_text=_("Lo leen todos, con ingreso o sin él. El día y la hora se escriben solos."),
        error_messages={"required": _("Escribe el aviso.")},
    )  # fmt: skip
    since = MomentField(label=_("Desde"), help_text=_("Día y hora de Lima en que el sitio cierra."))
    until = MomentField(label=_("Hasta"), help_text=_("El aviso se quita solo en ese momento."))

    def clean(self):
        """Refuse what is over, days the wrong way round, and what lasts too long."""
        cleaned = super().clean()
        since, until, now = cleaned.get("since"), cleaned.get("until"), timezone.now()
        if until and until <= now:
            self.add_error("until", _t("Ya pasó. Escribe cuándo volverá el sitio."))
        elif since and until and until <= since:
            self.add_error("until", _t("Es anterior al inicio. Cambia uno de los dos."))
        elif since and until and until - now > LONGEST_NOTICE:
            self.add_error("until", _t("Falta mucho: avisa con 60 días o menos."))
        elif since and now - since > LONGEST_NOTICE:
            self.add_error("since", _t("Empezó hace más de 60 días. Revisa el mes y el año."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return what is to be told, and when."""
        return {name: self.cleaned_data[name] for name in ("text", "since", "until")}


class TestLetterForm(forms.Form):
    """Where a letter is tried."""

    email = OneEmail(label=_("Envía la prueba a"))


class TrailForm(forms.Form):
    """What of the trail is sought: anything may be left out, not everything."""

    who = LineField(
        label=_("Persona"),
        max_length=254,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text=_("Su documento, correo, nombre o identificador. Verás lo que hizo y lo que "
                    "otros hicieron en su registro."),
    )  # fmt: skip
    act = forms.ChoiceField(label=_("Acto"), required=False)
    thing = forms.ChoiceField(label=_("Sobre qué"), required=False)
    key = LineField(
        label=_("Identificador"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("El de la persona, el intento u otro objeto; de un certificado, su código."),
    )
    since = DayField(label=_("Desde el día"))
    until = DayField(label=_("Hasta el día"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, words in (("act", acts_for_others()), ("thing", THINGS)):
            field: forms.ChoiceField = self.fields[name]
            choices = sorted(((key, str(said)) for key, said in words.items()), key=_by_words)
            field.choices = [("", _t("Cualquiera")), *choices]

    def clean_key(self) -> str:
        """Refuse what may be a document: it would stand in the address of the answer."""
        key = self.cleaned_data["key"]
        if _SHORT.fullmatch(key):
            key = str(_key_of(key) or key)
        elif certificate := key_of_code(key):
            key = str(certificate)
        if key and (not _KEY.fullmatch(key) or _DOCUMENT.fullmatch(key)):
            raise ValidationError(
                _t("No es un identificador. Si es un documento, escríbelo en el primer campo.")
            )
        return key

    def clean(self):
        """Refuse a search for everything, and days the wrong way round."""
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            raise ValidationError(_t("Escribe al menos una cosa que buscar: una persona o un día."))
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _t("Es anterior al primer día. Cambia uno de los dos."))
        return cleaned

    def key_of_person(self) -> UUID | None:
        """Return the identifier that was typed for the person: the opaque key, or the short one
        that stands in the address of a card.
        """
        return _key_of(self.cleaned_data["who"])

    def sought_person(self) -> Sought | None:
        """Return how a person is sought; None where nobody is, or by identifier."""
        typed = self.cleaned_data["who"]
        return read_sought(typed) if typed and self.key_of_person() is None else None

    def clean_who(self) -> str:
        """Refuse a name that half the country has."""
        typed = self.cleaned_data["who"]
        if typed and read_sought(typed) is None:
            raise ValidationError(_t("Escribe al menos dos letras del nombre."))
        return typed


class EvidenceForm(WarnsOfDocuments):
    """Of which days evidence is taken, and why."""

    free_texts = ("reason",)

    since = DayField(label=_("Desde el día"))
    until = DayField(label=_("Hasta el día"))
    why = forms.ChoiceField(
        label=_("Para qué"),
        choices=[("", _("Elige")), *((why.value, words) for why, words in WHY.items())],
        error_messages={"required": _("Elige para qué.")},
    )
    reason = LineField(
        label=_("Motivo"),
        max_length=300,
        error_messages={"required": _("Escribe el motivo.")},
        help_text=_("Queda dentro del archivo, y lo lee quien lo reciba. Sin documentos."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("since", "until"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = _t("Escribe el día.")

    def clean_why(self) -> Why:
        """Return the reason itself."""
        return Why(self.cleaned_data["why"])

    def clean(self):
        """Refuse days the wrong way round, more than a year, and days of which nothing is known."""
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _t("Es anterior al primer día. Cambia uno de los dos."))
        elif since and until and until - since > LONGEST_EVIDENCE:
            self.add_error("until", _t("Son más de 366 días. Saca un año por vez."))
        elif until and until > timezone.localdate():
            self.add_error("until", _t("Ese día todavía no pasó. Escribe hoy, o un día anterior."))
        return cleaned
