"""Prints slips for people who have not come in yet: each with a code that works once."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Membership, RecoveryCode, User
from accounts.permissions import people_to_recover
from accounts.recovery import SLIP_LASTS, BeyondReach, NothingToType, issue_code
from audit.services import record_act
from lib.pdf import as_printed, draw, qr_svg
from roster.models import RosterFile, RosterRow

SOURCE = Path(__file__).parent / "typst" / "slips.typ"
# In one document: its drawing and its codes take some seconds.
MOST = 200
MOST_TIMES = 20
NOTHING_TO_TYPE = Q(document_index=None, email="")


@dataclass(frozen=True)
class Slip:
    """What one person needs to come in: how they name themselves, and a code."""

    name: str
    place: str
    identifier: str
    code: str


def people_to_activate(user: User, file: RosterFile | None = None) -> QuerySet[User]:
    """Return the people in reach who never came in, by name; only those of a list, where one is
    named. `slip_at` tells when the code was given to them that still works, if one does.
    """
    usable = RecoveryCode.objects.filter(
        user=OuterRef("pk"), used_at=None, expires_at__gt=timezone.now()
    ).order_by("-pk")
    people = people_to_recover(user).filter(last_login=None, first_entry_at=None)
    people = people.exclude(NOTHING_TO_TYPE)
    if file is not None:
        named = RosterRow.objects.filter(file=file, learner__isnull=False).values("learner")
        people = people.filter(learner_key__in=named)
    given = Subquery(usable.values("issued_at")[:1])
    return people.annotate(slip_at=given).order_by("searched_name", "pk")


def people_without_identifier(user: User) -> int:
    """Return how many people in reach who never came in have neither document nor e-mail: a code
    would help nobody who has nothing to type beside it. One statement.
    """
    people = people_to_recover(user).filter(NOTHING_TO_TYPE, last_login=None, first_entry_at=None)
    return people.count()


def give_next_slips(
    *, people: QuerySet[User], given_at: datetime | None, giver: User, now: datetime
) -> list[Slip]:
    """Give slips to the first of some people whose last one was given at a moment (None: to those
    who have none), and return them.

    Of two that ask at once for the same people the first holds: the codes of the second would end
    those on the paper of the first.
    """
    with transaction.atomic():
        keys = list(people.filter(slip_at=given_at).values_list("pk", flat=True)[:MOST])
        list(User.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
        # Asked again, for whoever was waited for may have given them theirs.
        chosen = list(people.filter(pk__in=keys, slip_at=given_at))
        return give_slips(people=chosen, giver=giver, now=now) if chosen else []


def printed_together(people: QuerySet[User]) -> list[tuple[datetime, int]]:
    """Return when slips that still work were given, the newest first, and how many each time: what
    is printed together is lost together. One statement, the last 20 times.
    """
    times = people.exclude(slip_at=None).order_by().values("slip_at")
    counted = times.annotate(count=Count("pk")).order_by("-slip_at")
    return list(counted.values_list("slip_at", "count")[:MOST_TIMES])


def give_slips(*, people: list[User], giver: User, now: datetime) -> list[Slip]:
    """Give each person a fresh code and return their slips; a code that they had stops working."""
    posts = {
        post.user_id: post
        for post in Membership.objects.filter(
            user__in=[person.pk for person in people], ended_on=None
        ).select_related("organisation__district")
    }
    slips = []
    for person in people:
        try:
            code = issue_code(person=person, coordinator=giver, now=now, lasts=SLIP_LASTS)
        except (BeyondReach, NothingToType):  # moved, came in, got a role, lost what they type
            continue
        post = posts.get(person.pk)
        place = f"{post.organisation.name}, {post.organisation.district.name}" if post else ""
        slips.append(Slip(person.get_full_name(), place, identifier_of(person), code))
    record_act(
        actor_key=giver.learner_key,
        action="slips_printed",
        object_type="person",
        object_key="",
        now=now,
        details={"count": len(slips)},
    )
    return slips


def identifier_of(person: User) -> str:
    """Return how a person names themselves, in words that tell nobody which document they have."""
    last = person.document_number[-3:]
    if last:
        return _("el número de tu documento, que termina en %(last)s") % {"last": last}
    return _("tu correo: %(email)s") % {"email": person.email}


def draw_slips(slips: list[Slip], now: datetime) -> bytes:
    """Return the document: four slips on a page."""
    today = timezone.localdate(now)
    path = reverse("accounts:use_recovery_code")
    facts: dict[str, Any] = {
        "title": _("Papeletas para ingresar por primera vez"),
        "site": settings.WAGTAIL_SITE_NAME,
        "created": {"year": today.year, "month": today.month, "day": today.day},
        "address": settings.BASE_URL.partition("://")[2] + path,
        "qr": qr_svg(settings.BASE_URL + path),
        "until": date_format(timezone.localdate(now + SLIP_LASTS), "DATE_FORMAT"),
        "people": [
            {
                "name": as_printed(slip.name),
                "place": as_printed(slip.place),
                "identifier": as_printed(slip.identifier),
                "code": slip.code,
            }
            for slip in slips
        ],
    }
    return draw(facts, SOURCE)
