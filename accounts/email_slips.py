"""Reads an e-mail out of what was pasted, and asks once about one whose host is probably a slip:
its letters let somebody in.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.email_typos import suggested_email
from accounts.emails import email_refusal
from lib.identifiers import plain_email
from lib.text_fields import MeasuredField


class PastedEmailField(MeasuredField, forms.EmailField):
    """An e-mail, read out of what was pasted with it."""

    def read_text(self, text: str) -> str:
        return plain_email(text)

    def run_validators(self, value: str) -> None:
        if value and (refusal := email_refusal(value)):
            raise ValidationError(refusal, code="invalid")
        super().run_validators(value)


class WarnsOfEmailSlips(forms.Form):
    """A host that is probably a slip is shown once with the suggestion; sent again as it was, the
    e-mail is kept.
    """

    email_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def asked_once(self, email: str) -> str:
        """Return an e-mail as it is stored. Raises ValidationError the first time for a slip."""
        email = email.strip().lower()
        suggestion = suggested_email(email)
        if not suggestion or self.data.get("email_seen") == email:
            return email
        self.data = self.data.copy()
        self.data["email_seen"] = email
        text = _("¿Quisiste decir %(email)s? Corrígelo, o envía otra vez si está bien escrito.") % {
            "email": suggestion
        }
        raise ValidationError(text, code="suggestion")
