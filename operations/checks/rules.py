"""Keeps the rules of a set-up, asks them all, and stops the start when one is broken."""

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection, connections
from django.db.models import Model
from django.utils.translation import gettext as _

from operations.failures import refusal_of_database

TAG = "deploy"

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
    warning = refusal_of_database()
    token = refusal.set(warning)
    try:
        messages = checks.run_checks(tags=[TAG], include_deployment_checks=True)
    finally:
        refusal.reset(token)
    if problems := [message for message in messages if not message.is_silenced()]:
        raise ImproperlyConfigured(
            "\n".join(f"No arranca: {message.msg} [{message.id}]" for message in problems)
        )
    return f"{warning} {_('El sitio arranca y atiende en cuanto responda.')}" if warning else ""


def leave_database() -> None:
    """Close what the rules opened: neither connections nor the threads of their pools survive the
    fork of the web server.
    """
    for each in connections.all():
        each.close()
        if each.vendor == "postgresql":
            each.close_pool()


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
