"""Says in one sentence why a file that somebody named cannot be used: what happened, and what to
do.
"""

import errno
from pathlib import Path

from django.utils.translation import gettext as _

NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}
NOT_THERE = {errno.ENOENT, errno.ENOTDIR}


def refusal_of_path(error: OSError) -> str | None:
    """Return the sentence; None for an error that names no file, or one without a sentence."""
    if not isinstance(error.filename, str):
        return None
    path = Path(error.filename).absolute()
    if error.errno in NOT_ALLOWED:
        return _(
            "No se puede leer o escribir %(path)s. Da permiso al usuario con el que trabajas "
            "(chown, chmod) y repite."
        ) % {"path": path}
    if error.errno in NOT_THERE and not path.parent.is_dir():
        return _("No existe la carpeta %(path)s. Revisa la ruta, o créala, y repite.") % {
            "path": path.parent
        }
    if error.errno in NOT_THERE:
        return _("No encontramos el archivo %(path)s. Revisa la ruta y repite.") % {"path": path}
    if error.errno == errno.EISDIR:
        return _("%(path)s es una carpeta. Nombra un archivo y repite.") % {"path": path}
    if error.errno == errno.ENAMETOOLONG:
        return _("El nombre %(path)s es muy largo. Elige otro y repite.") % {"path": path.name}
    return None
