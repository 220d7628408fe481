"""Chains the rows of the trail in batches, so that no write waits for the one before."""

import hashlib
import json
import logging

from django.db import IntegrityError, transaction

from audit.models import AuditEntry, Seal

logger = logging.getLogger(__name__)

FIRST = "0" * 64


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
    digest, number = FIRST, 1
    for seal in Seal.objects.select_related("entry").order_by("number").iterator(chunk_size=2000):
        digest = entry_digest(seal.entry, digest)
        if seal.number != number or seal.digest != digest:
            return seal.number
        number += 1
    return None
