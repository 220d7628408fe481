"""Validates what operators write on the first day of a site."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.email_slips import WarnsOfEmailSlips
from accounts.emails import LONGEST_EMAIL, email_refusal
from accounts.last_day import LastDayField
from lib.folding import sorting_key
from lib.identifiers import plain_email
from lib.text_fields import NameField
from provider.models import Provider
from territory.models import Area


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


class TestLetterForm(forms.Form):
    """Where a letter is tried."""

    email = OneEmail(label=_("Envía la prueba a"))
