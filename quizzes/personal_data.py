"""Says what this app holds about a person: attempts and their answers."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from learning.personal_data import LEARNING_RECORD
from privacy.data_map import Holding, RetentionRule, Row, facts_of
from questions.kinds import kind_of
from quizzes.deletion import forget_answers, forget_answers_before
from quizzes.models import Accommodation, Attempt, MoreTime, Reopening, ResponseEvent

ATTEMPT = {
    "uuid": _("Identificador"),
    "title": _("Cuestionario"),
    "number": _("Intento"),
    "state": _("Estado"),
    "started_at": _("Empezado"),
    "deadline_at": _("Hora de cierre"),
    "submitted_at": _("Entregado"),
    "score_scaled": _("Nota, de 0 a 1"),
    "passed": _("Aprobado"),
    "answers": _("Preguntas y respuestas"),
}
EVENT = {
    "attempt.uuid": _("Intento"),
    "slot": _("Pregunta"),
    "chosen": _("Alternativas marcadas, contadas desde 0"),
    "is_marked": _("Marcada para revisar"),
    "occurred_at": _("Marcada en tu equipo"),
    "received_at": _("Recibida"),
    "counts": _("Cuenta para la nota"),
}
REOPENING = {
    "attempt.uuid": _("Intento"),
    "at": _("Cuándo"),
    "reason": _("Motivo"),
    "submitted_at": _("Se había entregado"),
    "score_scaled": _("Nota que había dado, de 0 a 1"),
}
ACCOMMODATION = {
    "after.uuid": _("Después del intento"),
    "count": _("Cuántos"),
    "given_at": _("Cuándo"),
}
MORE_TIME = {
    "quiz_key": _("Cuestionario, por su clave"),
    "number": _("Para el intento"),
    "minutes": _("Minutos"),
    "given_at": _("Cuándo"),
}


def attempts(user: User) -> list[Row]:
    """Return every attempt with what was asked and answered; which answers are right is not the
    person's data.
    """
    rows = Attempt.objects.filter(learner=user.learner_key).order_by("started_at")
    return facts_of(rows, ATTEMPT, {"title": lambda row: row.rules["title"], "answers": answers_of})


def answers_of(attempt: Attempt) -> list[Row]:
    """Return what each item asked and the texts of the choices that were marked."""
    return [
        {
            "question": row["stem"],
            "chosen": kind_of(row["kind"]).answered(row["asked"], row["response"]),
        }
        for row in attempt.evidence
    ]


def responses(user: User) -> list[Row]:
    """Return every answer that was sent, as its kind tells it."""
    rows = (
        ResponseEvent.objects.filter(attempt__learner=user.learner_key)
        .select_related("attempt")
        .order_by("pk")
    )
    return facts_of(rows, EVENT, {"chosen": plain_response})


def plain_response(event: ResponseEvent) -> object:
    """Return what one event answered."""
    return kind_of(event.attempt.paper[event.slot - 1]["kind"]).plain(event.response)


ANSWERS = RetentionRule(
    name="answers",
    place=20,
    what=_("Tus respuestas a los cuestionarios"),
    term=_("2 años; después, solo la nota"),
    why=_("Para revisar una nota si reclamas."),
    days=730,
    forget=forget_answers_before,
)

HOLDINGS = (
    Holding(
        name="attempts",
        title=_("Tus intentos"),
        tables=("quizzes.Attempt",),
        retention=(ANSWERS, LEARNING_RECORD),
        labels=ATTEMPT,
        rows=attempts,
        after_erasure=_("Queda la nota sin tu nombre. Se borran las respuestas."),
        of_person=(_("Sus intentos"), _("Queda la nota sin su nombre. Se borran las respuestas.")),
        erase=lambda learner_key: forget_answers(Attempt.objects.filter(learner=learner_key)),
    ),
    Holding(
        name="answers",
        title=_("Cada respuesta que enviaste"),
        tables=("quizzes.ResponseEvent",),
        retention=(ANSWERS,),
        labels=EVENT,
        rows=responses,
        after_erasure=_("Se borra."),
        of_person=(_("Cada respuesta que envió"), _("Se borra.")),
    ),
    Holding(
        name="accommodations",
        title=_("Intentos adicionales que alguien te dio"),
        tables=("quizzes.Accommodation",),
        retention=(LEARNING_RECORD,),
        labels=ACCOMMODATION,
        rows=lambda user: facts_of(
            Accommodation.objects.filter(after__learner=user.learner_key)
            .select_related("after")
            .order_by("pk"),
            ACCOMMODATION,
        ),
        after_erasure=_("Queda sin tu nombre."),
        of_person=(_("Intentos adicionales que alguien le dio"), _("Queda sin su nombre.")),
    ),
    Holding(
        name="more_time",
        title=_("Minutos adicionales que alguien te dio"),
        tables=("quizzes.MoreTime",),
        retention=(LEARNING_RECORD,),
        labels=MORE_TIME,
        rows=lambda user: facts_of(
            MoreTime.objects.filter(learner=user.learner_key).order_by("pk"), MORE_TIME
        ),
        after_erasure=_("Queda sin tu nombre."),
        of_person=(_("Minutos adicionales que alguien le dio"), _("Queda sin su nombre.")),
    ),
    Holding(
        name="reopenings",
        title=_("Intentos que alguien volvió a abrir"),
        tables=("quizzes.Reopening",),
        retention=(LEARNING_RECORD,),
        labels=REOPENING,
        rows=lambda user: facts_of(
            Reopening.objects.filter(attempt__learner=user.learner_key)
            .select_related("attempt")
            .order_by("pk"),
            REOPENING,
        ),
        after_erasure=_("Queda la nota sin tu nombre. Se borra el motivo."),
        of_person=(
            _("Intentos que alguien volvió a abrir"),
            _("Queda la nota sin su nombre. Se borra el motivo."),
        ),
        erase=lambda learner_key: Reopening.objects.filter(attempt__learner=learner_key).update(
            reason=""
        ),
    ),
)
