"""Validates the filters of the figures."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from reporting.queries import CourseName, Filters

DAY = {"invalid": _("Esa fecha no es válida. Usa día/mes/año.")}


class FilterForm(forms.Form):
    """Course, kind of institution, and the days between which people completed."""

    curso = forms.ChoiceField(label=_("Curso"), required=False)
    tipo = forms.ChoiceField(label=_("Tipo de entidad"), required=False)
    desde = forms.DateField(label=_("Terminaron desde"), required=False, error_messages=DAY)
    hasta = forms.DateField(label=_("Terminaron hasta"), required=False, error_messages=DAY)

    def __init__(self, *args: Any, courses: list[CourseName], kinds: frozenset[str] | None, **kwargs: Any):
        """`kinds` are the kinds of institution of the reader's scopes; None means all."""
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        self.courses = {course.slug: course.id for course in courses}
        offered = [(value, label) for value, label in Organisation.Kind.choices if kinds is None or value in kinds]
        choices = {
            "curso": [("", _t("Todos los cursos")), *((course.slug, course.title) for course in courses)],
            "tipo": [("", _t("Todos los tipos")), *offered],
        }
        for name, options in choices.items():
            field = self.fields[name]
            field.choices = options  # type: ignore[attr-defined]
            field.error_messages["invalid_choice"] = _t("Elige una opción de la lista.")
        for name in ("desde", "hasta"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        data = super().clean() or {}
        if data.get("desde") and data.get("hasta") and data["desde"] > data["hasta"]:
            self.add_error("desde", _t("La fecha inicial es posterior a la final."))
        return data

    @property
    def filters(self) -> Filters:
        """What was chosen; only of a valid form."""
        asked = self.cleaned_data
        # The only kind that a reader sees is no filter.
        kind = "" if self.kinds == {asked["tipo"]} else asked["tipo"]
        return Filters(self.courses.get(asked["curso"]), kind, asked["desde"], asked["hasta"])

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen in words, by the name of the filter."""
        names = {name: dict(self.fields[name].choices) for name in ("curso", "tipo")}  # type: ignore[attr-defined]
        words = {name: str(names[name][self.cleaned_data[name]]) for name in names if self.cleaned_data[name]}
        days = {name: f"{self.cleaned_data[name]:%d/%m/%Y}" for name in ("desde", "hasta") if self.cleaned_data[name]}
        return words | days
