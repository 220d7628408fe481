"""Asks once about a document number before a free text is stored: it would lie there in the
clear.
"""

from django import forms
from django.utils.translation import gettext as _

from accounts.documents import seems_to_hold_number


class WarnsOfDocuments(forms.Form):
    """A document number in a free text is asked about once; sent again as it was, it is kept."""

    free_texts: tuple[str, ...] = ()
    number_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        data = super().clean()
        fields = [name for name in self.free_texts if seems_to_hold_number(data.get(name, ""))]
        if fields and not data.get("number_seen"):
            self.data = self.data.copy()
            self.data["number_seen"] = "1"
            for name in fields:
                self.add_error(
                    name,
                    _(
                        "Parece que escribiste el número de un documento. Bórralo; si no lo es, "
                        "envía otra vez."
                    ),
                )
        return data
