"""Refuses databases, keys and files that would lose records or show them; one sentence each for the
operator.
"""

import os
from pathlib import Path

from django.conf import settings
from django.db import Error, connection, connections
from django.utils.translation import gettext as _

from accounts.documents import is_file_of_keys, unopened
from accounts.models import User
from accounts.queries import one_document
from lib.replica import REPLICA
from operations.backups import unfinished
from operations.checks import rules
from operations.checks.rules import Sentences, answered, refused
from operations.releases import refusal_of_release
from reporting.models import Tally
from web.readiness import existing

NETWORK_DISKS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ceph",
    "glusterfs",
    "fuse.glusterfs",
    "fuse.sshfs",
    "lustre",
    "afs",
    "beegfs",
    "davfs",
}
MOUNTS = Path("/proc/self/mounts")


@refused("E006")
def sqlite_on_network_disk() -> Sentences:
    """Locks of network disks fail silently."""
    disk = (
        disk_of(Path(connection.settings_dict["NAME"]).absolute())
        if connection.vendor == "sqlite"
        else ""
    )
    if disk in NETWORK_DISKS:
        yield _(
            "La base SQLite está en un disco de red (%(disk)s). Puede dañarse. Usa un disco "
            "local o PostgreSQL."
        ) % {"disk": disk}


def disk_of(path: Path) -> str:
    """Return the kind of file system a path lies on; empty where the system does not tell."""
    if not MOUNTS.exists():
        return ""
    mounts = [line.split()[:3] for line in MOUNTS.read_text().splitlines()]
    above = [
        (len(place), order, kind)
        for order, (_device, place, kind) in enumerate(mounts)
        if path.is_relative_to(place)
    ]
    return max(above)[2] if above else ""


@refused("E007")
def postgresql_that_forgets() -> Sentences:
    """With these on, an acknowledged answer survives a crash."""
    for name in ("synchronous_commit", "fsync", "full_page_writes"):
        if connection.vendor == "postgresql" and rules.asked(f"SHOW {name}") in {"off", "local"}:
            words = _(
                "PostgreSQL puede perder respuestas confirmadas. Activa %(name)s o acepta el "
                "riesgo con la opción %(option)s."
            )
            yield words % {"name": name, "option": "ACCEPTED_RISKS=operations.E007"}


@refused("E008")
def sqlite_that_forgets() -> Sentences:
    """FULL and the write-ahead journal keep what was acknowledged; IMMEDIATE avoids lock errors."""
    if connection.vendor != "sqlite" or not Path(connection.settings_dict["NAME"]).exists():
        return
    if connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        yield _(
            "Las transacciones de SQLite no empiezan con IMMEDIATE y algunas respuestas "
            "fallarían. Usa transaction_mode IMMEDIATE."
        )
    if rules.asked("PRAGMA synchronous") in {0, 1}:
        yield _(
            "SQLite puede perder respuestas confirmadas si se corta la luz. Usa PRAGMA "
            "synchronous=FULL."
        )
    if rules.asked("PRAGMA journal_mode") in {"delete", "truncate", "persist", "off"}:
        yield _(
            "SQLite no usa WAL y las personas se bloquearían entre sí. Ejecuta manage.py set_up."
        )


@refused("E009")
def open_or_lost_keys() -> Sentences:
    """Without the keys document numbers are lost; with them they are no secret."""
    path = Path(settings.PERSONAL_DATA_KEYS)
    document = answered(User, one_document)
    if not path.exists():
        if document:
            yield _(
                "Faltan las claves de datos personales (%(name)s) y hay documentos cifrados con "
                "ellas. Recupéralas de tu copia."
            ) % {"name": path}
    elif path.stat().st_mode & 0o077:
        yield _(
            "Otros usuarios de la máquina pueden leer %(name)s, que descifra los documentos. "
            "Ejecuta chmod 600."
        ) % {"name": path}
    elif not is_file_of_keys(path):
        yield _(
            "No se pueden leer las claves de datos personales (%(name)s). Recupéralas de tu copia."
        ) % {"name": path}
    elif document and unopened(path, [document]):
        yield _(
            "Las claves de datos personales (%(name)s) no abren los documentos de esta base. "
            "Recupera de tu copia las que sí."
        ) % {"name": path}


@refused("E014")
def open_files() -> Sentences:
    """Whoever may read the database holds names, e-mails and sessions; the site writes all of it
    for its own user alone.
    """
    for path in open_to_others():
        yield _(
            "Otros usuarios de la máquina pueden leer %(name)s. Ejecuta chmod -R go= %(name)s"
        ) % {"name": path}


def open_to_others() -> list[Path]:
    """Return which of the database, the secret, the erasure list and the uploads other users of the
    machine may read.
    """
    database = Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None
    beside = (
        [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm")]
        if database
        else []
    )
    private = [
        *beside,
        Path(settings.VAR_DIR, "secret-key"),
        Path(settings.ERASURE_LIST),
        Path(settings.MEDIA_ROOT),
    ]
    return [path for path in private if path.exists() and path.stat().st_mode & 0o077]


@refused("E016")
def unfinished_restore() -> Sentences:
    """People who were erased may still be in it."""
    if unfinished.is_unfinished():
        yield unfinished.sentence()


@refused("E017")
def tables_of_another_release() -> Sentences:
    """Pages would fail one by one, or an older release would write what the newer one no longer
    reads.
    """
    if rules.refusal.get(""):
        return
    try:
        words = refusal_of_release()
    except Error:  # it does not answer, and may come back
        return
    if words:
        yield words


@refused("E018")
def unreadable_replica() -> Sentences:
    """Every page of figures would fail, and nobody would look for the reason there."""
    if REPLICA in connections and not is_readable(REPLICA):
        yield _(
            "No se puede leer la réplica de la base. Revisa DATABASE_REPLICA_URL, o quítala y las "
            "cifras se leerán de la base."
        )


def is_readable(alias: str) -> bool:
    """Say whether a database answers and holds our tables."""
    replica = connections[alias]
    if replica.vendor == "sqlite" and not Path(replica.settings_dict["NAME"]).exists():
        return False
    try:
        Tally.objects.using(alias).exists()
    except Error:
        return False
    return True


@refused("E020")
def files_that_cannot_be_written() -> Sentences:
    """Both are made late, with the first document and the first erasure: each act of that day would
    end in a fault.
    """
    keys, erasures = Path(settings.PERSONAL_DATA_KEYS), Path(settings.ERASURE_LIST)
    for path in (erasures,) if keys.exists() else (keys, erasures):
        if not os.access(path if path.exists() else existing(path.parent), os.W_OK):
            yield _(
                "No se puede escribir %(name)s, que hace falta con el primer documento o el primer "
                "borrado. Da permiso al usuario del servicio (chown) en su carpeta."
            ) % {"name": path}
