"""Validates what is typed to find a person, and to mend what is held of them."""

from datetime import timedelta
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.corrections import Why, account_mark, request_digest
from accounts.documents import InvalidDocument, clean_number
from accounts.email_slips import WarnsOfEmailSlips
from accounts.emails import LONGEST_EMAIL, email_refusal
from accounts.free_texts import WarnsOfDocuments
from accounts.last_day import LastDayField
from accounts.limits import Limit
from accounts.models import Organisation, ReasonedAct, User
from accounts.queries import chosen_organisation
from lib.identifiers import plain_email, read_uuid
from lib.text_fields import LineField, NameField, PlainLineField
from roster.queries import Sought, read_sought
from roster.register_words import not_chosen


class SearchForm(forms.Form):
    """Who is sought: one field for whatever is at hand."""

    who = LineField(
        label=_("Documento, correo o nombre"),
        max_length=254,
        error_messages={"required": _("Escribe un documento, un correo o un nombre.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text=_("Del nombre basta una parte, en cualquier orden y sin tildes."),
    )

    def clean_who(self) -> Sought:
        """Tell how what was typed is read."""
        sought = read_sought(self.cleaned_data["who"])
        if sought is None:
            raise ValidationError(_t("Escribe al menos dos letras del nombre."))
        return sought


def line(
    label, missing="", kind: type[forms.CharField] = PlainLineField, **options
) -> forms.CharField:
    """Return a field of one line about somebody else; `missing` says what to write, and without it
    the field may stay empty.
    """
    return kind(
        label=label,
        max_length=120,
        required=bool(missing),
        error_messages={"required": missing} if missing else {},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        **options,
    )


# What a page sends by itself, and may send otherwise the next time.
SENT_BESIDE = {
    "csrfmiddlewaretoken",
    "email_seen",
    "holder_seen",
    "number_seen",
    "other_seen",
    "seen",
    "sent_by",
}


def digest_of(data: QueryDict, username: str) -> str:
    """Return the digest of what somebody typed about a person."""
    typed = {name: data.getlist(name) for name in sorted(data) if name not in SENT_BESIDE}
    return request_digest(username, typed)


class ReasonForm(WarnsOfDocuments):
    """Why somebody changes another person's account, and what the page knew of it."""

    free_texts = ("reason",)
    limit: Limit | None = None
    # Why there is nothing to choose, where the act is about one of some things.
    nothing: str | Promise = ""

    reason = LineField(
        label=_("Motivo"),
        max_length=ReasonedAct._meta.get_field("reason").max_length,
        error_messages={"required": _("Escribe por qué lo haces: queda junto al cambio.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Por ejemplo: trajo su DNI, o lo pidió su jefa por teléfono."),
    )
    uuid = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, person: User, initial: dict | None = None):
        mark = account_mark(person)
        super().__init__(data, initial={"uuid": uuid4(), "seen": mark, **(initial or {})})
        self.person, self.mark = person, mark
        # What a form asks stands before the reason for it.
        self.order_fields([name for name in self.fields if name != "reason"])

    def facts(self) -> dict[str, object]:
        """Return what the form asks beside the reason, once it is valid."""
        own = self.cleaned_data.keys() - {"reason", "uuid"} - SENT_BESIDE
        return {name: self.cleaned_data[name] for name in own}

    def why(self, actor: User) -> Why:
        """Return who acts, and why, once the form is valid."""
        data = self.cleaned_data
        sent: UUID | None = read_uuid(data["uuid"])
        digest = digest_of(self.data, self.person.username)
        return Why(actor, data["reason"], sent or uuid4(), data["seen"], digest)

    def ask_about(self, holder: User) -> None:
        """Say which other account an act is about too, where it is about one."""
        raise NotImplementedError

    def look_again(self) -> None:
        """Say that the account changed meanwhile; what was typed stays, to be sent once more."""
        self.data = self.data.copy()
        self.data["seen"] = self.mark
        self.add_error(
            None,
            _t(
                "Sus datos cambiaron después de que abriste esta página. Mira cómo están ahora en "
                "su ficha y, si todavía hace falta, envía otra vez."
            ),
        )


class NameForm(ReasonForm):
    """How a name is written."""

    first_name = line(_("Nombres"), _("Escribe sus nombres."), NameField)
    last_name = line(_("Apellidos"), _("Escribe sus apellidos."), NameField)


class DocumentForm(ReasonForm):
    """Which document a person has."""

    document_type = forms.ChoiceField(
        label=_("Documento"),
        choices=User.DocumentType.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Elige qué documento es.")},
    )
    number = forms.CharField(
        label=_("Número del documento"),
        max_length=60,
        error_messages={"required": _("Escribe el número de su documento.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Cópialo del documento a la vista. Se guarda cifrado."),
    )

    def clean(self):
        data = super().clean()
        kind, number = data.get("document_type"), data.get("number")
        if kind and number:
            try:
                data["number"] = clean_number(kind, number)
            except InvalidDocument as error:
                self.add_error("number", str(error))
        return data


class ClaimForm(DocumentForm):
    """Which document is a person's, though another account has it: of that one is told first."""

    holder_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def ask_about(self, holder: User) -> None:
        """Say who has the document; sent again as it was, it is taken from them."""
        self.data = self.data.copy()
        self.data["holder_seen"] = holder.username
        told = _t(
            "Ahora lo tiene la cuenta de %(name)s. Si comprobaste que no es suyo, envía otra vez: "
            "se lo quitamos y los dos recibirán un aviso. Si las dos cuentas son de la misma "
            "persona, mejor únelas desde su ficha."
        )
        self.add_error("number", told % {"name": holder})

    def facts(self) -> dict[str, object]:
        return {**super().facts(), "taken_from": self.cleaned_data["holder_seen"]}


class EmailForm(WarnsOfEmailSlips, ReasonForm):
    """The e-mail of a person; none, for who signs in with a document."""

    email = forms.CharField(
        label=_("Correo electrónico"),
        max_length=LONGEST_EMAIL,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        """Read an e-mail out of what was pasted with it."""
        email = plain_email(self.cleaned_data["email"])
        if email and (refusal := email_refusal(email)):
            raise ValidationError(refusal)
        if not email and not self.person.document_index:
            raise ValidationError(_t("Sin documento ni correo no podría ingresar."))
        return self.asked_once(email)


class PostForm(ReasonForm):
    """Where a person serves from today on."""

    free_texts = ("reason", "cargo")
    entidad = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "buscar"}))
    cargo = line(_("Cargo"))

    def clean_entidad(self) -> Organisation:
        """Return the institution that was marked."""
        organisation = chosen_organisation(self.cleaned_data["entidad"])
        if organisation is None:
            nothing = _t("Busca la entidad y márcala en la lista.")
            raise ValidationError(not_chosen(self.cleaned_data["entidad"], nothing))
        return organisation

    def facts(self) -> dict[str, object]:
        return {"organisation": self.cleaned_data["entidad"], "post": self.cleaned_data["cargo"]}


class MergeForm(ReasonForm):
    """Why two accounts are one person's, and that whoever does it read what follows."""

    other = forms.CharField(required=False, widget=forms.HiddenInput)
    other_seen = forms.CharField(required=False, widget=forms.HiddenInput)
    is_same_person = forms.BooleanField(
        label=_("Es la misma persona, y sé que no se deshace."),
        error_messages={"required": _("Compruébalo con la persona y marca que es la misma.")},
    )

    def __init__(self, data=None, *, person: User, other: User, mark: str):
        initial = {"other": other.username, "other_seen": mark}
        super().__init__(data, person=person, initial=initial)
        self.merged, self.told_mark = other, mark
        self.order_fields(["reason", "is_same_person"])

    def clean(self):
        data = super().clean()
        if data.get("other_seen") != self.told_mark:
            self.data = self.data.copy()
            self.data["other_seen"] = self.told_mark
            message = _t(
                "Algo cambió en una de las cuentas después de que abriste esta página. Lee otra "
                "vez qué va a pasar y, si está bien, envía de nuevo."
            )
            self.add_error(None, message)
        return data

    def facts(self) -> dict[str, object]:
        return {"other": self.merged}


class LiaisonForm(ReasonForm):
    """Until when a person is the liaison of their institution."""

    last_day = LastDayField()

    def facts(self) -> dict[str, object]:
        return {"ends_on": self.cleaned_data["last_day"] + timedelta(days=1)}


class ContactForm(WarnsOfDocuments):
    """What came of a call."""

    free_texts = ("note",)

    note = LineField(
        label=_("Qué te dijo"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Por ejemplo: sin señal hasta el lunes. La lee quien la llame después."),
    )
    uuid = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_uuid(self):
        """Return the identifier of the page, or a fresh one."""
        return read_uuid(self.cleaned_data["uuid"]) or uuid4()
