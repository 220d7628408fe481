"""Writes a bundle of evidence: what one account did and saw in some days, with the seals that prove
it. It holds names and the facts of the trail, never a document or an e-mail.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.models import AuditEntry
from audit.queries import acts_of, chain_check, digests_of, last_seal, people_touched
from audit.sealing import entry_digest, seal_pending_entries
from audit.services import record_act
from certificates.queries import codes_by_key, holders_of
from lib.identifiers import read_uuid
from lib.spreadsheets import csv_text
from operations.evidence.bundle import (
    ACTS,
    FORMAT,
    MANIFEST,
    PEOPLE,
    SEALS,
    SIGNATURE,
    TAKEN,
    VERSION,
    Why,
    signature_of,
)
from operations.trail import THINGS, Search
from privacy.acts import act_for_others

AT_ONCE = 500
CERTIFICATE = "certificate"
MARK = "\ufeff"  # spreadsheets read UTF-8 by it

Say = Callable[[int], object]


@dataclass(frozen=True)
class Asked:
    """Whose acts are wanted, of which days of Lima, and why."""

    account: UUID
    since: date
    until: date
    why: Why
    words: str


@dataclass
class Written:
    """What a bundle holds, counted while it was written."""

    acts: int = 0
    without_seal: int = 0
    misfits: int = 0
    listed: int = 0
    by_act: Counter[str] = field(default_factory=Counter)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    digest: str = ""


def count_acts(asked: Asked) -> int:
    """Return how many acts a bundle would hold."""
    return _found(asked, None).count()


def write_bundle(
    target: IO[bytes], asked: Asked, *, by: User, now: datetime, say: Say = lambda done: None
) -> Written:
    """Write a bundle and its line in the trail, which holds the digest of the manifest; return what
    it holds. `say` is told how many acts are written.

    Memory does not grow with the acts. The caller has checked that `by` may read the trail.
    """
    while seal_pending_entries():
        pass
    newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    written = Written()
    with ZipFile(target, "w", ZIP_DEFLATED) as bundle:
        _store(bundle, ACTS, _table(asked, newest, written, say), written)
        _store(bundle, PEOPLE, _people(asked, newest), written)
        _store(bundle, SEALS, _seals(asked, newest, written), written)
        manifest = json.dumps(_manifest(asked, written, by, now), ensure_ascii=False, indent=1)
        written.digest = hashlib.sha256(manifest.encode()).hexdigest()
        bundle.writestr(MANIFEST, manifest)
        bundle.writestr(SIGNATURE, signature_of(manifest.encode()))
    days = {"since": asked.since.isoformat(), "until": asked.until.isoformat()}
    with transaction.atomic():
        record_act(
            actor_key=by.learner_key,
            action=TAKEN,
            object_type="person",
            object_key=str(asked.account),
            now=now,
            details={
                **days,
                "why": asked.why.value,
                "count": written.acts,
                "manifest": written.digest,
            },
        )
    return written


def _found(asked: Asked, newest: int | None):
    sought = Search(since=asked.since, until=asked.until).sought
    found = acts_of(asked.account, sought.since, sought.before)
    return found.filter(pk__lte=newest) if newest else found


def _batches(rows: Iterable[AuditEntry]) -> Iterator[list[AuditEntry]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, AT_ONCE)):
        yield batch


def _store(bundle: ZipFile, name: str, lines: Iterable[str], written: Written) -> None:
    """Write one file of the bundle line by line, and note its digest."""
    digest, count = hashlib.sha256(), 0
    with bundle.open(name, "w", force_zip64=True) as file:
        for line in lines:
            data = line.encode()
            file.write(data)
            digest.update(data)
            count += 1
    written.files[name] = {"sha256": digest.hexdigest(), "lines": count}


def _table(asked: Asked, newest: int | None, written: Written, say: Say) -> Iterator[str]:
    """Yield the acts in words, for people."""
    header = [_("Cuándo (hora de Lima)"), _("Acto"), _("Sobre qué"), _("Persona"), _("Clave"),
              _("Cuántos"), _("Detalle"), _("Sello")]  # fmt: skip
    yield MARK + csv_text([header])
    for batch in _batches(_found(asked, newest).iterator(chunk_size=AT_ONCE)):
        keys = (read_uuid(row.object_key) for row in batch if row.object_type == CERTIFICATE)
        certificates = [key for key in keys if key]
        owners = {str(key): str(learner) for key, learner in holders_of(certificates).items()}
        codes = {str(key): code for key, code in codes_by_key(certificates).items()}
        people = {row.object_key for row in batch if row.object_type == "person"}
        names = _names(people | set(owners.values()))
        for row in batch:
            key = row.object_key
            written.acts += 1
            written.by_act[row.action] += 1
            listed = _listed(row)
            written.listed += listed or 0
            seal = getattr(row, "seal", None)
            cells = [
                timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S"),
                act_for_others(row.action),
                THINGS.get(row.object_type, row.object_type),
                names.get(owners.get(key, key), ""),
                codes.get(key, key),
                listed,
                json.dumps(row.details, ensure_ascii=False, sort_keys=True),
                seal.number if seal else "",
            ]
            yield csv_text([cells])
        say(written.acts)


def _listed(row: AuditEntry) -> int | None:
    """Return how many people or rows an act showed at once, where the trail says it."""
    told = row.details.get("count", row.details.get("rows"))
    return told if isinstance(told, int) else None


def _names(keys: set[str]) -> dict[str, str]:
    known = [key for key in map(read_uuid, keys) if key]
    return {str(row.learner_key): str(row) for row in User.objects.filter(learner_key__in=known)}


def _people(asked: Asked, newest: int | None) -> Iterator[str]:
    """Yield whose records were touched, with how many acts each."""
    yield MARK + csv_text([[_("Persona"), _("Clave"), _("Actos")]])
    touched = _touched(_found(asked, newest))
    while batch := list(islice(touched, AT_ONCE)):
        names = _names({key for key, _acts in batch})
        for key, acts in batch:
            yield csv_text([[names.get(key, _("Persona que ya no está")), key, acts]])


def _touched(found: QuerySet[AuditEntry]) -> Iterator[tuple[str, int]]:
    """Yield on whose records, or on whose certificates, some acts are, with how many acts each."""
    certificates = found.filter(object_type=CERTIFICATE).select_related(None).order_by("object_key")
    acts_on = dict(certificates.values_list("object_key").annotate(acts=Count("pk")))
    of_holders: Counter[str] = Counter()
    for key, learner in holders_of(key for key in map(read_uuid, acts_on) if key).items():
        of_holders[str(learner)] += acts_on[str(key)]
    for key, acts in people_touched(found):
        yield key, acts + of_holders.pop(key, 0)
    yield from sorted(of_holders.items())


def _seals(asked: Asked, newest: int | None, written: Written) -> Iterator[str]:
    """Yield the acts exactly as their seals were made over them, for `check_evidence`."""
    for batch in _batches(_found(asked, newest).iterator(chunk_size=AT_ONCE)):
        numbers = [row.seal.number for row in batch if hasattr(row, "seal")]
        before = digests_of([number - 1 for number in numbers])
        for row in batch:
            facts = facts_of_seal(row)
            if hasattr(row, "seal"):
                previous = before.get(row.seal.number - 1, "")
                facts |= {"seal": row.seal.number, "before": previous, "digest": row.seal.digest}
                written.misfits += entry_digest(row, previous) != row.seal.digest
            else:
                written.without_seal += 1
            yield json.dumps(facts, ensure_ascii=False, sort_keys=True) + "\n"


def facts_of_seal(row: AuditEntry) -> dict[str, Any]:
    """Return every field over which the seal of an act is made."""
    return {
        "uuid": str(row.uuid),
        "actor": str(row.actor_key or ""),
        "action": row.action,
        "object_type": row.object_type,
        "object_key": row.object_key,
        "details": row.details,
        "at": row.at.isoformat(),
    }


def _manifest(asked: Asked, written: Written, by: User, now: datetime) -> dict[str, Any]:
    check, head = chain_check(), last_seal()
    return {
        "format": FORMAT,
        "version": VERSION,
        "site": settings.BASE_URL,
        "made_at": now.isoformat(),
        "made_by": {"key": str(by.learner_key), "name": str(by)},
        "account": {"key": str(asked.account), "name": _name_of(asked.account)},
        "days": {"since": asked.since.isoformat(), "until": asked.until.isoformat()},
        "why": asked.why.value,
        "reason": asked.words,
        "counts": {
            "acts": written.acts,
            "people": written.files[PEOPLE]["lines"] - 1,
            "listed": written.listed,
            "without_seal": written.without_seal,
            "seals_that_do_not_fit": written.misfits,
            "by_act": dict(sorted(written.by_act.items())),
        },
        "chain": {
            "last_seal": head.number if head else 0,
            "last_digest": head.digest if head else "",
            "walked_until": check.whole_until,
            "walked_at": check.finished_at.isoformat() if check.finished_at else None,
            "broken_at": check.broken_number,
        },
        "files": written.files,
    }


def _name_of(account: UUID) -> str:
    return str(User.objects.filter(learner_key=account).first() or "")
