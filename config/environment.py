"""Reads the environment; a wrong value stops the start with one sentence that names the variable."""

import sys
from collections.abc import Callable
from typing import Any, NoReturn

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def stop(name: str, wanted: str) -> NoReturn:
    """End the program: what the operator reads is the sentence alone. The value stays out of it, because some hold passwords."""
    sys.exit(f"No arranca: {name} {wanted}. Corrige {name} en el archivo de entorno.")


def read_bool(name: str) -> bool:
    """Read a yes/no variable; unset is no."""
    value = env.str(name, "0").lower()
    if value not in {"0", "1", "true", "false"}:
        stop(name, "debe ser 0 o 1")
    return value in {"1", "true"}


def read_count(name: str, default: int) -> int:
    """Read a whole number, zero or more."""
    value = env.str(name, str(default)).strip()
    if not (value.isascii() and value.isdigit()):
        stop(name, "debe ser un número entero, como 0 o 10")
    return int(value)


def read_address(name: str, default: str, schemes: tuple[str, ...]) -> str:
    """Read the address of something, which begins with one of `schemes`."""
    value = env.str(name, "") or default
    if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        stop(name, f"debe empezar con {', '.join(f'{scheme}://' for scheme in schemes)}")
    return value


def read_service(name: str, default: str, reader: Callable[..., Any], schemes: tuple[str, ...] = ()) -> dict[str, Any]:
    """Read the address of a database, a cache or a mail server as Django wants it."""
    if schemes:
        read_address(name, default, schemes)
    try:
        return reader(name, default)
    except (ImproperlyConfigured, ValueError, KeyError):
        stop(name, "no es una dirección que Puriq conozca")
