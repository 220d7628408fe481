"""Validates what people type about themselves, and says in plain words what to mend."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as LibraryChangePasswordForm
from allauth.account.forms import ResetPasswordKeyForm as LibraryResetPasswordKeyForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.current_password import (
    AsksPasswordAgain,
    ChecksCurrentPassword,
    ChoosesPassword,
    PasswordForm,
    password_field,
)
from accounts.documents import InvalidDocument, clean_number, likely_type
from accounts.email_slips import PastedEmailField, WarnsOfEmailSlips
from accounts.emails import LONGEST_EMAIL
from accounts.free_texts import WarnsOfDocuments
from accounts.models import Organisation, User
from accounts.queries import chosen_organisation
from accounts.recovery import LENGTH, bare_code
from accounts.signing_in import NotAnIdentifier, check_identifier
from lib.text_fields import NameField, PlainLineField

PASSWORD_HINT = _(
    "Al menos 10 letras o números, y no tu documento ni tu nombre. Una frase de tres o más "
    "palabras es fácil de recordar."
)
NO_DOCUMENT = "none"
NAME_HINT = _("Como los escribes: así saldrán en tu certificado.")


def name_field(label, autocomplete: str, missing="", **options) -> NameField:
    """Return a field for a part of a name; `missing` says what to write, and without it the field
    may stay empty.
    """
    return text_field(label, autocomplete, missing, kind=NameField, **options)


def text_field(
    label, autocomplete: str, missing="", kind=PlainLineField, **options
) -> forms.CharField:
    """Return a field of one line; `missing` says what to write, and without it the field may stay
    empty.
    """
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    errors = {"required": missing} if missing else {}
    return kind(
        label=label,
        max_length=120,
        required=bool(missing),
        widget=widget,
        error_messages=errors,
        **options,
    )


class IdentifierForm(forms.Form):
    """Who: document or e-mail. What was typed stays in the form."""

    username = forms.CharField(
        label=_("DNI, carné de extranjería o correo"),
        max_length=254,
        error_messages={"required": _("Escribe tu DNI, tu carné de extranjería o tu correo.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_username(self):
        """Tell a wrong length before anything is looked up."""
        try:
            check_identifier(self.cleaned_data["username"])
        except NotAnIdentifier as error:
            raise ValidationError(str(error)) from None
        return self.cleaned_data["username"]


class SignInForm(IdentifierForm):
    """Who, and the password."""

    password = password_field(_("Contraseña"), "current-password", _("Escribe tu contraseña."))
    is_shared = forms.BooleanField(
        label=_("Otras personas usan este equipo"),
        required=False,
        help_text=_(
            "Si lo marcas, tu sesión se cierra sola al cerrar el navegador o tras 25 minutos sin "
            "usarlo."
        ),
    )


class WithEmail(WarnsOfEmailSlips):
    """One's own e-mail."""

    email = PastedEmailField(
        label=_("Correo electrónico"),
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Escribe tu correo."),
            "invalid": _("Escribe el correo completo: nombre@ejemplo.pe."),
        },
    )

    def clean_email(self):
        return self.asked_once(self.cleaned_data["email"])


class WithNames(forms.Form):
    """A name as its person writes it; one surname is enough, and none would leave a certificate
    without it.
    """

    first_name = name_field(
        _("Nombres"), "given-name", _("Escribe tus nombres."), help_text=NAME_HINT
    )
    last_name = name_field(
        _("Apellidos"),
        "family-name",
        _("Escribe tus apellidos."),
        help_text=_("Los dos, o uno si solo tienes uno."),
    )


class RegistrationForm(WithNames, WithEmail, AsksPasswordAgain, ChoosesPassword, WarnsOfDocuments):
    """What a new person tells: name as they write it, document or e-mail, post and password."""

    free_texts = ("post",)

    said_of_person = ("document_number", "email", "first_name", "last_name")

    document_type = forms.ChoiceField(
        label=_("Documento"),
        choices=[
            *User.DocumentType.choices,
            (NO_DOCUMENT, _("Prefiero ingresar solo con mi correo")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    document_number = forms.CharField(
        label=_("Número del documento"),
        max_length=60,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_(
            "Sirve para ingresar y para que tu certificado te identifique. Se guarda cifrado."
        ),
    )
    post = text_field(
        _("Tu cargo"),
        "organization-title",
        help_text=_("Por ejemplo: tesorera, regidor, especialista."),
    )
    password = password_field(
        _("Contraseña"), "new-password", _("Escribe una contraseña."), help_text=PASSWORD_HINT
    )
    accepts = forms.BooleanField(
        label=_("Leí el aviso de privacidad y lo acepto"),
        error_messages={
            "required": _(
                "Para crear tu cuenta, lee el aviso de privacidad y marca que lo aceptas."
            )
        },
    )
    field_order = [
        "first_name",
        "last_name",
        "document_type",
        "document_number",
        "email",
        "post",
        "password",
        "accepts",
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        self.fields["email"].help_text = _(
            "Sirve para ingresar y para recuperar tu contraseña. Puedes dejarlo vacío si pones "
            "tu documento."
        )

    def clean_document_type(self):
        """Nothing is marked beforehand: eight digits can only be a DNI, whatever was left
        unmarked.
        """
        kind = self.cleaned_data["document_type"] or likely_type(
            self.data.get("document_number", "")
        )
        return "" if kind == NO_DOCUMENT else kind

    def clean(self):
        data = super().clean()
        kind, number = data.get("document_type", ""), data.get("document_number", "")
        if number and self.data.get("document_type") == NO_DOCUMENT:
            text = _t(
                "Marcaste que ingresas solo con tu correo. Borra el número, o marca qué documento "
                "es."
            )
            self.add_error("document_number", text)
        elif number and not kind:
            self.add_error("document_type", _t("Elige qué documento es."))
        elif kind and not number:
            self.add_error("document_number", _t("Escribe el número de tu documento."))
        elif kind:
            self.check_document(kind, number)
        if not (kind or number or data.get("email") or "email" in self.errors):
            self.add_error(
                "email", _t("Escribe tu documento o tu correo: con uno de los dos ingresarás.")
            )
        return data

    def check_document(self, kind: str, number: str) -> None:
        try:
            self.cleaned_data["document_number"] = clean_number(kind, number)
        except InvalidDocument as error:
            self.add_error("document_number", str(error))


class FirstEntryForm(WarnsOfDocuments):
    """Confirms institution, post and the privacy notice; what is already known is not asked
    again.
    """

    free_texts = ("post",)

    organisation_is_right = forms.TypedChoiceField(
        label=_("¿Trabajas ahí?"),
        choices=[("1", _("Sí, es mi entidad")), ("0", _("No es correcto"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("Marca si esta es tu entidad.")},
    )
    post = text_field(_("Tu cargo"), "organization-title")
    accepts = forms.BooleanField(
        label=_("Leí el aviso de privacidad y lo acepto"),
        error_messages={"required": _("Lee el aviso de privacidad y marca que lo aceptas.")},
    )

    def __init__(self, *args, organisation: Organisation | None, has_accepted: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if organisation is None:
            for name in ("organisation_is_right", "post", "number_seen"):
                del self.fields[name]
        if has_accepted:
            del self.fields["accepts"]


class PersonForm(WithNames, WarnsOfDocuments):
    """Lets people correct how their names and their post are written.

    Each field says what the page showed, so that what was corrected meanwhile stays.
    """

    free_texts = ("post",)

    post = text_field(_("Tu cargo"), "organization-title")

    def __init__(self, *args, has_post: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_post:
            del self.fields["post"]
        self.shown = {"first_name", "last_name", "post"} & set(self.fields)
        for name in self.shown:
            self.fields[name].show_hidden_initial = True

    @property
    def corrected(self) -> dict[str, str]:
        """What differs from what the page showed."""
        return {name: self.cleaned_data[name] for name in self.shown & set(self.changed_data)}


class InstitutionForm(WarnsOfDocuments):
    """Where a person serves now: an institution that a search found, and the post there."""

    free_texts = ("cargo",)

    cargo = text_field(_("Tu cargo"), "organization-title")
    entidad = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "buscar"}))

    def clean_entidad(self) -> Organisation:
        """Return the institution that was marked."""
        organisation = chosen_organisation(self.cleaned_data["entidad"])
        if organisation is None:
            raise ValidationError(_t("Busca tu entidad y márcala en la lista."))
        return organisation


class EmailForm(PasswordForm, WithEmail, AsksPasswordAgain):
    """A new e-mail."""

    field_order = ["email", "password"]

    def clean_email(self):
        """No letter goes to the e-mail that they have: to promise one would let them wait."""
        email = super().clean_email()
        if email == self.user.email:
            raise ValidationError(_t("Ese ya es tu correo. Escribe el nuevo."))
        return email


class RecoveryCodeForm(IdentifierForm, AsksPasswordAgain, ChoosesPassword):
    """Who, the code that a coordinator gave, and the new password.

    The password is checked before the code: its answer never tells whether the code was right.
    """

    said_of_person = ("username",)

    code = forms.CharField(
        label=_("Código"),
        max_length=60,
        error_messages={"required": _("Escribe el código que te dieron.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        help_text=_("Diez letras y números. Da igual si escribes el guion."),
    )
    password = password_field(
        _("Contraseña nueva"),
        "new-password",
        _("Escribe la contraseña nueva."),
        help_text=PASSWORD_HINT,
    )

    def clean_code(self):
        """Tell a wrong length before anything is counted as a try."""
        code = self.cleaned_data["code"]
        more = len(bare_code(code)) - LENGTH
        if more == -LENGTH:
            raise ValidationError(self.fields["code"].error_messages["required"])
        words = {"count": abs(more), "length": LENGTH}
        if more < 0:
            text = ngettext(
                "Te falta %(count)d letra o número: el código tiene %(length)d.",
                "Te faltan %(count)d letras o números: el código tiene %(length)d.",
                -more,
            )
            raise ValidationError(text % words)
        if more > 0:
            text = ngettext(
                "Te sobra %(count)d letra o número: el código tiene %(length)d.",
                "Te sobran %(count)d letras o números: el código tiene %(length)d.",
                more,
            )
            raise ValidationError(text % words)
        return code


class ChangePasswordForm(ChecksCurrentPassword, LibraryChangePasswordForm):
    """The library's form with one field for the new password: it can be shown, and recovered."""

    oldpassword = password_field(
        _("Contraseña actual"), "current-password", _("Escribe tu contraseña actual.")
    )
    password1 = password_field(
        _("Contraseña nueva"),
        "new-password",
        _("Escribe la contraseña nueva."),
        help_text=PASSWORD_HINT,
    )
    password2 = None

    def clean_oldpassword(self):
        return self.checked(self.cleaned_data["oldpassword"])

    def clean_password1(self):
        return get_adapter().clean_password(self.cleaned_data["password1"], user=self.user)


class NewPasswordForm(LibraryResetPasswordKeyForm):
    """A new password after following the link of the letter."""

    password1 = password_field(
        _("Contraseña nueva"),
        "new-password",
        _("Escribe la contraseña nueva."),
        help_text=PASSWORD_HINT,
    )
    password2 = None

    def clean_password1(self):
        return get_adapter().clean_password(self.cleaned_data["password1"], user=self.user)
