"""Chains the rows of the trail in batches, so that no write waits for the one before."""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from audit.models import AuditEntry, ChainCheck, Seal

logger = logging.getLogger(__name__)

FIRST = "0" * 64
# A turn of the due jobs, a second or two; the others wait meanwhile.
SEALS_A_TURN = 5_000
ROUND_EACH = timedelta(hours=24)


def entry_digest(entry: AuditEntry, previous: str) -> str:
    """Return the SHA-256 (hex) over `previous` and every field of the entry."""
    actor = str(entry.actor_key) if entry.actor_key else ""
    facts = [previous, str(entry.uuid), actor, entry.action, entry.object_type, entry.object_key]
    facts += [json.dumps(entry.details, sort_keys=True), entry.at.isoformat()]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def seal_pending_entries(batch: int = 1000) -> int:
    """Chain up to `batch` entries that have no seal yet; return how many.

    Several sealers at once take turns.
    """
    try:
        return _seal(batch)
    except IntegrityError:
        # Another sealer began the chain in the same moment: now there is a first seal to wait at.
        return _seal(batch)


def _seal(batch: int) -> int:
    """Seal number 1 is the gate: who holds its lock reads the end of the chain alone, in a
    statement that begins afterwards.
    """
    with transaction.atomic():
        list(Seal.objects.select_for_update().filter(number=1).values_list("pk"))
        last = Seal.objects.order_by("-number").first()
        number, digest = (last.number, last.digest) if last else (0, FIRST)
        seals = []
        for entry in AuditEntry.objects.filter(seal=None).order_by("id")[:batch]:
            number, digest = number + 1, entry_digest(entry, digest)
            seals.append(Seal(number=number, entry=entry, digest=digest))
        Seal.objects.bulk_create(seals)
    if seals:
        # Kept where the log is kept, it shows later whether the end of the chain was cut off: the
        # chain alone cannot (R17).
        logger.info("trail sealed", extra={"facts": {"seal": number, "digest": digest}})
    return len(seals)


def first_broken_seal() -> int | None:
    """Walk the whole chain; return the number of the first seal that does not fit, or None when all
    do.
    """
    return _walk(0, FIRST, None).broken


@dataclass(frozen=True)
class _Walked:
    """Up to which seal all fitted, its digest, and the first one that does not."""

    number: int
    digest: str
    broken: int | None = None


def _walk(number: int, digest: str, limit: int | None) -> _Walked:
    """Walk the chain from behind a seal, over `limit` seals at most."""
    seals = Seal.objects.filter(number__gt=number).select_related("entry").order_by("number")
    for seal in seals[:limit].iterator(chunk_size=2000):
        expected = entry_digest(seal.entry, digest)
        if seal.number != number + 1 or seal.digest != expected:
            return _Walked(number, digest, seal.number)
        number, digest = seal.number, expected
    return _Walked(number, digest)


def go_on_checking(now: datetime, limit: int = SEALS_A_TURN) -> ChainCheck:
    """Walk the next seals of the chain and store how far they fit; a round begins once a day.

    Safe to run again, also by two at once. A chain that broke stays so until somebody asks to walk
    it again.
    """
    check = ChainCheck.objects.filter(pk=1).first() or ChainCheck(pk=1)
    rests = check.finished_at is not None and now - check.finished_at < ROUND_EACH
    if check.broken_number is not None or (check.started_at is None and rests):
        return check
    if check.started_at is None:
        check.started_at, check.number, check.digest = now, 0, FIRST
    walked = _walk(check.number, check.digest, limit)
    is_end = walked.broken is None and walked.number - check.number < limit
    check.number, check.digest = walked.number, walked.digest
    broken = walked.broken
    if is_end and check.number < check.whole_until:
        broken = check.number + 1  # the end was cut off since the last round
    if broken is not None:
        check.broken_number, check.broken_seen_at, check.started_at = broken, now, None
    elif is_end:
        check.finished_at, check.whole_until, check.started_at = now, check.number, None
    check.save()
    return check


def check_again(now: datetime, limit: int = SEALS_A_TURN) -> ChainCheck:
    """Begin to walk the chain from its first seal, whatever came of the last time."""
    ChainCheck.objects.filter(pk=1).update(
        started_at=None, finished_at=None, broken_number=None, broken_seen_at=None
    )
    return go_on_checking(now, limit)
