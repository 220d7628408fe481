"""Tells whether a bundle of evidence is as this site wrote it, and whether its acts are still those
of the trail.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import BadZipFile, ZipFile

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import AuditEntry, Seal
from audit.sealing import entry_digest
from operations.evidence.bundle import (
    FILES,
    FORMAT,
    MANIFEST,
    SEALS,
    SIGNATURE,
    TAKEN,
    VERSION,
    signature_of,
)

LARGEST_MANIFEST = 1_000_000
LONGEST_LINE = 1_000_000
LONGEST_SIGNATURE = 200
CHUNK = 1024 * 1024
NOT_OURS = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError)
# What a text of another shape raises where it is read.
OTHER_SHAPE = (ValueError, TypeError, KeyError, AttributeError, OverflowError)


class NotEvidence(Exception):
    """A file that is no bundle of evidence; the message says what to do."""


@dataclass(frozen=True)
class Checked:
    """What a bundle says of itself, and what does not fit."""

    manifest: dict[str, Any]
    problems: list[str]


def check_bundle(path: Path) -> Checked:
    """Return what a bundle says and all that does not fit. Raises NotEvidence.

    Memory does not grow with the acts.
    """
    try:
        with ZipFile(path) as bundle:
            manifest, text = _read_manifest(bundle)
            return Checked(manifest, list(_problems(bundle, manifest, text)))
    except NOT_OURS as error:
        raise NotEvidence(
            _("No es una evidencia de Puriq, o el archivo está dañado. Usa la copia que guardaste.")
        ) from error


def _read_manifest(bundle: ZipFile) -> tuple[dict[str, Any], bytes]:
    if bundle.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise KeyError(MANIFEST)
    text = bundle.read(MANIFEST)
    try:
        manifest = json.loads(text)
        known = (manifest["format"], manifest["version"], set(manifest["files"]))
        for name in FILES:
            str(manifest["files"][name]["sha256"])
    except OTHER_SHAPE as error:
        raise KeyError(MANIFEST) from error
    if known != (FORMAT, VERSION, set(FILES)):
        raise KeyError(MANIFEST)
    return manifest, text


def _problems(bundle: ZipFile, manifest: dict[str, Any], text: bytes) -> Iterator[str]:
    # Names, not a set of them: of two with one name we read the last, and others show the first.
    if sorted(bundle.namelist()) != sorted([*FILES, MANIFEST, SIGNATURE]):
        yield _("Tiene archivos que no son suyos, o dos con el mismo nombre.")
    with bundle.open(SIGNATURE) as file:
        signature = file.read(LONGEST_SIGNATURE).decode("ascii", "replace").strip()
    if not constant_time_compare(signature, signature_of(text)):
        yield _("La firma no es de este sitio, o cambiaron el manifiesto.")
    for name in FILES:
        if _digest_of(bundle, name) != manifest["files"][name]["sha256"]:
            yield _("Cambiaron %(name)s.") % {"name": name}
    yield from _problems_of_seals(bundle)
    yield from _problems_of_trail(manifest, hashlib.sha256(text).hexdigest())


def _digest_of(bundle: ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with bundle.open(name) as file:
        while data := file.read(CHUNK):
            digest.update(data)
    return digest.hexdigest()


def _problems_of_seals(bundle: ZipFile) -> Iterator[str]:
    """Make every seal anew from the facts beside it."""
    number, digest = 0, ""
    with bundle.open(SEALS) as file:
        while line := file.readline(LONGEST_LINE):
            try:
                facts = json.loads(line)
                if "seal" not in facts:
                    continue
                fits = entry_digest(_entry_of(facts), facts["before"]) == facts["digest"]
                if facts["seal"] <= number:
                    fits = False
                if facts["seal"] == number + 1 and number:
                    fits = fits and facts["before"] == digest
                number, digest = facts["seal"], facts["digest"]
            except OTHER_SHAPE:
                yield _("Una línea de %(name)s no se puede leer.") % {"name": SEALS}
                return
            if not fits:
                yield _("El acto del sello %(number)d no encaja.") % {"number": number}
                return


def _entry_of(facts: dict[str, Any]) -> AuditEntry:
    return AuditEntry(
        uuid=facts["uuid"],
        actor_key=facts["actor"] or None,
        action=facts["action"],
        object_type=facts["object_type"],
        object_key=facts["object_key"],
        details=facts["details"],
        at=datetime.fromisoformat(facts["at"]),
    )


def _problems_of_trail(manifest: dict[str, Any], digest: str) -> Iterator[str]:
    """Ask the trail of this site whether it took this bundle out, and goes on from its end."""
    try:
        key, chain = UUID(manifest["account"]["key"]), manifest["chain"]
        number, last = int(chain["last_seal"]), str(chain["last_digest"])
        misfits = int(manifest["counts"]["seals_that_do_not_fit"])
    except OTHER_SHAPE:
        yield _("Al manifiesto le faltan datos.")
        return
    lines = AuditEntry.objects.filter(object_type="person", object_key=str(key), action=TAKEN)
    if not any(line.details.get("manifest") == digest for line in lines.iterator()):
        yield _("El historial de este sitio no tiene la línea de esta evidencia.")
    kept = Seal.objects.filter(number=number).values_list("digest", flat=True).first()
    if number and kept != last:
        yield _("El historial de este sitio ya no tiene el sello con que terminaba la cadena.")
    if misfits:
        words = ngettext(
            "Al sacarla, %(count)d acto ya no encajaba con su sello.",
            "Al sacarla, %(count)d actos ya no encajaban con su sello.",
            misfits,
        )
        yield words % {"count": misfits}
