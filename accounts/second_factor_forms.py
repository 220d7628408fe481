"""Asks for codes of the second factor, each within a limit and once, and for the password where
something changes.
"""

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.current_password import AsksPasswordAgain, ConfirmedByPassword
from accounts.limits import CODE_USES, SECOND_FACTORS_OF_ACCOUNT, Limit, give_back, take
from lib.codes import plain_characters
from lib.text_fields import MeasuredField

# What the library's reader of answers makes of JSON that no browser wrote.
REFUSED_PASSKEY = _(
    "Esa llave no vale aquí, o la página esperó mucho. Prueba otra vez, o usa un código."
)
NOT_A_PASSKEY = (TypeError, ValueError, KeyError, AttributeError)


class CodeField(MeasuredField):
    """Six digits of an application, or eight of a recovery code, however a telephone sends them."""

    def read_text(self, text: str) -> str:
        return plain_characters(text)


def code_field(help_text: str, **attributes: object) -> CodeField:
    """Return the field of a code, which telephones fill in by themselves."""
    return CodeField(
        label=_("Código"),
        max_length=40,
        help_text=help_text,
        error_messages={"required": _("Escribe el código.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", **attributes}
        ),
    )


class CountsTries:
    """Counts wrong codes of an account: six digits would be found by trying."""

    user: object
    reached: Limit | None = None

    def counted(self, check) -> str:
        """Return what `check()` returns. Raises ValidationError, also after ten wrong ones in an
        hour.
        """
        now = timezone.now()
        if not take(SECOND_FACTORS_OF_ACCOUNT, self.user.pk, now=now):
            self.reached = SECOND_FACTORS_OF_ACCOUNT
            raise ValidationError(
                _t("Se escribieron varios códigos que no valen. Espera una hora: mientras tanto no "
                   "vale ninguno. Si no fuiste tú, alguien sabe tu contraseña: cámbiala.")
            )  # fmt: skip
        code = check()
        give_back(SECOND_FACTORS_OF_ACCOUNT, self.user.pk, now=now)
        return code


class ChallengeForm(CountsTries, AuthenticateForm):
    """The code that follows the password."""

    code = code_field(
        _("6 números de tu aplicación; o uno de tus códigos de reserva, de 8 números."),
        autofocus=True,
    )

    def clean_code(self):
        """Take a code of the application once, whichever process it comes to."""
        code = self.counted(super().clean_code)
        is_of_application = self.authenticator.type == Authenticator.Type.TOTP
        if is_of_application and not take(CODE_USES, (self.user.pk, code), now=timezone.now()):
            raise ValidationError(
                _t("Ese código ya se usó. Espera al siguiente, que llega en medio minuto.")
            )
        return code


class ActivateForm(CountsTries, AsksPasswordAgain, ConfirmedByPassword, ActivateTOTPForm):
    """The first code of an application, which proves that it is set up."""

    code = code_field(_("6 números: los que tu aplicación muestra ahora para esta cuenta."))
    field_order = ("code", "password")

    def clean_code(self):
        return self.counted(super().clean_code)


class AnswerOfKeyField(forms.JSONField):
    """What a passkey answered; also what Python refuses to read, nested or long beyond measure, is
    none.
    """

    def to_python(self, value):
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class PasskeyChallengeForm(AuthenticateWebAuthnForm):
    """The passkey that follows the password, in the place of a code."""

    credential = AnswerOfKeyField(
        widget=forms.HiddenInput,
        error_messages={"required": REFUSED_PASSKEY, "invalid": REFUSED_PASSKEY},
    )
    reached: Limit | None = None

    def clean_credential(self):
        try:
            return super().clean_credential()
        except (ValidationError, *NOT_A_PASSKEY) as error:
            raise ValidationError(REFUSED_PASSKEY) from error


class AddPasskeyForm(AsksPasswordAgain, ConfirmedByPassword, AddWebAuthnForm):
    """A new passkey, with the name by which its person tells it from others."""

    name = forms.CharField(
        label=_("Cómo la llamas"),
        max_length=60,
        required=False,
        help_text=_("Para reconocerla: «Teléfono», «Computadora de la oficina»."),
    )
    credential = AnswerOfKeyField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Falta la llave: envía otra vez, y sigue lo que dice tu equipo."),
            "invalid": REFUSED_PASSKEY,
        },
    )
    field_order = ("name", "password", "credential")

    def clean(self):
        """Look at the passkey once all else is right: it is looked at once, and then forgotten."""
        if self.errors:
            return self.cleaned_data
        try:
            return super().clean()
        except (ValidationError, *NOT_A_PASSKEY) as error:
            raise ValidationError(REFUSED_PASSKEY) from error


class RemoveForm(AsksPasswordAgain, ConfirmedByPassword, DeactivateTOTPForm):
    """The password, to take the second factor away."""

    @property
    def user(self):
        """Who it belongs to."""
        return self.authenticator.user


class FreshCodesForm(AsksPasswordAgain, ConfirmedByPassword, GenerateRecoveryCodesForm):
    """The password, to make other recovery codes."""
