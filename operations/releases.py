"""Compares the migrations of the database with those of this release."""

from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from operations.failures import unusable_database


def refusal_of_release() -> str:
    """Return why this release cannot serve the database: it is of a newer one, or not migrated yet;
    otherwise empty.
    """
    folder = Path(connection.settings_dict["NAME"]).parent
    if connection.vendor == "sqlite" and not folder.is_dir():
        return unusable_database(_("no existe la carpeta %(path)s") % {"path": folder})
    if words := refusal_of_newer():
        return words
    loader = loaded()
    is_migrated = set(loader.graph.nodes) <= set(loader.applied_migrations or {})
    return (
        ""
        if is_migrated
        else _("La base de datos no está preparada para esta versión. Ejecuta manage.py set_up.")
    )


def refusal_of_newer() -> str:
    """Return that a newer release has migrated the database, where one has.

    Migrations of packages are not asked: a package may drop old ones that it has put together.
    """
    loader = loaded()
    names = set(loader.disk_migrations) | {
        former for migration in loader.disk_migrations.values() for former in migration.replaces
    }
    unknown = sorted(
        f"{app}.{name}"
        for app, name in set(loader.applied_migrations or {}) - names
        if app in settings.ROOMS
    )
    words = _(
        "La base de datos no es de esta versión, sino de una versión más nueva de Puriq o de una "
        "anterior a la 0.1.0 (%(name)s)."
        " Instala la versión que la hizo; si solo es una demostración, bórrala y se hace otra."
    )
    return words % {"name": unknown[0]} if unknown else ""


def loaded() -> MigrationLoader:
    """Read the migrations of this release, and those of the database unless its file was not made
    yet.
    """
    is_made = connection.vendor != "sqlite" or Path(connection.settings_dict["NAME"]).exists()
    return MigrationLoader(connection if is_made else None)
