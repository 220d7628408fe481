"""Says what this app holds about a person: enrolments, progress and the journal.

All of it knows the opaque key alone.
"""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.editions import outline_of
from courses.outline import Outline
from learning.models import ActivityProgress, Enrolment, Statement
from privacy.data_map import Holding, RetentionRule, Row, facts_of

WITHOUT_PERSON = _("Queda sin tu nombre. Las cifras no cambian.")
ALL_WITHOUT_PERSON = _("Quedan sin tu nombre. Las cifras no cambian.")
OF_PERSON_WITHOUT_NAME = _("Queda sin su nombre. Las cifras no cambian.")
ALL_OF_PERSON_WITHOUT_NAME = _("Quedan sin su nombre. Las cifras no cambian.")
ENROLMENT = {
    "uuid": _("Identificador"),
    "course": _("Curso"),
    "state": _("Estado"),
    "enrolled_at": _("Inscripción"),
    "completed_at": _("Término"),
    "organisation.name": _("Entidad"),
    "district_code": _("Ubigeo"),
    "last_act_on": _("Último avance"),
}
PROGRESS = {
    "course": _("Curso"),
    "activity": _("Actividad"),
    "state": _("Estado"),
    "success": _("Resultado"),
    "score": _("Nota, de 0 a 1"),
    "completed_on": _("Completada"),
}
STATEMENT = {
    "uuid": _("Identificador"),
    "occurred_at": _("Cuándo"),
    "verb": _("Qué pasó"),
    "course": _("Curso"),
    "activity": _("Actividad"),
    "score": _("Nota, de 0 a 1"),
}


def enrolments(user: User) -> list[Row]:
    """Return every enrolment, those withdrawn too."""
    rows = (
        Enrolment.objects.filter(learner=user.learner_key)
        .select_related("course", "organisation")
        .order_by("enrolled_at")
    )
    return facts_of(
        rows, ENROLMENT, {"course": lambda row: outline_of(row.course.latest_edition_id).title}
    )


def progress(user: User) -> list[Row]:
    """Return where the person stands in every activity that was begun."""
    rows = (
        ActivityProgress.objects.filter(enrolment__learner=user.learner_key)
        .select_related("enrolment__course")
        .order_by("pk")
    )

    def outline(row: ActivityProgress) -> Outline:
        return outline_of(row.enrolment.course.latest_edition_id)

    return facts_of(
        rows,
        PROGRESS,
        {
            "course": lambda row: outline(row).title,
            "activity": lambda row: title_of(outline(row), row.activity_key),
        },
    )


def statements(user: User) -> list[Row]:
    """Return the journal line by line."""
    rows = Statement.objects.filter(learner=user.learner_key).order_by("pk")
    return facts_of(
        rows,
        STATEMENT,
        {
            "course": lambda row: outline_of(row.edition_id).title,
            "activity": lambda row: title_of(outline_of(row.edition_id), row.activity_key),
        },
    )


def title_of(outline: Outline, key: object) -> str:
    """Return the title of an activity, or its key when the outline no longer has it; empty for the
    course as a whole.
    """
    activity = outline.by_key.get(key)  # type: ignore[call-overload] # None finds nothing
    return activity.title if activity else str(key or "")


LEARNING_RECORD = RetentionRule(
    name="journal",
    place=30,
    what=_("Tus inscripciones, tu avance y tus notas"),
    term=_("Mientras tengas tu cuenta; después, sin tu nombre"),
    why=_("Para mostrar tu avance y para que las cifras no cambien."),
)

HOLDINGS = (
    Holding(
        name="enrolments",
        title=_("Tus inscripciones"),
        tables=("learning.Enrolment",),
        retention=(LEARNING_RECORD,),
        labels=ENROLMENT,
        rows=enrolments,
        after_erasure=ALL_WITHOUT_PERSON,
        of_person=(_("Sus inscripciones"), ALL_OF_PERSON_WITHOUT_NAME),
    ),
    Holding(
        name="progress",
        title=_("Tu avance"),
        tables=("learning.ActivityProgress",),
        retention=(LEARNING_RECORD,),
        labels=PROGRESS,
        rows=progress,
        after_erasure=WITHOUT_PERSON,
        of_person=(_("Su avance"), OF_PERSON_WITHOUT_NAME),
    ),
    Holding(
        name="journal",
        title=_("Registro de lo que hiciste"),
        tables=("learning.Statement",),
        retention=(LEARNING_RECORD,),
        labels=STATEMENT,
        rows=statements,
        after_erasure=WITHOUT_PERSON,
        of_person=(_("Registro de lo que hizo"), OF_PERSON_WITHOUT_NAME),
    ),
)
