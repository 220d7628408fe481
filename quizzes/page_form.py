"""Lets an author write the pass mark as every screen shows grades, from 0 to 20; the page keeps it
scaled from 0 to 1.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.page_form import SitePageForm
from learning.grades import GRADES

NO_GRADE = _("Escribe la nota de medio en medio punto, de 1 a 20: 14, 14.5, 15.")


class GradeField(forms.FloatField):
    """A grade of 20 on the screen, a scaled one for the page."""

    def __init__(self, **kwargs: Any):
        super().__init__(min_value=1, max_value=GRADES, step_size=0.5, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """What was typed stays as it was typed; what the page keeps is shown of 20, without a tail
        of zeros.
        """
        return f"{value * GRADES:g}" if isinstance(value, int | float) else value

    def to_python(self, value: Any) -> float | None:
        """Read a comma too, as a spreadsheet of Peru writes it."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def clean(self, value: Any) -> Any:
        try:
            grade = super().clean(value)
        except ValidationError as refused:
            if refused.error_list[0].code == "required":
                raise
            raise ValidationError(NO_GRADE, code="invalid") from refused
        return None if grade is None else round(grade / GRADES, 4)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True


class QuizPageForm(SitePageForm):
    """The editor's form of a quiz."""

    pass_mark = GradeField(
        label=_("Nota mínima, de 20"),
        help_text=_(
            "Por ejemplo: 14. Si la cambias, vale para los intentos que empiecen después de "
            "publicar."
        ),
    )
