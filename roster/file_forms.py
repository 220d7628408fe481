"""Takes a list of people, and what each of its columns holds."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from lib.identifiers import read_uuid
from roster.files.columns import PEOPLE, Shape, column_title, plain_heading
from roster.files.enrolling import MOST_COURSES
from roster.models import RosterFile


class UploadForm(forms.Form):
    """The file, and the system of its codes."""

    file = forms.FileField(
        label=_("Tu lista"),
        help_text=_(
            "Excel (.xlsx) o CSV, hasta 10,000 personas y 5 MB. Se lee la primera hoja que se ve."
        ),
        allow_empty_file=True,
        error_messages={
            "required": _("Elige el archivo de tu lista."),
            "invalid": _("El archivo no llegó. Elígelo otra vez."),
        },
        widget=forms.FileInput(
            attrs={
                "accept": ".xlsx,.xls,.ods,.csv,.txt,text/csv",
            }
        ),
    )
    system = forms.ChoiceField(
        label=_("Sus ubigeos son de"),
        choices=RosterFile.System.choices,
        initial=RosterFile.System.INEI,
        widget=forms.RadioSelect,
        help_text=_("Si tu lista no tiene ubigeos, no importa."),
    )
    uuid = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"uuid": uuid4()}, **kwargs)

    def clean_uuid(self) -> UUID:
        """Return the identifier of the page, or a fresh one."""
        return read_uuid(self.cleaned_data["uuid"]) or uuid4()


class RegisterUploadForm(UploadForm):
    """The file of a list of institutions."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _t(
            "Excel (.xlsx) o CSV, hasta 10,000 entidades y 5 MB. Se lee la primera hoja que se ve."
        )
        self.fields["system"].help_text = ""


def label_of(place: int, headings: list[str]) -> str:
    """Return what names a column: its heading, with its letters where others read alike."""
    heading = headings[place]
    plain = [plain_heading(text) for text in headings]
    if plain.count(plain[place]) == 1:
        return heading[:60]
    return f"{heading[:60]} · {column_title(place)}"


class ColumnsForm(forms.Form):
    """What each column of a list holds."""

    def __init__(
        self,
        data=None,
        *,
        headings: list[str],
        chosen: dict[int, str],
        shape: Shape = PEOPLE,
        first_row: Sequence[str] = (),
    ):
        super().__init__(data)
        choices = [("", _("Nada: déjala fuera")), *shape.columns.items()]
        self.places = [place for place, text in enumerate(headings) if text]
        for place in self.places:
            self.fields[f"c{place}"] = forms.ChoiceField(
                label=label_of(place, headings),
                choices=choices,
                required=False,
                initial=chosen.get(place, ""),
            )
        for place in self.places:
            if text := "".join(first_row[place : place + 1]):
                told = _t("En la primera fila: %(text)s") % {"text": text[:60]}
                self.fields[f"c{place}"].help_text = told

    def choice(self) -> dict[int, str]:
        """Return the field of each column, by its place from 0."""
        return {place: self.cleaned_data[f"c{place}"] for place in self.places}


class CoursesForm(forms.Form):
    """In which courses the people of a list are enrolled too."""

    courses = forms.MultipleChoiceField(
        label=_("Cursos"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Uno de esos cursos ya está cerrado. Elige de nuevo."),
        },
    )

    def __init__(self, data=None, *, choices: list[tuple[str, str]], chosen: list[str]):
        super().__init__(data, initial={"courses": chosen})
        self.fields["courses"].choices = choices  # type: ignore[attr-defined]

    def clean_courses(self) -> list[str]:
        """Refuse more courses than a piece of a list takes along."""
        chosen: list[str] = self.cleaned_data["courses"]
        if len(chosen) > MOST_COURSES:
            told = _t("Elige hasta %(most)d cursos. Los demás, con otra lista.")
            raise forms.ValidationError(told % {"most": MOST_COURSES})
        return chosen


class TrainingFileForm(forms.Form):
    """Of which year a file of completed courses is, and how it is written."""

    year = forms.TypedChoiceField(
        label=_("Año"),
        coerce=int,
        error_messages={
            "required": _("Elige un año."),
            "invalid_choice": _("De ese año no hay datos. Elige uno de la lista."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Archivo"),
        choices=[("xlsx", _("Excel (.xlsx)")), ("csv", "CSV")],
        initial="xlsx",
        widget=forms.RadioSelect,
        error_messages={"required": _("Elige qué archivo quieres.")},
    )

    def __init__(self, data=None, *, years: list[int]):
        super().__init__(data, initial={"year": years[0]})
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
