"""Validates what is typed about institutions: which one, where it is, and why it changes."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.emails import LONGEST_EMAIL, email_refusal
from accounts.free_texts import WarnsOfDocuments
from accounts.models import Headcount, Organisation, OrganisationChange, User
from accounts.queries import (
    chosen_organisation,
    organisations_found,
)
from accounts.services import Ground, was_changed
from lib.identifiers import plain_email, read_key, read_uuid
from lib.ruc import RucFormField, validate_ruc
from lib.text_fields import CountField, LineField, PlainLineField
from roster.forms import line
from roster.institution_fields import MOST_NAMED, DistrictField, InstitutionField
from roster.register_words import count_day_refusal, name_refusal, not_chosen
from territory.models import Area, District

SHORTEST_TELEPHONE = 6  # digits, without its city


class RegisterFilter(forms.Form):
    """Which institutions of the register are listed."""

    STATES = {"": _("Vigentes"), "cerradas": _("Cerradas"), "vacias": _("Sin personas")}

    buscar = forms.CharField(
        label=_("Nombre, lugar, código o RUC"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    tipo = forms.ChoiceField(label=_("Tipo"), required=False)
    region = forms.ChoiceField(label=_("Región"), required=False)
    estado = forms.ChoiceField(label=_("Estado"), required=False, choices=list(STATES.items()))

    def __init__(self, data=None):
        super().__init__(data)
        kinds = [("", _t("Todos")), *Organisation.Kind.choices]
        self.fields["tipo"].choices = kinds  # type: ignore[attr-defined]
        areas = Area.objects.in_force().values_list("code", "name")
        self.fields["region"].choices = [("", _t("Todas")), *areas]  # type: ignore[attr-defined]


class GroundForm(WarnsOfDocuments):
    """Why an institution changes, and what the page knew of it."""

    free_texts = ("reason",)
    needs_reason = True

    reason = LineField(
        label=_("Motivo"),
        max_length=OrganisationChange._meta.get_field("reason").max_length,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Por ejemplo, la norma que lo dice. No escribas nombres de personas."),
    )
    uuid = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, organisation: Organisation | None = None, **options):
        self.organisation, self.last = organisation, 0
        if organisation is not None:
            newest = organisation.changes.order_by("-pk").values_list("pk", flat=True)
            self.last = newest.first() or 0
        begun = {"uuid": uuid4(), "seen": self.last, **options.pop("initial", {})}
        super().__init__(data, initial=begun, **options)
        self.fields["reason"].required = self.needs_reason
        self.fields["reason"].error_messages["required"] = _t(
            "Escribe por qué lo haces: queda junto al cambio."
        )
        self.order_fields([name for name in self.fields if name != "reason"])

    def ground(self, actor: User) -> Ground:
        """Return who changes the register, and why, once the form is valid."""
        data = self.cleaned_data
        seen = self.last if (sent := read_key(data["seen"])) is None else sent
        uuid = read_uuid(data["uuid"]) or uuid4()
        return Ground(actor, timezone.now(), uuid, data["reason"], seen)

    def facts(self) -> dict[str, Any]:
        """Return what the form asks beside the reason, once it is valid."""
        beside = {"reason", "uuid", "seen", "number_seen", "double_seen"}
        return {name: value for name, value in self.cleaned_data.items() if name not in beside}

    def begin_another(self) -> None:
        """Let what is sent next be a change of its own: this page may have made one already."""
        self.data = self.data.copy()
        self.data["uuid"] = str(uuid4())

    def look_again(self) -> None:
        """Say that the institution changed meanwhile; what was typed stays, to be sent again."""
        self.begin_another()
        self.data["seen"] = str(self.last)
        self.add_error(
            None,
            _t(
                "Esta entidad cambió después de que abriste esta página. Mira cómo está ahora y, "
                "si todavía hace falta, envía otra vez."
            ),
        )


def validate_name(name: str) -> None:
    """Refuse what names no institution."""
    if refusal := name_refusal(name):
        raise ValidationError(refusal)


def name_of_institution() -> PlainLineField:
    """Return the field of a name."""
    return PlainLineField(
        label=_("Nombre"),
        max_length=200,
        validators=[validate_name],
        error_messages={"required": _("Escribe el nombre completo de la entidad.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Completo, como en su ficha RUC."),
    )


def kind_of_institution() -> forms.ChoiceField:
    """Return the field of a kind."""
    return forms.ChoiceField(
        label=_("Tipo"),
        choices=[("", _("Elige el tipo")), *Organisation.Kind.choices],
        error_messages={"required": _("Elige qué tipo de entidad es.")},
    )


def seat_of_institution() -> DistrictField:
    """Return the field of a district."""
    return DistrictField(
        label=_("Distrito de su sede"),
        max_length=120,
        error_messages={"required": _("Escribe el distrito de su sede, o su ubigeo.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Su ubigeo de INEI, o su nombre; si hay varios, con la provincia."),
    )


class ContactFields(GroundForm):
    """How an institution is reached."""

    needs_reason = False

    email = forms.CharField(
        label=_("Correo de la entidad"),
        max_length=LONGEST_EMAIL,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("El de mesa de partes u otro de la entidad, no el de una persona."),
    )
    telephone = line(_("Teléfono de la entidad"))

    def clean_email(self) -> str:
        """Read an e-mail out of what was pasted with it."""
        email = plain_email(self.cleaned_data["email"])
        if email and (refusal := email_refusal(email)):
            raise ValidationError(refusal)
        return email

    def clean_telephone(self) -> str:
        """Refuse what nobody could call, and a longer text than a telephone has."""
        typed: str = self.cleaned_data["telephone"]
        if len(typed) > 40:
            raise ValidationError(_t("Es muy largo para un teléfono: escribe hasta 40 letras."))
        if typed and sum(letter.isdigit() for letter in typed) < SHORTEST_TELEPHONE:
            raise ValidationError(_t("Escribe el número, con su código de ciudad o su anexo."))
        return typed


class DataForm(ContactFields):
    """What is told about an institution."""

    code = line(
        _("Código"),
        help_text=_("El del registro oficial de donde viene, si tiene."),
    )
    ruc = RucFormField(
        label=_("RUC"),
        max_length=40,
        required=False,
        validators=[validate_ruc],
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text=_("11 números, como en su ficha RUC."),
    )
    parent = InstitutionField(
        label=_("Depende de"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Vacía, si se sigue de su lugar: la municipalidad distrital, de la provincial; esta, "
            "la UGEL y la DIRESA, del gobierno regional."
        ),
    )
    field_order = ["code", "ruc", "parent", "email", "telephone"]

    def clean_code(self) -> str:
        """Refuse a longer text than a code has."""
        typed: str = self.cleaned_data["code"]
        if len(typed) > 20:
            raise ValidationError(_t("Un código lleva hasta 20 letras y números."))
        return typed


class NewInstitutionForm(DataForm):
    """An institution that is not in the register yet; one that looks alike is asked about once."""

    name = name_of_institution()
    kind = kind_of_institution()
    district = seat_of_institution()
    double_seen = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["name", "kind", "district", "code", "ruc", "parent", "email", "telephone"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        name, district = data.get("name"), data.get("district")
        was_added = was_changed(read_uuid(data.get("uuid")))
        if name and district and not data.get("double_seen") and not was_added:
            alike = alike_in(name, district)
            if alike:
                self.data = self.data.copy()
                self.data["double_seen"] = "1"
                self.add_error(
                    "name",
                    _t(
                        "Ya hay una parecida en esa región: %(alike)s. Si es la misma, no la "
                        "agregues; si es otra, envía otra vez."
                    )
                    % {"alike": "; ".join(f"«{one}», {one.district.name}" for one in alike)},
                )
        return data


def alike_in(name: str, district: District) -> list[Organisation]:
    """Return the institutions of an area in which every word of a name stands. Three statements."""
    rows = Organisation.objects.filter(uuid__in=[one.uuid for one in organisations_found(name)])
    near = rows.filter(district__area=district.area_id).select_related("district")
    return list(near[:MOST_NAMED])


class RenameForm(GroundForm):
    """How an institution is called from today on."""

    name = name_of_institution()


class RelocateForm(GroundForm):
    """Of which kind an institution is, and where."""

    kind = kind_of_institution()
    district = seat_of_institution()


class MergeForm(GroundForm):
    """Which institution takes the place of this one."""

    into = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "buscar"}))

    def clean_into(self) -> Organisation:
        """Return the institution that was marked."""
        organisation = chosen_organisation(self.cleaned_data["into"])
        if organisation is None:
            nothing = _t("Busca la entidad que queda y márcala en la lista.")
            raise ValidationError(not_chosen(self.cleaned_data["into"], nothing))
        return organisation


class HeadcountForm(GroundForm):
    """How many people of a group an institution has, and where that was read."""

    needs_reason = False
    free_texts = ("reason", "source")

    group = forms.ChoiceField(
        label=_("Grupo"), choices=Headcount.Group.choices, widget=forms.RadioSelect, initial="all"
    )
    count = CountField(
        label=_("Cuántas personas"),
        min_value=0,
        max_value=200_000,
        error_messages={
            "required": _("Escribe cuántas personas son."),
            "invalid": _("Escribe un número entero, sin decimales ni letras."),
            "min_value": _("Escribe 0 o más."),
            "max_value": _("Es demasiado para una entidad: revisa el número."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    source = PlainLineField(
        label=_("De dónde es el dato"),
        max_length=120,
        error_messages={"required": _("Escribe de dónde es el dato.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Por ejemplo: CAP vigente, planilla de marzo, RENAMU 2026."),
    )
    counted_on = forms.DateField(
        label=_("Fecha del dato"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Escribe la fecha del dato."),
            "invalid": _("Escribe una fecha, como 31/03/2026."),
        },
    )

    def clean_counted_on(self):
        """Refuse a day on which nobody counted."""
        day = self.cleaned_data["counted_on"]
        if refusal := count_day_refusal(day):
            raise ValidationError(refusal)
        return day


class PlaceForm(WarnsOfDocuments):
    """In which institution people serve who wrote that it is missing."""

    free_texts = ("reason",)

    entidad = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "buscar"}))
    others = forms.MultipleChoiceField(
        label=_("Escribieron lo mismo: ponlas también"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = LineField(
        label=_("Motivo"),
        max_length=300,
        error_messages={"required": _("Escribe por qué lo haces: queda junto al cambio.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    uuid = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, same: list[User], said: str):
        names = [each.username for each in same]
        reason = _t("Escribió que trabaja ahí.") if said else ""
        super().__init__(data, initial={"uuid": uuid4(), "others": names, "reason": reason})
        field = self.fields["others"]
        field.choices = [(each.username, str(each)) for each in same]  # type: ignore[attr-defined]
        if not same:
            del self.fields["others"]

    def clean_entidad(self) -> Organisation:
        """Return the institution that was marked."""
        organisation = chosen_organisation(self.cleaned_data["entidad"])
        if organisation is None:
            nothing = _t("Busca la entidad y márcala en la lista.")
            raise ValidationError(not_chosen(self.cleaned_data["entidad"], nothing))
        return organisation

    def clean_uuid(self):
        """Return the identifier of the page, or a fresh one."""
        return read_uuid(self.cleaned_data["uuid"]) or uuid4()
