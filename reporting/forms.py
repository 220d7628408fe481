"""Validates the filters of the figures."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from reporting.keys import Filters
from reporting.names import CourseName
from reporting.wording import period_in_words

DAY = {"invalid": _("Esa fecha no es válida. Usa día/mes/año.")}


class DayInput(forms.DateInput):
    """A field for a day that shows what was asked for, however it was written: a browser's own
    picker shows ISO days alone.
    """

    def __init__(self) -> None:
        """Use the browser's picker."""
        super().__init__(format="%Y-%m-%d", attrs={"type": "date"})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template needs; what is no day stays, as text."""
        try:
            return super().get_context(
                name, forms.DateField(required=False).to_python(value), attrs
            )
        except forms.ValidationError:
            return super().get_context(name, value, {**(attrs or {}), "type": "text"})


class FilterForm(forms.Form):
    """A course, a kind of institution, and the days between which people completed: none, some or
    all of them.

    `today` is the last day that a period may begin on.
    """

    curso = forms.ChoiceField(label=_("Curso"), required=False)
    tipo = forms.ChoiceField(label=_("Tipo de entidad"), required=False)
    desde = forms.DateField(label=_("Terminaron desde"), required=False, error_messages=DAY)
    hasta = forms.DateField(label=_("Terminaron hasta"), required=False, error_messages=DAY)

    def __init__(
        self,
        *args: Any,
        courses: tuple[CourseName, ...],
        kinds: tuple[str, ...],
        today: date,
        **kwargs: Any,
    ):
        """`courses` and `kinds` are all that may be chosen."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.courses = {course.slug: course.id for course in courses}
        labels = dict(Organisation.Kind.choices)
        self.offer(
            "curso", _t("Todos los cursos"), [(course.slug, course.title) for course in courses]
        )
        self.offer("tipo", _t("Todos los tipos"), [(kind, str(labels[kind])) for kind in kinds])
        for name in ("desde", "hasta"):
            self.fields[name].widget = DayInput()

    def offer(self, name: str, everything: str, choices: list[tuple[str, str]]) -> None:
        """Offer choices in a field, after the one that leaves nothing out."""
        field = self.fields[name]
        field.choices = [("", everything), *choices]  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = _t("Elige una opción de la lista.")

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        data = super().clean() or {}
        since, until = data.get("desde"), data.get("hasta")
        if since and since > self.today:
            self.add_error("desde", _t("Esa fecha aún no llega. Elige hoy o un día anterior."))
        elif since and until and since > until:
            self.add_error("desde", _t("La fecha inicial es posterior a la final."))
        return data

    @property
    def is_used(self) -> bool:
        """True when something was asked for, in whatever form."""
        return any(self.data.get(name) for name in self.fields)

    @property
    def filters(self) -> Filters:
        """What was chosen; only of a valid form."""
        data = self.cleaned_data
        return Filters(self.courses.get(data["curso"]), data["tipo"], data["desde"], data["hasta"])

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked for, by the name of the filter, as the trail keeps it."""
        data = self.cleaned_data
        words = {
            name: str(dict(self.fields[name].choices)[data[name]])
            for name in ("curso", "tipo")
            if data[name]
        }  # type: ignore[attr-defined]
        return words | {name: f"{data[name]:%d/%m/%Y}" for name in ("desde", "hasta") if data[name]}

    @property
    def in_words(self) -> str:
        """What the figures are limited to, for screen, print and file: course, kind and whole
        months; "" when nothing was chosen.
        """
        choices, filters = self.chosen, self.filters
        words = [
            f"{self.fields[name].label}: {choices[name]}"
            for name in ("curso", "tipo")
            if name in choices
        ]
        if filters.has_period:
            words.append(period_in_words(filters.since, filters.until))
        return "; ".join(words)
