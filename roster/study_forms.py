"""Validates acts on what a person studies: quizzes, courses and certificates of theirs."""

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates.models import Certificate
from learning.departures import studies_and_departures_of
from learning.models import Enrolment
from learning.queries import Study
from lib.text_fields import CountField
from quizzes.models import MOST_MINUTES
from roster.forms import ReasonForm
from roster.queries import (
    RequiredQuiz,
    certificates_held_by,
    is_outdated,
    stuck_quizzes,
    timed_quizzes,
)

Words = str | Promise


def quiz_field() -> forms.ChoiceField:
    """Return the field that asks for one of some quizzes."""
    return forms.ChoiceField(
        label=_("Cuestionario"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Elige el cuestionario.")},
    )


def offer_quizzes(
    form: forms.Form, quizzes: Mapping[str, RequiredQuiz], of_another: Words, of_none: Words
) -> None:
    """Let a form choose from quizzes, by their names; say what it tells of any other, and where
    there is none.
    """
    field = form.fields["quiz"]
    choices = [(name, str(quiz)) for name, quiz in quizzes.items()]
    field.choices = choices  # type: ignore[attr-defined]
    field.error_messages["invalid_choice"] = of_another
    if not choices:
        field.help_text = of_none


class QuizForm(ReasonForm):
    """Which of some quizzes of a person an act is about."""

    quiz = quiz_field()
    told_of_another = _("Elige uno de los cuestionarios de la lista.")
    told_of_none = _("No hay ningún cuestionario.")

    def __init__(self, data=None, *, person: User, initial: dict | None = None):
        super().__init__(data, person=person, initial=initial)
        quizzes = self.quizzes_to_choose(person, timezone.now())
        self.quizzes = {quiz.name: quiz for quiz in quizzes}
        offer_quizzes(self, self.quizzes, self.told_of_another, self.told_of_none)
        self.nothing = "" if quizzes else self.told_of_none

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
    return CountField(
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
            field.help_text = self.nothing = self.told_of_none

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
            field.help_text = self.nothing = self.told_of_none

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
