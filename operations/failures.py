"""Says in one sentence why a command cannot work here: its database, its disk or its folders.

Faults of ours have no sentence.
"""

import errno
import os
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from lib.named_files import NOT_ALLOWED, NOT_THERE, refusal_of_path
from web.database_retry import is_full, is_passing

REFUSED_BY_SERVER = {"42501", "25006"}  # no privilege, and a database that is read only


def sentence_of(error: BaseException) -> str | None:
    """Return what happened, why and what to do; None for a fault of ours, whose trace must be
    seen.
    """
    if is_full(error):
        return no_space()
    if isinstance(error, OSError):
        return of_file(error)
    return of_database(error) if isinstance(error, Error) else None


def of_file(error: OSError) -> str | None:
    """Return the sentence for a file or folder that may not be used, or a folder of the site that
    is not there.
    """
    if not isinstance(error.filename, str):
        return None
    if error.errno in NOT_ALLOWED:
        return refusal_of_path(error)
    if error.errno not in NOT_THERE:
        return None
    path = Path(error.filename).absolute()
    if connection.vendor == "sqlite" and path.is_relative_to(
        folder := Path(connection.settings_dict["NAME"]).parent
    ):
        return (
            unusable_database(_("no existe la carpeta %(path)s") % {"path": folder})
            if not folder.is_dir()
            else None
        )
    if any(
        path.is_relative_to(Path(place).parent)
        for place in (settings.PERSONAL_DATA_KEYS, settings.ERASURE_LIST)
    ):
        return _("No existe %(path)s. Crea su carpeta y repite.") % {"path": path}
    return None


def sentence_of_named(error: OSError) -> str | None:
    """Return the sentence where whoever works named the file: then one that is not there is no
    fault of ours.
    """
    return sentence_of(error) or refusal_of_path(error)


def of_database(error: Error) -> str | None:
    """Return the sentence for a database that is not there, not set up or not ours to write.

    The database is asked again: what it answers tells a wrong address from a wrong statement.
    """
    folder = Path(connection.settings_dict["NAME"]).parent
    if connection.vendor == "sqlite" and folder.is_dir() and not os.access(folder, os.W_OK):
        return refusal_of_path(PermissionError(errno.EACCES, "", str(folder)))
    try:
        connection.introspection.table_names()
        is_set_up = not plan_of_migrations()
    except (Error, OSError) as refusal:
        return refusal_in_words(refusal)
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_READONLY or getattr(cause, "sqlstate", None) in REFUSED_BY_SERVER:
        return _(
            "No se puede escribir en la base de datos. Da permiso al usuario que la usa y repite."
        )
    if code == sqlite3.SQLITE_CORRUPT:
        return _(
            "La base de datos está dañada. Restaura tu última copia con manage.py restore "
            "ARCHIVO, en un sitio vacío."
        )
    if is_passing(error):
        return _("La base de datos está ocupada o cortó la conexión. Espera un momento y repite.")
    return (
        None
        if is_set_up
        else _("La base de datos no está preparada para esta versión. Ejecuta manage.py set_up.")
    )


def refusal_of_database() -> str:
    """Return why nobody can connect now, asked once and without a pool; empty when the database
    answers, or is a file to be made.
    """
    try:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors:
                connection.Database.connect(**connection.get_connection_params()).close()
        elif Path(connection.settings_dict["NAME"]).exists():
            connection.introspection.table_names()
    except Error as refusal:
        return refusal_in_words(refusal)
    return ""


def refusal_in_words(refusal: Error | OSError) -> str:
    """Say why nobody can connect."""
    if is_full(refusal):
        return no_space()
    return unusable_database(str(refusal).strip().splitlines()[0])


def no_space() -> str:
    """Say that a disk is full."""
    return _("No queda espacio en el disco. Libera espacio y repite.")


def plan_of_migrations() -> list[object]:
    """Return the migrations that the database still lacks."""
    executor = MigrationExecutor(connection)
    return list(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def unusable_database(why: str) -> str:
    """Say that the address leads to no database, in the words of who refused: they never hold the
    password.
    """
    words = _(
        "No se puede usar la base de datos %(name)s: %(why)s. Revisa DATABASE_URL, y que esa "
        "base exista y esté encendida."
    )
    return words % {"name": connection.settings_dict["NAME"], "why": why.rstrip(".")}
