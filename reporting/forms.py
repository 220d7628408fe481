"""Validates the filters of the figures."""

from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from reporting.queries import KEPT_REPORTS, CourseName, Filters
from reporting.wording import period_in_words

DAY = {"invalid": _("Esa fecha no es válida. Usa día/mes/año.")}


class DayInput(forms.DateInput):
    """A field for a day that shows what was asked for, however it was written: a browser's own picker shows ISO days alone."""

    def __init__(self) -> None:
        """Use the browser's picker."""
        super().__init__(format="%Y-%m-%d", attrs={"type": "date"})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template needs; what is no day stays, as text."""
        try:
            return super().get_context(name, forms.DateField(required=False).to_python(value), attrs)
        except forms.ValidationError:
            return super().get_context(name, value, {**(attrs or {}), "type": "text"})


class FilterForm(forms.Form):
    """A course, or the days between which people completed: one of them at a time (suppression.py, rule 4).

    `today` is the last day that a period may begin on.
    """

    curso = forms.ChoiceField(label=_("Curso"), required=False)
    desde = forms.DateField(label=_("Terminaron desde"), required=False, error_messages=DAY)
    hasta = forms.DateField(label=_("Terminaron hasta"), required=False, error_messages=DAY)

    def __init__(self, *args: Any, courses: tuple[CourseName, ...], today: date, **kwargs: Any):
        """`courses` are all that may be chosen; `shown` keeps what was rendered, by the page's path."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.courses = {course.slug: course.id for course in courses}
        self.shown: dict[str, SafeString] = {}
        field = self.fields["curso"]
        field.choices = [("", _t("Todos los cursos")), *((course.slug, course.title) for course in courses)]  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = _t("Elige una opción de la lista.")
        for name in ("desde", "hasta"):
            self.fields[name].widget = DayInput()

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, and a period of one course."""
        data = super().clean() or {}
        since, until = data.get("desde"), data.get("hasta")
        if since and since > self.today:
            self.add_error("desde", _t("Esa fecha aún no llega. Elige hoy o un día anterior."))
        elif since and until and since > until:
            self.add_error("desde", _t("La fecha inicial es posterior a la final."))
        if self.divides_by(data.get("curso")) and (since or until):
            self.add_error("curso", _t("Elige un curso o un periodo, no los dos a la vez: juntos mostrarían grupos muy pequeños."))
        return data

    @property
    def is_used(self) -> bool:
        """True when something was asked for, in whatever form."""
        return any(self.data.get(name) for name in self.fields)

    def divides_by(self, slug: str | None) -> bool:
        """True when choosing a course leaves something out: the only one there is does not."""
        return bool(slug) and len(self.courses) > 1

    @property
    def filters(self) -> Filters:
        """What was chosen; only of a valid form."""
        asked = self.cleaned_data
        course = self.courses[asked["curso"]] if self.divides_by(asked["curso"]) else None
        return Filters(course, asked["desde"], asked["hasta"])

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked for, by the name of the filter, as the trail keeps it."""
        asked = self.cleaned_data
        words = {"curso": str(dict(self.fields["curso"].choices)[asked["curso"]])} if asked["curso"] else {}  # type: ignore[attr-defined]
        return words | {name: f"{asked[name]:%d/%m/%Y}" for name in ("desde", "hasta") if asked[name]}

    @property
    def in_words(self) -> str:
        """What the figures are limited to, for screen, print and file: a course or whole months; "" when nothing was chosen."""
        filters = self.filters
        if filters.has_period:
            return period_in_words(filters.since, filters.until)
        return f"{self.fields['curso'].label}: {self.chosen['curso']}" if "curso" in self.chosen else ""


@lru_cache(maxsize=KEPT_REPORTS)
def filter_form(courses: tuple[CourseName, ...], query: str, today: date) -> FilterForm:
    """Return the checked form of an address. Nobody writes to it, so the same query over the same courses shares it for a day."""
    form = FilterForm(QueryDict(query), courses=courses, today=today)
    form.full_clean()
    return form
