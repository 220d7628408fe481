"""Brings a site back from a backup: everything or nothing."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.documents import keys as personal_data_keys
from accounts.recovery import end_codes_of_who_came_in
from accounts.role_acts import let_roles_be_reviewed
from accounts.second_factor import spend_recovery_codes
from accounts.services import end_all_sessions
from audit.services import record_act
from lib.findings import Finding
from notices.holding import hold_letters
from operations.backups import unfinished
from operations.backups.archives import (
    DATABASE_NAMES,
    Manifest,
    RefusedBackup,
    Say,
    read_manifest,
    sync_folder,
    unpack,
)
from operations.backups.backup import key_places
from operations.backups.database_files import (
    check_sqlite,
    count_rows,
    empty_postgresql,
    fill_postgresql,
)
from operations.backups.leftovers import owned, remove_leftovers
from operations.records import check_records
from privacy.erasure import reapply_erasures
from privacy.erasure_list import numbered_keys

# Made anew by every first start: the one of the backup takes its place, so that links and receipts
# that it signed still hold.
REPLACED_KEY = "keys/secret-key"


def refuse_damaged_list() -> None:
    """Stop before anything is put in place where the list of who was erased cannot be read whole.
    Raises RefusedBackup.
    """
    damaged = next((number for number, key in numbered_keys() if key is None), None)
    if damaged is not None:
        words = _(
            "La lista de borrados %(name)s está dañada en la línea %(number)d. Corrige esa línea, "
            "o trae la lista de otra copia, y repite. No se cambió nada."
        )
        raise RefusedBackup(words % {"name": settings.ERASURE_LIST, "number": damaged})


def without_list() -> str:
    """Say that whoever was erased after the backup may be back."""
    words = _(
        "No hay lista de borrados en %(name)s. Si después de la copia se borró a alguien, volvió "
        "con ella: antes de abrir el sitio, pon ahí la lista y ejecuta manage.py reapply_erasures."
    )
    return words % {"name": settings.ERASURE_LIST}


def restore_backup(*, source: Path, now: datetime, say: Say) -> list[Finding]:
    """Restore a backup into an empty site, migrate it and apply what must hold again; return what
    the audit found.

    Raises RefusedBackup, and then the site is as empty as before.
    """
    manifest = read_manifest(source, say)
    refuse_damaged_list()
    check_version(manifest)
    if unfinished.is_unfinished():
        say(_("Quitando lo que dejó una restauración sin terminar…"))
        unfinished.remove_placed_files()
        empty_database()
    check_empty(manifest)
    with staging(say) as folder:
        unpack(source, manifest, folder, say)
        if manifest.engine == "sqlite":
            say(_("Comprobando la base de datos…"))
            check_copy(folder / DATABASE_NAMES["sqlite"], manifest)
        with undone_on_failure() as undo:
            say(_("Poniendo todo en su lugar…"))
            unfinished.begin(
                {
                    target: manifest.files[name]["sha256"]
                    for name, target in targets(manifest).items()
                }
            )
            undo.callback(unfinished.end)
            place_files(folder, manifest, undo)
            place_database(folder, manifest, undo)
            say(_("Migrando a esta versión…"))
            migrate_forward()
            # Before anybody signs in: whoever was erased after the backup must not come back with
            # it.
            has_list = Path(settings.ERASURE_LIST).exists()
            say(_("Personas borradas otra vez: %(count)d") % {"count": reapply_erasures(now=now)})
            if not has_list:
                say(without_list())
            end_what_came_back(now, say)
            connection.close()
            unfinished.end()
    say(
        _("Vale otra vez lo que alguien cambió después de la copia (%(moment)s): contraseñas, "
          "segundos factores y cuentas desactivadas. Quita lo que ya no vale, revisa los roles y "
          "decide de las cartas retenidas en /operacion/.")
        % {"moment": local_moment(manifest.made_at)}
    )  # fmt: skip
    say(_("Revisando los registros…"))
    return list(check_records())


def end_what_came_back(now: datetime, say: Say) -> None:
    """End what somebody may have ended or used up after the backup, and hold what may have left
    since; what cannot be known is put before the operators.
    """
    say(_("Sesiones terminadas: %(count)d") % {"count": end_all_sessions()})
    say(
        _("Personas que harán códigos de reserva nuevos: %(count)d")
        % {"count": spend_recovery_codes()}
    )
    say(
        _("Códigos para recuperar una contraseña, terminados: %(count)d")
        % {"count": end_codes_of_who_came_in()}
    )
    say(_("Roles por revisar: %(count)d") % {"count": let_roles_be_reviewed(now)})
    say(_("Cartas retenidas: %(count)d") % {"count": hold_letters(now=now)})
    record_act(actor_key=None, action="backup_restored", object_type="site", object_key="", now=now)


def local_moment(text: str) -> str:
    """Return a moment of a list in the hour of Lima, or the text where it is none."""
    try:
        return timezone.localtime(datetime.fromisoformat(text)).strftime("%d/%m/%Y %H:%M")
    except ValueError:
        return text


# Apps that earlier releases had: a migration of ours takes their tables away.
LEFT_BEHIND = {"sessions"}


def migrate_forward() -> None:
    """Bring the restored tables to this release."""
    call_command("migrate", verbosity=0)


def check_version(manifest: Manifest) -> None:
    """Refuse a backup of another kind of database, and one of a newer release."""
    if manifest.engine != connection.vendor:
        raise RefusedBackup(
            _(
                "La copia es de %(engine)s y este sitio usa %(vendor)s. Restaura en %(engine)s y "
                "pasa los datos con copy_database."
            )
            % {"engine": manifest.engine, "vendor": connection.vendor}
        )
    on_disk = MigrationLoader(None).disk_migrations
    names = set(on_disk) | {
        former for migration in on_disk.values() for former in migration.replaces
    }
    if newer := [
        f"{app}.{name}"
        for app, name in manifest.migrations
        if (app, name) not in names and app not in LEFT_BEHIND
    ]:
        raise RefusedBackup(
            _(
                "La copia viene de otra versión de Puriq (%(name)s). Instala esa versión y "
                "vuelve a intentar."
            )
            % {"name": newer[0]}
        )


def check_empty(manifest: Manifest) -> None:
    """Refuse a site that has a table, a file of its own, or other keys for personal data."""
    path = Path(connection.settings_dict["NAME"])
    if (connection.vendor != "sqlite" or path.exists()) and connection.introspection.table_names():
        raise RefusedBackup(
            _(
                "Este sitio ya tiene una base de datos. Restaura en un sitio vacío: aquí no se "
                "cambió nada."
            )
        )
    for name, target in targets(manifest).items():
        if (
            name != REPLACED_KEY
            and target.exists()
            and not unfinished.has_digest(target, manifest.files[name]["sha256"])
        ):
            raise RefusedBackup(
                _(
                    "Este sitio ya tiene %(name)s, y es distinto. Muévelo a otro lugar: no se "
                    "cambió nada."
                )
                % {"name": target}
            )
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file() and path not in targets(manifest).values():
            raise RefusedBackup(
                _("Este sitio ya tiene archivos (%(name)s). Restaura en un sitio vacío.")
                % {"name": path}
            )


def targets(manifest: Manifest) -> dict[str, Path]:
    """Return where each file of the backup belongs on this site, by its member name."""
    places = {
        name: Path(settings.MEDIA_ROOT, name.removeprefix("media/"))
        for name in manifest.files
        if name.startswith("media/")
    }
    return places | {name: path for name, path in key_places().items() if name in manifest.files}


@contextmanager
def staging(say: Say) -> Iterator[Path]:
    """Give a private folder beside the database, so that putting it in place is one atomic
    rename.
    """
    beside = (
        Path(connection.settings_dict["NAME"]).absolute().parent
        if connection.vendor == "sqlite"
        else Path(settings.VAR_DIR)
    )
    beside.mkdir(parents=True, exist_ok=True)
    remove_leftovers(beside, [".restore-*"], say)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as folder, owned(Path(folder)):
        yield Path(folder)


@contextmanager
def undone_on_failure() -> Iterator[ExitStack]:
    """Collect what takes each step back; it runs, last step first, only when something fails."""
    undo = ExitStack()
    try:
        yield undo
    except BaseException:
        undo.close()
        raise
    undo.pop_all()


def check_copy(path: Path, manifest: Manifest) -> None:
    """Refuse a database that is damaged or does not hold the rows that were counted."""
    migrations, rows = check_sqlite(path)
    if migrations != manifest.migrations or rows != manifest.rows:
        raise RefusedBackup(
            _(
                "La base de datos no tiene las filas que la copia dice. No se restauró nada: usa "
                "otra copia."
            )
        )


def place_files(folder: Path, manifest: Manifest, undo: ExitStack) -> None:
    """Put media and keys in their places."""
    for name, target in targets(manifest).items():
        before = target.read_bytes() if target.exists() else None
        target.parent.mkdir(parents=True, exist_ok=True)
        undo.callback(put_back(target, before))
        shutil.move(folder / name, target)
        if name.startswith("media/"):
            target.chmod(0o600)
    personal_data_keys.cache_clear()
    undo.callback(personal_data_keys.cache_clear)


def put_back(target: Path, before: bytes | None) -> Callable[[], None]:
    """Return what gives a place the content it had."""

    def act() -> None:
        target.unlink(missing_ok=True)
        if before is not None:
            target.write_bytes(before)
            target.chmod(0o600)

    return act


def place_database(folder: Path, manifest: Manifest, undo: ExitStack) -> None:
    """Put the database in its place."""
    undo.callback(empty_database)
    if connection.vendor == "sqlite":
        target = Path(connection.settings_dict["NAME"])
        empty_database()
        os.replace(folder / DATABASE_NAMES["sqlite"], target)
        sync_folder(target.absolute().parent)
        return
    fill_postgresql(folder / DATABASE_NAMES["postgresql"])
    if count_rows(manifest.rows) != manifest.rows:
        raise RefusedBackup(
            _(
                "La base de datos no tiene las filas que la copia dice. No se restauró nada: usa "
                "otra copia."
            )
        )


def empty_database() -> None:
    """Take away what a restore brought.

    SQLite's journal goes too: it would be played into the next file.
    """
    if connection.vendor != "sqlite":
        empty_postgresql()
        return
    connection.close()
    path = Path(connection.settings_dict["NAME"])
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
