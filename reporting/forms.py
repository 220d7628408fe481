"""Validates the filters of the figures."""

from functools import lru_cache
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from reporting.queries import KEPT_REPORTS, CourseName, Filters

DAY = {"invalid": _("Esa fecha no es válida. Usa día/mes/año.")}


class FilterForm(forms.Form):
    """A course, or the days between which people completed: one of them at a time (suppression.py, rule 4)."""

    curso = forms.ChoiceField(label=_("Curso"), required=False)
    desde = forms.DateField(label=_("Terminaron desde"), required=False, error_messages=DAY)
    hasta = forms.DateField(label=_("Terminaron hasta"), required=False, error_messages=DAY)

    def __init__(self, *args: Any, courses: tuple[CourseName, ...], **kwargs: Any):
        """`courses` are all that may be chosen; `shown` keeps what was rendered, by the page's path."""
        super().__init__(*args, **kwargs)
        self.courses = {course.slug: course.id for course in courses}
        self.shown: dict[str, SafeString] = {}
        field = self.fields["curso"]
        field.choices = [("", _t("Todos los cursos")), *((course.slug, course.title) for course in courses)]  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = _t("Elige una opción de la lista.")
        for name in ("desde", "hasta"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, and a period of one course."""
        data = super().clean() or {}
        since, until = data.get("desde"), data.get("hasta")
        if since and until and since > until:
            self.add_error("desde", _t("La fecha inicial es posterior a la final."))
        if self.divides_by(data.get("curso")) and (since or until):
            self.add_error("curso", _t("Elige un curso o un periodo, no los dos a la vez: juntos mostrarían grupos muy pequeños."))
        return data

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
        """What was chosen in words, by the name of the filter."""
        asked = self.cleaned_data
        words = {"curso": str(dict(self.fields["curso"].choices)[asked["curso"]])} if asked["curso"] else {}  # type: ignore[attr-defined]
        return words | {name: f"{asked[name]:%d/%m/%Y}" for name in ("desde", "hasta") if asked[name]}


@lru_cache(maxsize=KEPT_REPORTS)
def filter_form(courses: tuple[CourseName, ...], query: str) -> FilterForm:
    """Return the checked form of an address. Nobody writes to it, so the same query over the same courses shares it."""
    form = FilterForm(QueryDict(query), courses=courses)
    form.full_clean()
    return form
