"""Validates what is typed to find a person, and to mend what is held of them."""

import re
from datetime import datetime
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.corrections import Why, account_mark, request_digest
from accounts.documents import InvalidDocument, clean_number
from accounts.email_slips import WarnsOfEmailSlips
from accounts.emails import LONGEST_EMAIL, email_refusal
from accounts.free_texts import WarnsOfDocuments
from accounts.limits import Limit
from accounts.models import Organisation, ReasonedAct, User
from accounts.queries import chosen_organisation, named_like
from certificates.models import Certificate
from learning.models import Enrolment
from learning.queries import Study, studies_and_departures_of
from lib.identifiers import plain_email, read_uuid
from lib.text_fields import LineField, NameField, PlainLineField
from quizzes.models import MOST_MINUTES
from roster.queries import (
    RequiredQuiz,
    Sought,
    certificates_held_by,
    is_outdated,
    stuck_quizzes,
    timed_quizzes,
)


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
        """Tell what was typed: with @ an e-mail, with numbers a document, else a name."""
        typed = self.cleaned_data["who"]
        if "@" in typed:
            return Sought("email", typed)
        if re.search(r"\d", typed):
            return Sought("document", typed)
        if named_like(typed) is None:
            raise ValidationError(_t("Escribe al menos dos letras del nombre."))
        return Sought("name", typed)


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
SENT_BESIDE = {"csrfmiddlewaretoken", "email_seen", "number_seen", "seen", "sent_by"}


def digest_of(data: QueryDict, username: str) -> str:
    """Return the digest of what somebody typed about a person."""
    typed = {name: data.getlist(name) for name in sorted(data) if name not in SENT_BESIDE}
    return request_digest(username, typed)


class ReasonForm(WarnsOfDocuments):
    """Why somebody changes another person's account, and what the page knew of it."""

    free_texts = ("reason",)
    limit: Limit | None = None

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
            raise ValidationError(_t("Busca la entidad y márcala en la lista."))
        return organisation

    def facts(self) -> dict[str, object]:
        return {"organisation": self.cleaned_data["entidad"], "post": self.cleaned_data["cargo"]}


class QuizForm(ReasonForm):
    """Which of some quizzes of a person an act is about."""

    quiz = forms.ChoiceField(
        label=_("Cuestionario"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Elige el cuestionario.")},
    )
    told_of_another = _("Elige uno de los cuestionarios de la lista.")
    told_of_none = _("No hay ningún cuestionario.")

    def __init__(self, data=None, *, person: User, initial: dict | None = None):
        super().__init__(data, person=person, initial=initial)
        quizzes = self.quizzes_to_choose(person, timezone.now())
        self.quizzes = {quiz.name: quiz for quiz in quizzes}
        field = self.fields["quiz"]
        choices = [(name, str(quiz)) for name, quiz in self.quizzes.items()]
        field.choices = choices  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = self.told_of_another
        if not choices:
            field.help_text = self.told_of_none

    def quizzes_to_choose(self, person: User, now: datetime) -> list[RequiredQuiz]:
        """Return the quizzes to choose from."""
        raise NotImplementedError

    def facts(self) -> dict[str, object]:
        quiz = self.quizzes[self.cleaned_data["quiz"]]
        return {"enrolment": quiz.enrolment, "quiz_key": quiz.key}


class AttemptForm(QuizForm):
    """At which quiz a person gets one attempt more."""

    told_of_another = _("Elige un cuestionario que hoy no puede intentar.")
    told_of_none = _("Hoy puede intentar todos los que le faltan: no hace falta.")

    def quizzes_to_choose(self, person: User, now: datetime) -> list[RequiredQuiz]:
        return stuck_quizzes(person, now)


def minutes_field(**options) -> forms.IntegerField:
    """Return the field that asks how many minutes somebody gives."""
    told = _("Escribe de 1 a %(most)d minutos.") % {"most": MOST_MINUTES}
    return forms.IntegerField(
        label=_("Minutos más"),
        min_value=1,
        max_value=MOST_MINUTES,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), told),
        **options,
    )


class TimeForm(QuizForm):
    """For which quiz a person gets more time, and how much."""

    minutes = minutes_field(help_text=_("Se suman al tiempo del cuestionario, y solo una vez."))
    told_of_another = _("Elige un cuestionario con tiempo límite que pueda intentar.")
    told_of_none = _("No le falta ningún cuestionario con tiempo límite que pueda intentar.")

    def quizzes_to_choose(self, person: User, now: datetime) -> list[RequiredQuiz]:
        return timed_quizzes(person, now)

    def facts(self) -> dict[str, object]:
        return {**super().facts(), "minutes": self.cleaned_data["minutes"]}


class CourseForm(ReasonForm):
    """Which of some courses of a person an act is about."""

    course = forms.ChoiceField(
        label=_("Curso"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Elige el curso."),
            "invalid_choice": _("Elige uno de los cursos de la lista."),
        },
    )
    told_of_none = _("No hay ningún curso.")

    def __init__(self, data=None, *, person: User, initial: dict | None = None):
        super().__init__(data, person=person, initial=initial)
        studies = self.studies_to_choose(*studies_and_departures_of(person))
        self.studies = {str(study.enrolment.uuid): study for study in studies}
        field = self.fields["course"]
        choices = [(name, study.outline.title) for name, study in self.studies.items()]
        field.choices = choices  # type: ignore[attr-defined]
        if not choices:
            field.help_text = self.told_of_none

    def studies_to_choose(self, studies: list[Study], left: list[Study]) -> list[Study]:
        """Return the courses to choose from."""
        raise NotImplementedError

    def chosen(self) -> Enrolment:
        """Return the enrolment in the course that was marked."""
        return self.studies[self.cleaned_data["course"]].enrolment


class DepartureForm(CourseForm):
    """Which course a person is taken out of."""

    told_of_none = _("No está en ningún curso sin terminar.")

    def studies_to_choose(self, studies: list[Study], left: list[Study]) -> list[Study]:
        return [each for each in studies if each.enrolment.state == Enrolment.State.ACTIVE]

    def facts(self) -> dict[str, object]:
        return {"enrolment": self.chosen()}


class ReturnForm(CourseForm):
    """Which course a person is enrolled in again."""

    told_of_none = _("No dejó ningún curso que esté abierto.")

    def studies_to_choose(self, studies: list[Study], left: list[Study]) -> list[Study]:
        return [each for each in left if not each.is_closed]

    def facts(self) -> dict[str, object]:
        return {"course": self.chosen().course}


class CertificateForm(ReasonForm):
    """Which of some certificates of a person an act is about."""

    certificate = forms.ChoiceField(
        label=_("Certificado"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Elige el certificado."),
            "invalid_choice": _("Elige uno de los certificados de la lista."),
        },
    )
    told_of_none = _("No tiene ningún certificado válido.")

    def __init__(self, data=None, *, person: User, initial: dict | None = None):
        super().__init__(data, person=person, initial=initial)
        rows = [row for row in certificates_held_by(person) if self.may_be_chosen(row)]
        self.certificates = {str(row.uuid): row for row in rows}
        field = self.fields["certificate"]
        field.choices = [  # type: ignore[attr-defined]
            (name, f"{row.course_title} · {row.holder_name}")
            for name, row in self.certificates.items()
        ]
        if not rows:
            field.help_text = self.told_of_none

    def may_be_chosen(self, certificate: Certificate) -> bool:
        """Say whether the act is possible for a certificate: here for one that is valid."""
        return certificate.is_valid

    def facts(self) -> dict[str, object]:
        return {"certificate": self.certificates[self.cleaned_data["certificate"]]}


class OutdatedCertificateForm(CertificateForm):
    """Which certificate is issued anew because it shows data from before."""

    told_of_none = _("Sus certificados ya tienen sus datos de hoy.")

    def may_be_chosen(self, certificate: Certificate) -> bool:
        return certificate.is_valid and is_outdated(certificate, self.person)


class RevokedCertificateForm(CertificateForm):
    """Which revoked certificate is issued anew."""

    told_of_none = _("No tiene ningún certificado revocado.")

    def may_be_chosen(self, certificate: Certificate) -> bool:
        return certificate.state == Certificate.State.REVOKED


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
