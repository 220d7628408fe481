"""Refuses set-ups that would lose records or let people be harmed; one sentence each for the
operator.
"""

import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.documents import is_file_of_keys, unopened
from accounts.models import User
from accounts.queries import one_document
from operations.backups import unfinished
from operations.failures import refusal_of_database
from operations.releases import refusal_of_release
from web.security import directives

TAG = "deploy"
LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}
KNOWN_SECRETS = ("django-insecure-", "changeme", "cambiame", "secret", "tests-only-")
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

Sentences = Iterator[str]
Answer = TypeVar("Answer")
REGISTERED: list[tuple[str, Callable[[], Sentences]]] = []
# What the database refused when it was asked, once for all rules: each of them would wait for it
# again.
refusal: ContextVar[str] = ContextVar("refusal")


def refused(code: str) -> Callable[[Callable[[], Sentences]], Callable[[], Sentences]]:
    """Register a rule under its code; it yields one sentence for each thing that is wrong."""

    def keep(rule: Callable[[], Sentences]) -> Callable[[], Sentences]:
        REGISTERED.append((f"operations.{code}", rule))
        return rule

    return keep


@checks.register(TAG, deploy=True)
def check_setup(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """Return every reason not to serve this site."""
    if refusal.get(None) is not None:
        return broken_rules()
    token = refusal.set(refusal_of_database())
    try:
        return broken_rules()
    finally:
        refusal.reset(token)


def broken_rules() -> list[checks.CheckMessage]:
    """Return one error for each sentence of each rule."""
    return [checks.Error(sentence, id=code) for code, rule in REGISTERED for sentence in rule()]


def refuse_unsafe_setup() -> str:
    """Stop the start of the web server when a rule is broken.

    Raises ImproperlyConfigured with every sentence.

    Return what an operator must know all the same: that the database does not answer yet, or
    nothing.
    """
    told = refusal_of_database()
    token = refusal.set(told)
    try:
        messages = checks.run_checks(tags=[TAG], include_deployment_checks=True)
    finally:
        refusal.reset(token)
    if found := [message for message in messages if not message.is_silenced()]:
        raise ImproperlyConfigured(
            "\n".join(f"No arranca: {message.msg} [{message.id}]" for message in found)
        )
    return f"{told} {_('El sitio arranca y atiende en cuanto responda.')}" if told else ""


def leave_database() -> None:
    """Close what the rules opened: neither a connection nor the threads of a pool survive the fork
    of the web server.
    """
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


def is_public() -> bool:
    """True when the site is meant to be reached from other machines."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    return bool({host, settings.HOST, *settings.ALLOWED_HOSTS} - LOOPBACK)


def is_real() -> bool:
    """True for a public site that is no demonstration: people trust it with their data."""
    return is_public() and not (settings.DEMO and settings.DEMO_PUBLIC)


@refused("E001")
def debug_in_public() -> Sentences:
    """Error pages with details show settings and data."""
    if settings.DEBUG and is_public():
        yield _("DEBUG está activado en producción. Cambia a DEBUG=0 en el archivo de entorno.")


@refused("E002")
def weak_secret() -> Sentences:
    """Who knows the secret signs in as anybody."""
    secret = settings.SECRET_KEY
    if is_public() and (
        len(secret) < 50 or len(set(secret)) < 5 or secret.lower().startswith(KNOWN_SECRETS)
    ):
        yield _(
            "SECRET_KEY es corta o conocida y cualquiera podría falsificar sesiones. Usa 50 "
            "caracteres al azar o más."
        )


@refused("E003")
def any_host() -> Sentences:
    """Links in letters are built from the host that the request names."""
    if "*" in settings.ALLOWED_HOSTS:
        yield _(
            'ALLOWED_HOSTS acepta cualquier nombre ("*") y permite enlaces falsos en los '
            "correos. Escribe los nombres de tu sitio."
        )


@refused("E004")
def plain_http() -> Sentences:
    """Passwords would travel readable."""
    if (
        is_real()
        and settings.BASE_URL.startswith("http://")
        and (urlsplit(settings.BASE_URL).hostname or "") not in LOOPBACK
    ):
        yield _(
            "BASE_URL usa http y las contraseñas viajarían sin cifrar. Pon un certificado y usa "
            "BASE_URL=https://…"
        )


@refused("E005")
def public_demonstration() -> Sentences:
    """Everybody knows the password of the demonstration people: what counts are the people, not the
    setting alone.
    """
    if settings.DEMO and is_public() and not settings.DEMO_PUBLIC:
        yield _(
            "Hay personas de demostración con una contraseña conocida en un sitio público. Usa "
            "DEMO=0, o DEMO_PUBLIC=1 si lo quieres."
        )
    if not settings.DEMO and answered(User, User.objects.filter(is_demo=True).exists):
        yield _(
            "La base tiene personas de demostración, con una contraseña publicada, y DEMO=0. "
            "Para un sitio real usa una base nueva; para la demostración, DEMO=1."
        )


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
        if connection.vendor == "postgresql" and asked(f"SHOW {name}") in {"off", "local"}:
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
    if asked("PRAGMA synchronous") in {0, 1}:
        yield _(
            "SQLite puede perder respuestas confirmadas si se corta la luz. Usa PRAGMA "
            "synchronous=FULL."
        )
    if asked("PRAGMA journal_mode") in {"delete", "truncate", "persist", "off"}:
        yield _(
            "SQLite no usa WAL y las personas se bloquearían entre sí. Ejecuta manage.py set_up."
        )


def asked(question: str) -> object:
    """Return what the database answers; None while it does not: readiness tells that, and it may
    come back.
    """
    if refusal.get(""):
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]
    except Error:
        return None


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


def answered(model: type[Model], question: Callable[[], Answer]) -> Answer | None:
    """Return what a query answers; None while the database does not, or has no such table yet, as a
    new one.
    """
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return None
    if refusal.get(""):
        return None
    try:
        return (
            question() if model._meta.db_table in connection.introspection.table_names() else None
        )
    except Error:
        return None


@refused("E010")
def cache_that_is_not_shared() -> Sentences:
    """Several machines would each count failed sign-ins alone."""
    if (
        is_real()
        and connection.vendor == "postgresql"
        and settings.CACHES["default"]["BACKEND"].endswith("LocMemCache")
    ):
        yield _(
            "Con PostgreSQL puede haber varias máquinas, y cada una contaría por su lado los "
            "intentos de ingreso. Pon CACHE_URL=redis://…"
        )


@refused("E011")
def letters_to_nobody() -> Sentences:
    """A person who forgot the password would wait for a letter that never leaves."""
    if is_real() and settings.EMAIL_BACKEND.rsplit(".", 2)[-2] in {
        "console",
        "dummy",
        "locmem",
        "filebased",
    }:
        yield _(
            "Los correos no salen de esta máquina y nadie podría recuperar su contraseña. Pon "
            "EMAIL_URL=smtp+tls://…"
        )


@refused("E012")
def media_in_the_wrong_place() -> Sentences:
    """Uploads must not be served as our own static files, and must have a place."""
    media, static = Path(settings.MEDIA_ROOT).absolute(), Path(settings.STATIC_ROOT).absolute()
    if media.is_relative_to(static) or static.is_relative_to(media):
        yield _(
            "La carpeta de archivos subidos (%(name)s) está mezclada con los archivos del sitio. "
            "Sepáralas."
        ) % {"name": media}
    existing = next(folder for folder in (media, *media.parents) if folder.exists())
    if not os.access(existing, os.W_OK):
        yield _(
            "No se puede escribir en %(name)s y los archivos subidos se perderían. Da permiso al "
            "usuario del servicio."
        ) % {"name": existing}


@refused("E013")
def no_content_policy() -> Sentences:
    """The policy is what stops a script that somebody smuggled into a text."""
    policy = directives(settings.CONTENT_SECURITY_POLICY)
    has_middleware = "web.security.ContentSecurityMiddleware" in settings.MIDDLEWARE
    scripts = policy.get("script-src") or policy.get("default-src") or ["'unsafe-inline'"]
    if not has_middleware or {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(scripts):
        yield _(
            "Falta la política de contenidos (CSP) o permite scripts ajenos. Restaura "
            "CONTENT_SECURITY_POLICY y su middleware."
        )


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


@refused("E015")
def open_network_without_proxy() -> Sentences:
    """Connections that send slowly hold a thread each: the proxy waits for them, the web server
    does not.
    """
    if is_real() and settings.HOST not in LOOPBACK and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        yield _(
            "HOST abre el servidor a la red sin un proxy delante y unas pocas conexiones lentas "
            "lo detendrían. "
            "Usa HOST=127.0.0.1 detrás de un proxy (deploy/nginx.conf), o TRUSTED_PROXIES=1 si "
            "ya lo hay."
        )


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
    if refusal.get(""):
        return
    try:
        words = refusal_of_release()
    except Error:  # it does not answer, and may come back
        return
    if words:
        yield words
