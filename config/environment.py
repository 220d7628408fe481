"""Reads the environment; a wrong value stops the start with one sentence that names the
variable.
"""

import re
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

SITE_ADDRESS = re.compile(
    r"https?://(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@]+)(?::(?P<port>[0-9]{1,5}))?", re.ASCII
)
HOST_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?", re.ASCII)
SENDER = re.compile(r"[^<>@\s]+@[^<>@\s]+|[^<>@]+ <[^<>@\s]+@[^<>@\s]+>")
CHECK_CODE = re.compile(r"[a-z_.]+\.[CDEWI]\d{3}", re.ASCII)
MAIL_SCHEMES = (
    "smtp",
    "smtp+tls",
    "smtp+ssl",
    "smtps",
    "consolemail",
    "filemail",
    "memorymail",
    "dummymail",
)


def stop(name: str, wanted: str) -> NoReturn:
    """End the program: what the operator reads is the sentence alone.

    The value stays out of it, because some hold passwords.
    """
    sys.exit(f"No arranca: {name} {wanted}. Corrige {name} en el archivo de entorno.")


def stop_without(error: OSError) -> NoReturn:
    """End the program for a file or folder of its own that it may not use."""
    sys.exit(
        f"No arranca: no se puede leer o escribir {error.filename}. Da permiso al usuario con el "
        "que trabajas y repite."
    )


def read_bool(name: str, *, default: bool = False) -> bool:
    """Read a yes/no variable; unset is no, or what is said."""
    value = env.str(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false"}:
        stop(name, "debe ser 0 o 1")
    return value in {"1", "true"}


def read_count(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Read a whole number between two bounds, both included."""
    value = env.str(name, str(default)).strip()
    is_number = value.isascii() and value.isdigit()
    if not is_number or int(value) < least or (most is not None and int(value) > most):
        stop(
            name,
            f"debe ser un número entero, {least} o más"
            if most is None
            else f"debe ser un número entero entre {least} y {most}",
        )
    return int(value)


def read_port(name: str, default: int) -> int:
    """Read the number of a port."""
    return read_count(name, default, least=1, most=65535)


def read_other_port(name: str, taken: int) -> int:
    """Read the number of a port beside one that is taken; 0 for none."""
    port = read_count(name, 0, most=65535)
    if port == taken:
        stop(name, "debe ser otro número que PORT: en cada puerto atiende uno solo")
    return port


def read_site_address(name: str, default: str) -> str:
    """Read the address of the site: scheme, host and perhaps a port, which is printed into
    certificates; nothing else.
    """
    value = (env.str(name, "") or default).removesuffix("/")
    match = SITE_ADDRESS.fullmatch(value)
    if match is None or not is_host(match["host"]) or not 0 < int(match["port"] or 1) <= 65535:
        stop(
            name,
            (
                "debe ser https:// o http://, un nombre de sitio y, si hace falta, un puerto, sin "
                "nada más: https://academia.example.pe"
            ),
        )
    return value


def read_hosts(name: str, default: list[str]) -> list[str]:
    """Read host names with commas between; a dot in front takes in what lies below, a star
    everything.
    """
    hosts = [host.strip() for host in env.list(name, default=default) if host.strip()]
    if not hosts or not all(host == "*" or is_host(host.removeprefix(".")) for host in hosts):
        stop(
            name,
            (
                "debe tener nombres de sitio separados por comas, sin https:// ni puerto: "
                "academia.example.pe,localhost"
            ),
        )
    return hosts


def hosts_with(address: str, hosts: list[str]) -> list[str]:
    """Return host names with that of the address of the site among them: whoever follows its own
    links is never refused.
    """
    own = bracketed(urlsplit(address).hostname)
    return hosts if own in hosts else [*hosts, own]


def is_host(name: str) -> bool:
    """Say whether a text is a name or a network address, and nothing around it."""
    if name.startswith("["):
        return name.endswith("]") and is_network_address(name[1:-1])
    return len(name) <= 253 and all(HOST_LABEL.fullmatch(label) for label in name.split("."))


def is_network_address(text: str) -> bool:
    """Say whether a text is an IP address."""
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def read_path(name: str, default: Path) -> str:
    """Read the place of a file: whole, because the site, its worker and its commands may start in
    different folders.
    """
    value = env.str(name, "") or str(default)
    if not Path(value).is_absolute() or Path(value).is_dir() or not value.isprintable():
        stop(name, "debe ser la ruta completa de un archivo, como /srv/puriq/var/claves.json")
    return value


def read_folder(name: str, default: Path) -> str:
    """Read the place of a folder, whole for the same reason; it is made when something is first
    kept there.
    """
    value = env.str(name, "") or str(default)
    if not Path(value).is_absolute() or Path(value).is_file() or not value.isprintable():
        stop(name, "debe ser la ruta completa de una carpeta, como /srv/puriq/var/media")
    return value


def read_sender(name: str, default: str) -> str:
    """Read who letters come from: an address, or a name and an address in angle brackets."""
    value = env.str(name, default)
    if not value.isprintable() or not SENDER.fullmatch(value):
        stop(name, "debe ser un correo, o un nombre y un correo: Academia <academia@example.pe>")
    return value


def read_codes(name: str) -> list[str]:
    """Read codes of checks with commas between."""
    codes = [code.strip() for code in env.list(name, default=[]) if code.strip()]
    if not all(CHECK_CODE.fullmatch(code) for code in codes):
        stop(name, "debe tener códigos de reglas separados por comas: operations.E007")
    return codes


def read_database(name: str, default: str) -> dict[str, Any]:
    """Read the address of PostgreSQL or of an SQLite file, with all that is needed to reach it."""
    database = read_service(name, default, env.db_url, ("postgres", "postgresql", "sqlite"))
    if database["ENGINE"].endswith("sqlite3"):
        if not Path(database["NAME"]).is_absolute() or not database["NAME"].isprintable():
            stop(
                name,
                (
                    "debe nombrar el archivo con su ruta completa: "
                    "sqlite:////srv/puriq/var/puriq.sqlite3"
                ),
            )
    elif not database["NAME"] or not is_place(database):
        stop(name, "debe nombrar servidor y base: postgres://usuario:clave@servidor:5432/base")
    return database


def read_replica(name: str, database: dict[str, Any]) -> dict[str, Any]:
    """Read the address of a copy of the database, of the same kind; nothing when there is none."""
    if not env.str(name, ""):
        return {}
    replica = read_database(name, "")
    if replica["ENGINE"] != database["ENGINE"]:
        stop(name, "debe ser una copia de la base de DATABASE_URL, del mismo tipo que ella")
    return replica


def read_spare_database(name: str) -> str:
    """Read the address of a database that a command takes for a while; empty when there is none."""
    address: str = env.str(name, "")
    if address:
        read_database(name, "")
    return address


def read_cache(name: str, default: str) -> dict[str, Any]:
    """Read the address of Redis, or the memory of each process."""
    cache: dict[str, Any] = read_service(
        name, default, env.cache_url, ("redis", "rediss", "locmemcache")
    )
    if not cache["BACKEND"].endswith("LocMemCache"):
        for place in (
            [cache["LOCATION"]] if isinstance(cache["LOCATION"], str) else cache["LOCATION"]
        ):
            parts = urlsplit(place)
            if not is_host(bracketed(parts.hostname)) or not parts.path.strip("/").isdecimal():
                stop(name, "debe nombrar servidor y número de base: redis://servidor:6379/0")
    return cache


def read_mail(name: str, default: str) -> dict[str, Any]:
    """Read the address of the mail server, or another way to send."""
    mail: dict[str, Any] = read_service(name, default, env.email_url, MAIL_SCHEMES)
    if mail["EMAIL_BACKEND"].endswith("smtp.EmailBackend") and not is_host(
        bracketed(mail["EMAIL_HOST"])
    ):
        stop(name, "debe nombrar el servidor: smtp+tls://usuario:clave@servidor:587")
    return mail


def is_place(found: dict[str, Any]) -> bool:
    """Say whether the host of a database is one: a name, an address, or a folder with a socket."""
    host = found["HOST"]
    return not host or host.startswith("/") or is_host(bracketed(host))


def bracketed(host: str | None) -> str:
    """Return a host as it stands in an address."""
    return f"[{host}]" if host and ":" in host else host or ""


def read_service(
    name: str, default: str, reader: Callable[..., Any], schemes: tuple[str, ...]
) -> dict[str, Any]:
    """Read the address of a database, a cache or a mail server as Django wants it."""
    value = env.str(name, "") or default
    if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        stop(name, f"debe empezar con {', '.join(f'{scheme}://' for scheme in schemes)}")
    try:
        if not value.isprintable() or " " in value:
            raise ValueError
        urlsplit(value).port  # noqa: B018 - raises for what is no number
        return reader(name, default)
    except (ImproperlyConfigured, ValueError, KeyError):
        stop(
            name,
            "no es una dirección que Puriq conozca. Si su clave lleva / ? # % o espacios, "
            "escríbelos %2F %3F %23 %25 %20",
        )
