"""Tells who coordinates once a week how many people wait for a call or an answer: counts, no
names.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleGrant, User
from notices.journals import Cause
from notices.kinds import Kind
from roster.calls import LISTS, MOST_LISTED, first_of
from roster.models import Request
from roster.permissions import requests_visible_to

COUNTED = {"inactive": "sin-activar", "stalled": "detenidas", "stuck": "sin-intentos"}
DIGEST = Kind(
    name="weekly_digest",
    label=_("Resumen semanal"),
    title=_("Tu resumen de la semana"),
    text=_(
        "En tu ámbito, cuántas personas: sin activar, %(inactive)s; detenidas, %(stalled)s; sin "
        "intentos, %(stuck)s. Pedidos en espera: %(requests)s. Mira las listas y los pedidos en "
        "«Personas»."
    ),
    page="roster:search",
    button=_("Mira a quién llamar"),
    is_digest=True,
    may_be_muted=True,
    roles=(RoleGrant.Role.COORDINATOR,),
)


def digests_of_week(now: datetime) -> Iterator[Cause]:
    """Yield the counts of each coordinator who has any, for the week that it is in Lima."""
    today = timezone.localdate(now)
    year, week, _day = today.isocalendar()
    held = RoleGrant.objects.filter(
        RoleGrant.not_ended(today),
        user=OuterRef("pk"),
        role=RoleGrant.Role.COORDINATOR,
        starts_on__lte=today,
    )
    for person in User.objects.filter(Exists(held), is_active=True).order_by("pk"):
        counts = counts_for(person, now)
        if any(counts.values()):
            yield Cause(
                kind=DIGEST.name,
                learner=person.learner_key,
                key=f"{year}-{week:02}",
                happened_at=now,
                facts={name: in_words(count) for name, count in counts.items()},
            )


def counts_for(person: User, now: datetime) -> dict[str, int]:
    """Return how many people of each list, and how many requests, wait for a coordinator."""
    counts = {
        name: len({key for key, _course, _since in first_of(LISTS[of], person, now)})
        for name, of in COUNTED.items()
    }
    waiting = requests_visible_to(person).filter(state=Request.State.PENDING)
    return {**counts, "requests": waiting.count()}


def in_words(count: int) -> str:
    """Return a count as it is told: people are counted to 400."""
    return _now("más de %(n)d") % {"n": MOST_LISTED} if count > MOST_LISTED else str(count)
