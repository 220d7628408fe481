"""Reads the tasks that failed, and lets an operator have one done again or put it aside."""

import inspect
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet

from accounts.models import User
from audit.services import record_act
from operations.models import FailedJob

MOST_SHOWN = 100
WORDS_OF_TASKS: dict[str, Promise] = {
    "go_on_with_list": _("Importar una lista de personas"),
    "number_certificates": _("Numerar certificados"),
    "send_email_change_letter": _("Carta para confirmar un correo nuevo"),
    "send_email_changed_letter": _("Carta sobre un correo que cambió"),
    "send_erased_letter": _("Última carta a quien pidió borrar sus datos"),
    "send_password_changed_letter": _("Carta sobre una contraseña nueva"),
    "send_recovery_letter": _("Carta para elegir una contraseña"),
    "settle": _("Pasar a las personas de una entidad que cambió"),
}
WORDS_OF_JOBS: dict[str, Promise] = {
    "check the clock": _("Comprobar la hora"),
    "publish scheduled pages": _("Publicar lo programado"),
    "sync roles": _("Dar y quitar los roles del día"),
    "freeze dirty courses": _("Llevar a los participantes lo publicado"),
    "complete courses": _("Completar cursos"),
    "go on with lists of people": _("Seguir con las listas de personas"),
    "settle institutions": _("Pasar a las personas de una entidad que cambió"),
    "submit overdue attempts": _("Entregar los intentos vencidos"),
    "issue missing certificates": _("Emitir certificados"),
    "number certificates": _("Numerar certificados"),
    "write notices": _("Escribir avisos"),
    "write letters of notices": _("Escribir las cartas de los avisos"),
    "send short messages": _("Enviar los mensajes a celulares"),
    "repeat interrupted letters": _("Repetir cartas que se cortaron"),
    "send letters": _("Enviar cartas"),
    "fold differences": _("Sumar las cifras"),
    "count active people": _("Contar a las personas activas"),
    "forget what is over": _("Borrar lo que cumplió su plazo"),
    "seal the trail": _("Sellar el historial"),
    "check the chain": _("Comprobar el historial"),
    "measure the lights": _("Medir las luces"),
}


@dataclass(frozen=True)
class ShownTask:
    """A task that failed, in words; one whose facts are not kept any more cannot be repeated."""

    row: DBTaskResult
    words: str
    fault: str
    may_repeat: bool


def failed_tasks() -> DBTaskResultQuerySet:
    """Return the tasks that failed; what is too old is deleted by its retention rule."""
    return DBTaskResult.objects.failed()


def shown_tasks() -> list[ShownTask]:
    """Return the tasks that failed, the newest first. What a fault says is not shown: it can quote
    a row. One statement.
    """
    rows = failed_tasks().order_by("-finished_at", "pk")[:MOST_SHOWN]
    return [
        ShownTask(
            row,
            str(WORDS_OF_TASKS.get(row.task_path.rpartition(".")[2], row.task_path)),
            row.exception_class_path.rpartition(".")[2],
            may_repeat(row),
        )
        for row in rows
    ]


def shown_jobs() -> list[tuple[FailedJob, str]]:
    """Return the due jobs that failed when they ran last, in words. One statement."""
    rows = FailedJob.objects.order_by("since", "pk")
    return [(row, str(WORDS_OF_JOBS.get(row.name, row.name))) for row in rows]


def may_repeat(row: DBTaskResult) -> bool:
    """Say whether a task is still there, and everything that it needs."""
    try:
        inspect.signature(row.task.func).bind(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    except (ImportError, TypeError):
        return False
    return True


def repeat(*, uuid: UUID, operator: User, now: datetime) -> bool:
    """Queue a failed task once more in place of the one that failed; False when it waits no more,
    or cannot be repeated.
    """
    with transaction.atomic():
        row = failed_tasks().select_for_update().filter(pk=uuid).first()
        if row is None or not may_repeat(row):
            return False
        row.task.enqueue(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        row.delete()
        _record("failed_task_repeated", uuid, operator, now)
    return True


def put_aside(*, uuid: UUID, operator: User, now: datetime) -> bool:
    """Delete the note of a failed task; False when it is not there any more."""
    with transaction.atomic():
        if not failed_tasks().filter(pk=uuid).delete()[0]:
            return False
        _record("failed_task_put_aside", uuid, operator, now)
    return True


def _record(action: str, uuid: UUID, operator: User, now: datetime) -> None:
    record_act(
        actor_key=operator.learner_key,
        action=action,
        object_type="task",
        object_key=str(uuid),
        now=now,
    )
