"""Counts the work that waits for an operator, and says where each kind of it is done."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from accounts.models import User
from accounts.role_acts import roles_to_review
from courses.models import CourseHead
from courses.queries import TIME_OF_JOBS
from notices.holding import held_letters
from notices.queries import failed_letters
from operations.failed_tasks import failed_tasks
from operations.models import FailedJob
from privacy.queries import erasures_late_before, waiting_erasures
from roster.models import Request
from roster.permissions import requests_visible_to
from roster.unplaced import unplaced_people
from support.help_requests import help_late_before, waiting_requests


@dataclass(frozen=True)
class Waiting:
    """One kind of work: how many wait, since when the oldest does, and where it is done."""

    words: Promise
    page: str | Promise
    button: Promise
    count: int
    oldest: datetime | None
    late: int = 0


def pending_work(operator: User, now: datetime) -> list[Waiting]:
    """Return every kind of work of an operator, also that of which nothing waits; first that of
    which some is late. Eleven statements.
    """
    requests = requests_visible_to(operator).filter(state=Request.State.PENDING)
    late = now - TIME_OF_JOBS
    unfrozen = CourseHead.objects.filter(is_dirty=True).filter(
        ~Q(problem="") | Q(dirty_since__lt=late)
    )
    unpublished = Revision.page_revisions.filter(approved_go_live_at__lt=late)
    kinds = [
        Waiting(
            _("Pedidos de participantes"),
            reverse_lazy("roster:requests"),
            _("Responde los pedidos"),
            *_count(requests, "asked_at"),
        ),
        Waiting(
            _("Personas sin entidad"),
            reverse_lazy("roster:unplaced"),
            _("Pon su entidad"),
            *_count(unplaced_people(operator), "since"),
        ),
        Waiting(
            _("Pedidos de ayuda"),
            reverse_lazy("support:help_requests"),
            _("Responde las preguntas"),
            *_count_late(waiting_requests(), "asked_at", help_late_before(now)),
        ),
        Waiting(
            _("Pedidos de borrado"),
            reverse_lazy("privacy:erasure_requests"),
            _("Decide los borrados"),
            *_count_late(waiting_erasures(), "asked_at", erasures_late_before(now)),
        ),
        Waiting(
            _("Cartas que no salieron"),
            reverse_lazy("notices:letters"),
            _("Mira las cartas"),
            *_count(failed_letters(now), "email__last_updated"),
        ),
        Waiting(
            _("Publicaciones que no llegaron a los participantes"),
            reverse_lazy("wagtailadmin_home"),
            _("Mira qué les falta"),
            *_together(_count(unfrozen, "dirty_since"), _count(unpublished, "approved_go_live_at")),
        ),
        Waiting(
            _("Cartas retenidas por una restauración"),
            reverse_lazy("notices:letters"),
            _("Decide cuáles salen"),
            *_count(held_letters(), "held_since"),
        ),
        Waiting(
            _("Roles por revisar"),
            reverse_lazy("roster:roles"),
            _("Revisa los roles"),
            *_since(roles_to_review(operator, timezone.localdate(now))),
        ),
        Waiting(
            _("Tareas que fallaron"),
            reverse_lazy("operations:tasks"),
            _("Mira las tareas"),
            *_together(
                _count(failed_tasks(), "finished_at"), _count(FailedJob.objects.all(), "since")
            ),
        ),
    ]
    return sorted(kinds, key=lambda kind: not kind.late)


def _count(rows: "QuerySet[Any]", at: str) -> tuple[int, datetime | None]:
    found = rows.order_by().aggregate(count=Count("pk"), oldest=Min(at))
    return found["count"], found["oldest"]


def _count_late(
    rows: "QuerySet[Any]", at: str, late_before: datetime
) -> tuple[int, datetime | None, int]:
    """Return how many wait, since when the oldest does, and how many are late."""
    late = Count("pk", filter=Q(**{f"{at}__lt": late_before}))
    found = rows.order_by().aggregate(count=Count("pk"), oldest=Min(at), late=late)
    return found["count"], found["oldest"], found["late"]


def _since(days: list[date]) -> tuple[int, datetime | None]:
    first = timezone.make_aware(datetime.combine(days[0], time.min)) if days else None
    return len(days), first


def _together(*counts: tuple[int, datetime | None]) -> tuple[int, datetime | None]:
    moments = [oldest for _count, oldest in counts if oldest]
    return sum(count for count, _oldest in counts), min(moments, default=None)
