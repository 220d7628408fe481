"""Asks a person for a password, in one way wherever a form does: the one that is in force, of which
a wrong one counts as at sign-in, or the one that they choose.
"""

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.limits import WAITS, Limit
from accounts.models import User
from accounts.passwords import refuse_own_words
from lib.composing import composed
from lib.text_fields import MeasuredField


class PasswordField(MeasuredField):
    """One password, however a keyboard sends it: letters composed or apart, and the space that a
    telephone adds after a word.
    """

    def read_text(self, text: str) -> str:
        return composed(text)


def password_field(label, autocomplete: str, missing, **options) -> forms.CharField:
    """Return a field that allows pasting and password managers, and never gives back what was
    typed.
    """
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    errors = {"required": missing}
    return PasswordField(
        label=label, max_length=256, widget=widget, error_messages=errors, **options
    )


class AsksPasswordAgain(forms.Form):
    """A password is never written back into a page: when something else has to be mended, the form
    says so beside the field.
    """

    def full_clean(self):
        super().full_clean()
        self.ask_again()

    def add_error(self, field, error):
        """What is told afterwards, as of a wait, empties the field too."""
        super().add_error(field, error)
        if field is None:
            self.ask_again()

    def ask_again(self) -> None:
        for name in self.fields.keys() & {"password", "password1", "oldpassword"}:
            if self.errors and name not in self.errors and self.data.get(self.add_prefix(name)):
                self[name].help_text = _t(
                    "Por seguridad no la dejamos en la página: escríbela otra vez."
                )


class ChoosesPassword(forms.Form):
    """A password of somebody who is not in session: compared with what the form says of them."""

    said_of_person: tuple[str, ...] = ()

    def clean_password(self):
        """Only short, widely known and own words are refused: no rules of composition."""
        password = self.cleaned_data["password"]
        validate_password(password)
        refuse_own_words(password, (self.data.get(name, "") for name in self.said_of_person))
        return password


class ChecksCurrentPassword:
    """The one way in which a form asks its person for the password that is in force: a wrong one
    counts as at sign-in.
    """

    user: User
    reached: Limit | None = None

    def checked(self, password: str) -> str:
        """Return the password of the person.

        Raises ValidationError, and remembers the limit when one was reached.
        """
        try:
            is_right = get_adapter().reauthenticate(self.user, password)
        except ValidationError as refusal:
            self.reached = WAITS.get(refusal.code or "")
            raise
        if not is_right:
            raise ValidationError(_t("Esa no es tu contraseña actual."))
        return password


class ConfirmedByPassword(ChecksCurrentPassword, forms.Form):
    """The password once more: who finds an open session must not take the account, or its data,
    away. What it is mixed into says who `user` is.
    """

    password = password_field(
        _("Tu contraseña"),
        "current-password",
        _("Escribe tu contraseña."),
        help_text=_("Para saber que eres tú."),
    )

    def clean_password(self):
        return self.checked(self.cleaned_data["password"])


class PasswordForm(ConfirmedByPassword):
    """The password of a person, and nothing else."""

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
