"""Says what people are told about their courses: the journal is the cause, and days that pass."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.editions import outline_of
from learning.models import Enrolment, Statement
from learning.queries import stalled, unbegun
from learning.services.merging import MADE_WAY
from notices.journals import Cause, Journal
from notices.kinds import Kind
from notices.models import Notice

UNBEGUN_AFTER = timedelta(days=7)
# Who was away for so long is not called back by a letter.
GIVEN_UP_AFTER = timedelta(days=60)


def are_unbegun(notices: Sequence[Notice]) -> set[int]:
    """Return the keys of those reminders whose course is not begun yet."""
    enrolments = _enrolments(notices, unbegun())
    return {row.pk for row in notices if row.facts.get("enrolment") in enrolments}


def are_stalled(notices: Sequence[Notice]) -> set[int]:
    """Return the keys of those reminders since whose day nothing was done."""
    enrolments = _enrolments(notices, Enrolment.objects.filter(state=Enrolment.State.ACTIVE))
    return {
        row.pk
        for row in notices
        if enrolments.get(row.facts.get("enrolment")) == row.facts.get("last_act_on")
    }


def _enrolments(notices: Sequence[Notice], rows: QuerySet[Enrolment]) -> dict[str, str]:
    keys = [row.facts["enrolment"] for row in notices if row.facts.get("enrolment")]
    found = rows.filter(uuid__in=keys).values_list("uuid", "last_act_on")
    return {str(uuid): day.isoformat() for uuid, day in found}


ENROLLED = Kind(
    name="enrolled",
    label=_("Inscripciones"),
    title=_("Te inscribiste en «%(course)s»"),
    text=_("Estás en el curso «%(course)s». Avanza a tu ritmo: tu lugar se guarda."),
    page="learning:home",
    button=_("Ve a tu curso"),
    may_be_muted=True,
)
WITHDRAWN = Kind(
    name="withdrawn",
    label=_("Retiros de un curso"),
    title=_("Ya no estás en «%(course)s»"),
    text=_(
        "Te retiraron del curso «%(course)s». Lo que hiciste queda guardado. Si no lo esperabas, "
        "escríbenos en «Ayuda»."
    ),
    page="learning:home",
    button=_("Mira tus cursos"),
)
UNBEGUN = Kind(
    name="unbegun",
    label=_("Recordatorio: curso sin empezar"),
    title=_("Todavía no empiezas «%(course)s»"),
    text=_(
        "Te inscribiste en «%(course)s» y todavía no empiezas. La primera lección toma pocos "
        "minutos."
    ),
    page="learning:home",
    button=_("Empieza tu curso"),
    needs_action=True,
    is_reminder=True,
    may_be_muted=True,
    short_text=_("Puriq: un curso tuyo espera que empieces. Ingresa cuando puedas."),
    still_holds=are_unbegun,
)
STALLED = Kind(
    name="stalled",
    label=_("Recordatorio: curso detenido"),
    title=_("Sigue con «%(course)s»"),
    text=_("Hace dos semanas que no avanzas en «%(course)s». Sigue donde te quedaste."),
    page="learning:home",
    button=_("Sigue tu curso"),
    needs_action=True,
    is_reminder=True,
    may_be_muted=True,
    short_text=_("Puriq: un curso tuyo está detenido. Sigue donde te quedaste."),
    still_holds=are_stalled,
)
KINDS = (ENROLLED, WITHDRAWN, UNBEGUN, STALLED)
TOLD_OF = {Statement.Verb.ENROLLED: ENROLLED, Statement.Verb.WITHDRAWN: WITHDRAWN}


def causes_in_journal(statements: Sequence[Statement]) -> Iterator[Cause]:
    """Yield an enrolment, or its end, for each statement that says so."""
    for statement in statements:
        if MADE_WAY in statement.answer:
            continue  # the same person is in the same course by the other enrolment
        yield Cause(
            kind=TOLD_OF[statement.verb].name,
            learner=statement.learner,
            key=str(statement.enrolment.uuid),
            happened_at=statement.received_at,
            facts={"course": outline_of(statement.edition_id).title},
        )


def told_statements() -> QuerySet[Statement]:
    """Return the statements that people are told of, with no more than their words need."""
    rows = Statement.objects.filter(verb__in=list(TOLD_OF)).select_related("enrolment")
    return rows.only("verb", "learner", "edition", "answer", "received_at", "enrolment__uuid")


JOURNAL = Journal(
    name="enrolments",
    rows=told_statements,
    number="pk",
    at="received_at",
    read=causes_in_journal,
)


def reminders_of_today(now: datetime) -> Iterator[Cause]:
    """Yield who enrolled a week ago and did not begin, and who began and did nothing for two."""
    since = now - GIVEN_UP_AFTER
    shown = {"course__latest_edition__isnull": False}
    late = unbegun().filter(enrolled_at__gt=since, enrolled_at__lte=now - UNBEGUN_AFTER, **shown)
    for enrolment in late.select_related("course"):
        yield _reminder(UNBEGUN, enrolment, str(enrolment.uuid), now)
    silent = stalled(now).filter(last_act_on__gt=timezone.localdate(since), **shown)
    for enrolment in silent.select_related("course"):
        key = f"{enrolment.uuid}:{enrolment.last_act_on}"
        yield _reminder(STALLED, enrolment, key, now)


def _reminder(kind: Kind, enrolment: Enrolment, key: str, now: datetime) -> Cause:
    return Cause(
        kind=kind.name,
        learner=enrolment.learner,
        key=key,
        happened_at=now,
        facts={
            "course": outline_of(enrolment.course.latest_edition_id).title,
            "enrolment": str(enrolment.uuid),
            "last_act_on": enrolment.last_act_on.isoformat(),
        },
    )
