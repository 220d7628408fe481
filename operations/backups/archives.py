"""Writes and reads the one file of a backup: a zip whose last bytes are the digest of all that
stands before them.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

FORMAT, VERSION = "puriq-backup", 1
MANIFEST = "manifest.json"
DATABASE_NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
FOLDERS = {"media", "keys"}
# The digest is the comment of the zip, so that any program that reads zips opens the file and one
# flipped bit anywhere shows.
SEAL = b"sha256:"
SEAL_LENGTH = len(SEAL) + 64
CHUNK = 1024 * 1024

# What a zip can raise that carries our seal and was still not made by us.
NOT_OURS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)

Say = Callable[[str], object]


class RefusedBackup(Exception):
    """A backup that cannot be made or restored; the message is for the operator and says what to
    do.
    """


class NotTheBackup(RefusedBackup):
    """What this machine lacks: it says nothing of the backup."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    `files` maps each member to its size in bytes and SHA-256; `rows` each table to its rows.
    """

    made_at: str
    engine: str
    migrations: list[list[str]]
    rows: dict[str, int]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: str = FORMAT
    version: int = VERSION

    @property
    def size(self) -> int:
        """Bytes of everything once it is unpacked."""
        return sum(entry["size"] for entry in self.files.values())


class Progress:
    """Says how far a long step has come, at every tenth of it."""

    def __init__(self, say: Say, words: str, total: int):
        self.say, self.words, self.total, self.done, self.told = say, words, max(total, 1), 0, -1
        self.advance(0)

    def advance(self, size: int) -> None:
        """Count `size` more bytes."""
        self.done += size
        tenth = min(self.done, self.total) * 10 // self.total
        if tenth > self.told:
            self.told = tenth
            self.say(f"{self.words} {tenth * 10} %")


def copied(source: IO[bytes], target: IO[bytes], progress: Progress) -> dict[str, Any]:
    """Copy a stream; return its size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        target.write(chunk)
        digest.update(chunk)
        size += len(chunk)
        progress.advance(len(chunk))
    return {"size": size, "sha256": digest.hexdigest()}


def write_archive(
    target: Path, manifest: Manifest, members: Iterable[tuple[str, Path]], say: Say
) -> Manifest:
    """Write the members and their manifest into `target`, whole or not at all, readable by its
    owner only.

    A file that disappears meanwhile is left out: nothing that was copied with the database refers
    to it.
    """
    names = list(members)
    total = sum(path.stat().st_size for _name, path in names if path.exists())
    progress = Progress(say, _("Escribiendo la copia…"), total)
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(
                file, fcntl.LOCK_EX
            )  # what nobody holds any more was left by a killed backup
            with zipfile.ZipFile(file, "w", compresslevel=1) as archive:
                for name, path in names:
                    if path.exists():
                        manifest.files[name] = add_member(archive, name, path, progress)
                archive.writestr(
                    MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
                )
                archive.comment = SEAL + b"0" * 64
            seal(file)
        partial.rename(target)
        sync_folder(target.parent)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def add_member(
    archive: zipfile.ZipFile, name: str, path: Path, progress: Progress
) -> dict[str, Any]:
    """Copy one file into the zip; only an SQLite file is worth compressing, the others already
    are.
    """
    entry = zipfile.ZipInfo.from_file(path, name)
    entry.compress_type = (
        zipfile.ZIP_DEFLATED if name == DATABASE_NAMES["sqlite"] else zipfile.ZIP_STORED
    )
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as member:
        return copied(source, member, progress)


def seal(file: IO[bytes]) -> None:
    """Put the digest of all that stands before it at the end, and make the file durable."""
    size = file.seek(0, os.SEEK_END)
    digest = digest_of(file, size - 64, progress=None)
    file.seek(size - 64)
    file.write(digest.encode())
    file.flush()
    os.fsync(file.fileno())


def digest_of(file: IO[bytes], size: int, progress: Progress | None) -> str:
    """Return the SHA-256 (hex) of the first `size` bytes."""
    digest = hashlib.sha256()
    file.seek(0)
    while size > 0 and (chunk := file.read(min(CHUNK, size))):
        digest.update(chunk)
        size -= len(chunk)
        if progress:
            progress.advance(len(chunk))
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_manifest(path: Path, say: Say) -> Manifest:
    """Check the whole file and return what it holds. Raises RefusedBackup; nothing is unpacked."""
    if not path.is_file():
        raise RefusedBackup(
            _("No encontramos el archivo %(name)s. Revisa la ruta.") % {"name": path}
        )
    check_seal(path, say)
    try:
        with zipfile.ZipFile(path) as archive:
            facts = json.loads(archive.read(MANIFEST))
            if facts.get("format") != FORMAT or facts.get("version") != VERSION:
                raise RefusedBackup(
                    _(
                        "Esta copia tiene otro formato. Restáurala con la versión de Puriq que "
                        "la hizo."
                    )
                )
            manifest = Manifest(**facts)
            check_fields(manifest)
            check_members(archive.infolist(), manifest)
    except (*NOT_OURS, KeyError, TypeError, AttributeError, ValueError) as error:
        raise RefusedBackup(
            _("El archivo no es una copia de Puriq. No se restauró nada.")
        ) from error
    return manifest


def check_fields(manifest: Manifest) -> None:
    """Refuse a manifest whose fields are of another shape. Raises TypeError."""
    pairs = all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in manifest.migrations
    )
    rows = all(isinstance(table, str) and is_count(count) for table, count in manifest.rows.items())
    files = all(
        set(entry) == {"size", "sha256"}
        and is_count(entry["size"])
        and isinstance(entry["sha256"], str)
        for entry in manifest.files.values()
    )
    is_known = isinstance(manifest.made_at, str) and manifest.engine in DATABASE_NAMES
    if not (pairs and rows and files and is_known):
        raise TypeError("a field of the manifest has another shape")


def is_count(value: object) -> bool:
    """True for whole numbers from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_sealed(path: Path) -> bool:
    """Say whether a file ends as those that we write; its digest is not compared."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - SEAL_LENGTH))
        return file.read(SEAL_LENGTH).startswith(SEAL)


def check_seal(path: Path, say: Say) -> None:
    """Refuse a file without our digest at its end, and one whose digest differs."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - SEAL_LENGTH))
        last = file.read(SEAL_LENGTH)
        if len(last) < SEAL_LENGTH or not last.startswith(SEAL):
            raise RefusedBackup(
                _(
                    "El archivo no es una copia de Puriq, o está incompleto. No se restauró "
                    "nada: usa otra copia."
                )
            )
        digest = digest_of(file, size - 64, Progress(say, _("Comprobando el archivo…"), size - 64))
    if digest.encode() != last[len(SEAL) :]:
        raise RefusedBackup(
            _(
                "La copia está dañada: su contenido no corresponde a su huella. No se restauró "
                "nada: usa otra copia."
            )
        )


def check_members(entries: list[zipfile.ZipInfo], manifest: Manifest) -> None:
    """Refuse paths that lead elsewhere, and members that the manifest does not tell exactly."""
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not is_inside(entry.filename) or kind not in {0, stat.S_IFREG}:
            raise RefusedBackup(
                _('El archivo contiene una ruta no permitida ("%(name)s"). No se restauró nada.')
                % {"name": entry.filename}
            )
    names = sorted([MANIFEST, *manifest.files])
    sizes = all(
        manifest.files[entry.filename]["size"] == entry.file_size
        for entry in entries
        if entry.filename in manifest.files
    )
    if (
        sorted(entry.filename for entry in entries) != names
        or not sizes
        or DATABASE_NAMES[manifest.engine] not in manifest.files
    ):
        raise RefusedBackup(
            _("El archivo no contiene lo que su lista dice. No se restauró nada: usa otra copia.")
        )


def is_inside(name: str) -> bool:
    """True for the names that we write: the manifest, the database, and files below media and
    keys.
    """
    path = PurePosixPath(name)
    if name in {MANIFEST, *DATABASE_NAMES.values()}:
        return True
    return (
        str(path) == name
        and len(path.parts) > 1
        and path.parts[0] in FOLDERS
        and not {"..", "."} & set(path.parts)
        and "\\" not in name
    )


def unpack(path: Path, manifest: Manifest, folder: Path, say: Say) -> None:
    """Unpack every member below `folder` and compare each with its digest. Raises RefusedBackup."""
    if shutil.disk_usage(folder).free < manifest.size * 1.1:
        raise RefusedBackup(
            _("No hay espacio: hacen falta %(size)d MB libres.")
            % {"size": manifest.size * 1.1 // 1_000_000 + 1}
        )
    progress = Progress(say, _("Extrayendo…"), manifest.size)
    try:
        with zipfile.ZipFile(path) as archive:
            for name, entry in manifest.files.items():
                if unpack_member(archive, name, folder / name, progress) != entry:
                    raise RefusedBackup(
                        _("La copia está dañada en %(name)s. No se restauró nada: usa otra copia.")
                        % {"name": name}
                    )
    except NOT_OURS as error:
        raise RefusedBackup(
            _("El archivo no es una copia de Puriq. No se restauró nada.")
        ) from error


def unpack_member(
    archive: zipfile.ZipFile, name: str, target: Path, progress: Progress
) -> dict[str, Any]:
    """Write one member into a new file that only its owner may read; return its size and
    SHA-256.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        archive.open(name) as member,
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
    ):
        digest = copied(member, file, progress)
        file.flush()
        os.fsync(file.fileno())
    return digest
