"""Sends short messages to telephones (SMS, WhatsApp) by an adapter that who runs the site names;
without one there are none, and no screen speaks of them (decision 0047).
"""

import logging
import re
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts import documents
from accounts.models import User
from audit.services import record_act
from notices.kinds import Kind, kinds
from notices.models import MutedKind, Notice, ShortMessage, ShortMessageConsent
from notices.quiet import is_quiet

logger = logging.getLogger(__name__)

CODE = "access_code"
CODE_TEXT = _("Puriq: tu código es %(code)s. No lo compartas con nadie.")
# A code is six digits, or has a letter: eight or nine digits would be a document.
_CODE = re.compile(r"\d{6}|(?=[\d-]*[A-Z])[0-9A-Z-]{4,16}", re.ASCII)
# A reminder that is older reminds of nothing any more.
FRESH = timedelta(days=2)
MESSAGES_AT_ONCE = 200


class ShortMessages(Protocol):
    """What carries messages to telephones. `label` is how people call it: «SMS», «WhatsApp»."""

    label: str

    def send(self, *, telephone: str, text: str) -> None:
        """Hand one message over, to a number like +51987654321; raise where that fails."""


class NotForTelephones(ValueError):
    """Of this kind no short message may be sent, or its code is none."""


def short_messages() -> ShortMessages | None:
    """Return the adapter that SHORT_MESSAGES names; None where it names none."""
    if not settings.SHORT_MESSAGES:
        return None
    adapter: ShortMessages = import_string(settings.SHORT_MESSAGES)()
    return adapter


def short_kinds() -> dict[str, Kind]:
    """Return the kinds of which a short message may be sent: reminders that have a text for it."""
    return {kind.name: kind for kind in kinds().values() if kind.is_reminder and kind.short_text}


def text_for(kind: str, code: str = "") -> str:
    """Return what a message says: a text of ours that takes nothing but a code.

    Raises NotForTelephones.
    """
    if kind == CODE and _CODE.fullmatch(code):
        return str(CODE_TEXT) % {"code": code}
    if kind not in short_kinds() or code:
        raise NotForTelephones(kind)
    return str(short_kinds()[kind].short_text)


def consent_of(person: User) -> ShortMessageConsent | None:
    """Return what a person agreed to."""
    return ShortMessageConsent.objects.filter(learner=person.learner_key).first()


def agree(*, person: User, telephone: str, now: datetime) -> None:
    """Store that a person wants short messages, and where; the same number again is the same."""
    with transaction.atomic():
        held = consent_of(person)
        if held and documents.decrypt(held.telephone) == telephone:
            return
        ShortMessageConsent.objects.update_or_create(
            learner=person.learner_key,
            defaults={"telephone": documents.encrypt(telephone), "agreed_at": now},
        )
        _record(person, "short_messages_agreed", now)


def withdraw_consent(*, person: User, now: datetime) -> None:
    """Forget the telephone of a person: nothing more is sent."""
    with transaction.atomic():
        count, _by_table = ShortMessageConsent.objects.filter(learner=person.learner_key).delete()
        if count:
            _record(person, "short_messages_withdrawn", now)


def send_short_message(
    *, learner: UUID, kind: str, cause: str, now: datetime, code: str = ""
) -> bool:
    """Hand over one message, and say whether it was: to who agreed, once for each cause, and no
    reminder at night. What fails is logged, and not tried again: it may have arrived.

    Raises NotForTelephones.
    """
    adapter, text = short_messages(), text_for(kind, code)
    if adapter is None or (kind != CODE and is_quiet(now)):
        return False
    consent = ShortMessageConsent.objects.filter(learner=learner).first()
    is_there = User.objects.filter(learner_key=learner, is_active=True).exists()
    if consent is None or not is_there:
        return False
    _row, is_new = ShortMessage.objects.get_or_create(
        learner=learner, kind=kind, cause=cause, defaults={"sent_at": now}
    )
    if not is_new:
        return False
    try:
        adapter.send(telephone=documents.decrypt(consent.telephone), text=text)
    except Exception as error:  # whatever a foreign service makes of it
        # Its words may hold the number.
        logger.error("A short message was not handed over: %s", type(error).__name__)
        return False
    return True


def send_due_short_messages(now: datetime) -> int:
    """Remind by short message who agreed to it, once a day at most; return how many left."""
    if not settings.SHORT_MESSAGES or is_quiet(now):
        return 0
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    reminded = set(
        ShortMessage.objects.filter(kind__in=short_kinds(), sent_at__gte=start).values_list(
            "learner", flat=True
        )
    )
    count = 0
    for notice in _due(now)[:MESSAGES_AT_ONCE]:
        kind = short_kinds()[notice.kind]
        if notice.learner in reminded or notice.pk not in kind.true_ones([notice]):
            continue
        reminded.add(notice.learner)
        about = {"learner": notice.learner, "kind": notice.kind, "cause": notice.cause}
        count += send_short_message(**about, now=now)
    return count


def pass_over_due_short_messages(now: datetime) -> int:
    """Send none of the reminders that are due, as after a restore: which of them were sent after
    the backup nobody knows, and they stand in the list of notices. Return how many.
    """
    rows = [
        ShortMessage(learner=row.learner, kind=row.kind, cause=row.cause, sent_at=row.happened_at)
        for row in _due(now)
    ]
    return len(ShortMessage.objects.bulk_create(rows, ignore_conflicts=True))


def _due(now: datetime) -> "QuerySet[Notice]":
    own = {"learner": OuterRef("learner")}
    return Notice.objects.filter(
        Exists(ShortMessageConsent.objects.filter(**own)),
        ~Exists(ShortMessage.objects.filter(**own, kind=OuterRef("kind"), cause=OuterRef("cause"))),
        ~Exists(MutedKind.objects.filter(**own, kind=OuterRef("kind"))),
        kind__in=short_kinds(),
        read_at=None,
        happened_at__gt=now - FRESH,
    ).order_by("happened_at", "pk")


def _record(person: User, action: str, now: datetime) -> None:
    record_act(
        actor_key=person.learner_key,
        action=action,
        object_type="person",
        object_key=str(person.learner_key),
        now=now,
    )
