"""Holds the letters that a restored backup brings back: which of them left after it was made nobody
knows, so that an operator says of each whether it leaves.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from post_office.models import Email

from accounts.models import User
from audit.services import record_act
from notices.models import Letter, Notice
from notices.queries import WAITING
from notices.services import REPEATED_FOR
from notices.short_messages import pass_over_due_short_messages
from notices.writing import write_due_letters, write_notices

logger = logging.getLogger(__name__)


def hold_letters(*, now: datetime) -> int:
    """Hold every letter that waits, or that the worker would write next; return how many.

    To be run after a restore, before the worker starts. What journals and the day cause is written
    first, or the worker would write it, and it would leave a second time.
    """
    _write_letters_of_tasks(now)
    write_notices(now)
    while Notice.objects.filter(letter_due_at__lte=now).exists():
        write_due_letters(now, waits_a_day=False)
    pass_over_due_short_messages(now)
    waiting = Letter.objects.filter(email__status__in=WAITING, held_since=None)
    return waiting.update(held_since=now)


def _write_letters_of_tasks(now: datetime) -> None:
    """Do the tasks that write a letter, which the worker would find in the backup."""
    waits = Q(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING))
    is_repeated = Q(status=TaskResultStatus.FAILED, finished_at__gt=now - REPEATED_FOR)
    tasks = DBTaskResult.objects.filter(waits | is_repeated, task_path__endswith="_letter")
    for task in tasks:
        try:
            with transaction.atomic():
                task.task.func(*task.args_kwargs["args"], **task.args_kwargs["kwargs"])
                task.delete()
        except Exception:
            logger.exception("The letter of task %s could not be written", task.pk)


def held_letters() -> QuerySet[Letter]:
    """Return the letters that are held, the oldest first."""
    held = Letter.objects.filter(held_since__isnull=False, email__status__in=WAITING)
    return held.select_related("email").order_by("pk")


def release_held(*, number: int | None, operator: User, now: datetime) -> int:
    """Let a held letter leave, or all of them; return how many."""
    with transaction.atomic():
        count = Letter.objects.filter(pk__in=_chosen(number)).update(held_since=None)
        _record("held_letters_released", number, count, operator, now)
    return count


def discard_held(*, number: int | None, operator: User, now: datetime) -> int:
    """Delete a held letter, or all of them; return how many."""
    with transaction.atomic():
        chosen = Email.objects.filter(pk__in=_chosen(number), status__in=WAITING)
        count = chosen.delete()[1].get("notices.Letter", 0)
        _record("held_letters_discarded", number, count, operator, now)
    return count


def _chosen(number: int | None) -> list[int]:
    """Return a held letter, or all, locked: who decides at the same moment finds them decided."""
    held = Letter.objects.filter(held_since__isnull=False).select_for_update().order_by("pk")
    chosen = held if number is None else held.filter(pk=number)
    return list(chosen.values_list("pk", flat=True))


def _record(action: str, number: int | None, count: int, operator: User, now: datetime) -> None:
    if count:
        record_act(
            actor_key=operator.learner_key,
            action=action,
            object_type="letter",
            object_key="" if number is None else str(number),
            now=now,
            details={"count": count},
        )
