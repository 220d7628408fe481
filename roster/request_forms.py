"""Validates what a learner asks for, and how it is answered."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.free_texts import WarnsOfDocuments
from accounts.models import User
from lib.identifiers import read_uuid
from lib.text_fields import FreeTextField, LineField
from quizzes.models import MOST_ATTEMPTS
from roster.models import Request
from roster.queries import RequiredQuiz, stuck_quizzes, timed_quizzes
from roster.requests import Given
from roster.study_forms import minutes_field, offer_quizzes, quiz_field


class RequestForm(WarnsOfDocuments):
    """What is asked for, in the learner's words."""

    free_texts = ("words",)

    words = FreeTextField(
        label=_("¿Qué necesitas y por qué?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Hasta 500 letras. No escribas tu documento ni tu contraseña."),
        error_messages={
            "required": _("Escribe qué necesitas y por qué."),
            "max_length": _("Es muy largo: escribe hasta 500 letras."),
        },
    )
    uuid = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, person: User, initial: dict | None = None):
        super().__init__(data, initial={"uuid": uuid4(), **(initial or {})})
        self.person = person

    def identifier(self) -> UUID:
        """Return the identifier that the client sent, or a new one."""
        return read_uuid(self.cleaned_data["uuid"]) or uuid4()

    def about(self) -> RequiredQuiz | None:
        """Return the quiz that it is about, where there is one."""
        return None


class QuizRequestForm(RequestForm):
    """Something about one of the learner's quizzes."""

    quiz = quiz_field()
    told_of_another = _("Elige uno de los cuestionarios de la lista.")
    told_of_none = _("No hay ningún cuestionario.")

    def __init__(self, data=None, *, person: User, initial: dict | None = None):
        super().__init__(data, person=person, initial=initial)
        quizzes = self.quizzes_to_choose(person, timezone.now())
        self.quizzes = {quiz.name: quiz for quiz in quizzes}
        offer_quizzes(self, self.quizzes, self.told_of_another, self.told_of_none)
        if len(quizzes) == 1 and not self.initial.get("quiz"):
            self.initial["quiz"] = quizzes[0].name  # nothing is left to decide
        self.order_fields(["quiz", "words", "uuid"])

    def quizzes_to_choose(self, person: User, now: datetime) -> list[RequiredQuiz]:
        """Return the quizzes to choose from."""
        raise NotImplementedError

    def about(self) -> RequiredQuiz | None:
        return self.quizzes[self.cleaned_data["quiz"]]


class AttemptRequestForm(QuizRequestForm):
    """At which quiz one attempt more is asked for."""

    told_of_another = _("Elige un cuestionario que hoy no puedes intentar.")
    told_of_none = _(
        "Hoy puedes intentar todos los cuestionarios que te faltan: no hace falta pedirlo."
    )

    def quizzes_to_choose(self, person: User, now: datetime) -> list[RequiredQuiz]:
        return stuck_quizzes(person, now)


class TimeRequestForm(QuizRequestForm):
    """For which quiz more time is asked for."""

    told_of_another = _("Elige un cuestionario con tiempo límite que puedas intentar.")
    told_of_none = _("No te falta ningún cuestionario con tiempo límite que puedas intentar.")

    def quizzes_to_choose(self, person: User, now: datetime) -> list[RequiredQuiz]:
        return timed_quizzes(person, now)


class DecisionForm(WarnsOfDocuments):
    """Whether a request is granted, and why: the person reads it."""

    free_texts = ("reason",)

    decision = forms.ChoiceField(
        label=_("Tu respuesta"),
        choices=[
            (Request.State.GRANTED, _("Acepta")),
            (Request.State.DECLINED, _("No procede")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Elige si aceptas.")},
    )
    reason = LineField(
        label=_("Motivo"),
        max_length=Request._meta.get_field("reason").max_length,
        error_messages={"required": _("Escribe por qué: la persona lo lee.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("La persona lo lee. Por ejemplo: hubo un corte de luz, o corregí tu nombre."),
    )

    def given(self) -> Given:
        """Return what is given where it is granted."""
        return Given(
            attempts=self.cleaned_data.get("attempts") or 1,
            minutes=self.cleaned_data.get("minutes") or 0,
        )


class TimeDecisionForm(DecisionForm):
    """Whether more time is granted, how much, and why."""

    minutes = minutes_field(required=False, help_text=_("Si aceptas: se suman a su tiempo."))
    field_order = ("decision", "minutes", "reason")

    def clean(self):
        data = super().clean()
        is_granted = data.get("decision") == Request.State.GRANTED
        if is_granted and self.is_about_time() and "minutes" in data and not data["minutes"]:
            self.add_error("minutes", _t("Escribe cuántos minutos más le das."))
        return data

    def is_about_time(self) -> bool:
        """Say whether time is asked for."""
        return True


class BulkDecisionForm(TimeDecisionForm):
    """One answer to several requests about a quiz: so many attempts to who asked for one, so many
    minutes to who asked for time.
    """

    attempts = forms.TypedChoiceField(
        label=_("Intentos más"),
        coerce=int,
        empty_value=1,
        required=False,
        choices=[(number, str(number)) for number in range(1, MOST_ATTEMPTS + 1)],
        initial=1,
        help_text=_("Si aceptas: para quienes pidieron un intento."),
    )
    field_order = ("decision", "attempts", "minutes", "reason")
    kinds: Mapping[str, str] = MappingProxyType({})

    asked = forms.MultipleChoiceField(
        required=True,
        error_messages={
            "required": _("Marca al menos un pedido."),
            "invalid_choice": _("Un pedido que marcaste ya no está en espera: mira la lista."),
        },
    )

    def offer(self, asked: Mapping[str, str]) -> None:
        """Let it answer these requests, of which each says its kind."""
        field = self.fields["asked"]
        field.choices = [(name, "") for name in asked]  # type: ignore[attr-defined]
        self.kinds = asked

    def is_about_time(self) -> bool:
        return Request.Kind.TIME in {
            self.kinds[name] for name in self.cleaned_data.get("asked", ())
        }
