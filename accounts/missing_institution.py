"""Takes what a person writes of an institution that they did not find in the register."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.documents import seems_to_hold_number
from lib.text_fields import PlainLineField


class SaidInstitutionForm(forms.Form):
    """Which institution it is, in the person's own words; `is_needed` says that they must stand."""

    said = PlainLineField(
        label=_("¿Cómo se llama tu entidad y en qué distrito queda?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        help_text=_("Por ejemplo: UGEL San Ignacio, Cajamarca. Alguien la buscará y la pondrá."),
        error_messages={
            "required": _("Escribe cómo se llama tu entidad y en qué distrito queda."),
            "max_length": _("Es muy largo: escribe hasta 200 letras."),
        },
    )

    def __init__(self, data=None, *, is_needed: bool = True):
        super().__init__(data)
        self.fields["said"].required = is_needed

    def says_where(self, post: str) -> bool:
        """Say whether a post, if one was written, has an institution: without one it is kept
        nowhere.
        """
        if post and not self.cleaned_data["said"]:
            text = _t("Escribe también en qué entidad trabajas, o deja vacío tu cargo.")
            self.add_error("said", text)
        return self.is_valid()

    def clean_said(self) -> str:
        """Refuse a document number: it would lie there in the clear."""
        said: str = self.cleaned_data["said"]
        if seems_to_hold_number(said):
            raise ValidationError(_t("Parece el número de un documento. Bórralo."))
        return said
