"""Validates what a learner asks for, and how it is answered."""

from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.free_texts import WarnsOfDocuments
from accounts.models import User
from lib.identifiers import read_uuid
from lib.text_fields import FreeTextField, LineField
from roster.models import Request
from roster.queries import StuckQuiz, stuck_quizzes


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

    def about(self) -> StuckQuiz | None:
        """Return the quiz that it is about, where there is one."""
        return None


class AttemptRequestForm(RequestForm):
    """At which quiz one attempt more is asked for."""

    quiz = forms.ChoiceField(
        label=_("Cuestionario"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Elige el cuestionario."),
            "invalid_choice": _("Elige un cuestionario que hoy no puedes intentar."),
        },
    )

    def __init__(self, data=None, *, person: User, initial: dict | None = None):
        super().__init__(data, person=person, initial=initial)
        self.stuck = {quiz.name: quiz for quiz in stuck_quizzes(person, timezone.now())}
        field = self.fields["quiz"]
        choices = [(name, str(quiz)) for name, quiz in self.stuck.items()]
        field.choices = choices  # type: ignore[attr-defined]
        if not self.stuck:
            field.help_text = _t(
                "Hoy puedes intentar todos los cuestionarios que te faltan: no hace falta pedirlo."
            )
        self.order_fields(["quiz", "words", "uuid"])

    def about(self) -> StuckQuiz | None:
        return self.stuck[self.cleaned_data["quiz"]]


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


class BulkDecisionForm(DecisionForm):
    """One answer to several requests."""

    asked = forms.MultipleChoiceField(
        required=True,
        error_messages={
            "required": _("Marca al menos un pedido."),
            "invalid_choice": _("Un pedido que marcaste ya no está en espera: mira la lista."),
        },
    )
