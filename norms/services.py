"""Records norms and announces what changed."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import F

from norms.models import Norm, RegisterVersion
from norms.signals import norm_changed

REGISTER = Path(__file__).parent / "data" / "norms.csv"
STATES = {
    "vigente": Norm.State.IN_FORCE,
    "vigente-modificada": Norm.State.IN_FORCE_AMENDED,
    "vigencia-sujeta-a-reglamento": Norm.State.AWAITING_REGULATION,
    "horizonte-vencido-por-verificar": Norm.State.HORIZON_PASSED,
    "incentivos-tributarios-vencerían-2026-07-por-verificar": Norm.State.TO_VERIFY,
    "plazo-vencido": Norm.State.TERM_PASSED,
    "cumplido": Norm.State.FULFILLED,
    "instrumento-no-vinculante": Norm.State.NON_BINDING,
    "precedente-relevante": Norm.State.PRECEDENT,
    "derogada": Norm.State.REPEALED,
    "por-verificar": Norm.State.TO_VERIFY,
}
# What a status says beyond the state it is read as.
NOTES = {
    "incentivos-tributarios-vencerían-2026-07-por-verificar": (
        "los incentivos tributarios rigieron hasta julio de 2026, si no hubo prórroga"
    )
}
FIELDS = [
    "type",
    "number",
    "title",
    "date_text",
    "issuer",
    "state",
    "state_note",
    "confidence",
    "url",
    "topics",
    "checked_on",
]


@dataclass(frozen=True)
class ImportReport:
    """How many norms were added, changed and left as they were."""

    added: int
    changed: int
    unchanged: int


def norm_from_row(row: dict[str, str]) -> Norm:
    """Build an unsaved norm from one row of the register; raises KeyError for an unknown status."""
    status, _, note = row["status"].partition(" (")
    return Norm(
        code=row["code"],
        type=row["type"],
        number=row["number"],
        title=row["title"],
        date_text=row["date"],
        issuer=row["issuer"],
        state=STATES[status],
        state_note=(note.removesuffix(")") or NOTES.get(status, ""))[:200],
        confidence=row["confidence"],
        url=row["url"],
        topics=[topic.strip() for topic in row["topics"].split(";") if topic.strip()],
        checked_on=date.fromisoformat(row["checked_on"]) if row["checked_on"] else None,
    )


def import_norms(rows: Iterable[dict[str, str]]) -> ImportReport:
    """Add norms that are missing; refresh those that nobody has compared with their text since.

    Idempotent.
    """
    existing = Norm.objects.in_bulk()
    additions = changes = same = 0
    for row in rows:
        norm, former = norm_from_row(row), existing.get(row["code"])
        if former is None:
            save_norm(norm)
            additions += 1
        elif former.known_on <= norm.known_on and any(
            getattr(former, field) != getattr(norm, field) for field in FIELDS
        ):
            save_norm(norm)
            changes += 1
        else:
            same += 1
    return ImportReport(additions, changes, same)


def save_norm(norm: Norm) -> None:
    """Store a norm, raise the version of the register and announce `norm_changed`, in one
    transaction.
    """
    with transaction.atomic():
        norm.save()
        if not RegisterVersion.objects.filter(pk=1).update(number=F("number") + 1):
            RegisterVersion.objects.create(pk=1, number=1)
        norm_changed.send(sender=Norm, norm=norm)


def read_register(path: Path = REGISTER) -> list[dict[str, str]]:
    """Return the rows of the register kept with the code (UTF-8 CSV)."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
