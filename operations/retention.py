"""Says how long everything about people is kept, and deletes what has had its time.

The terms are the project's proposal; who answers for the site confirms them with counsel (docs/operations.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forgetting import forget_decided_requests, forget_ended_sessions, forget_letters, forget_recovery_codes
from operations.asking import forget_help_requests
from quizzes.deletion import forget_answers_before


@dataclass(frozen=True)
class Rule:
    """How long one kind of facts is kept and why. Without `days` nothing deletes it by time alone."""

    name: str
    what: str
    term: str
    why: str
    days: int | None = None
    forget: Callable[[datetime], object] | None = None


RETENTION = (
    Rule(
        "account",
        _("Tus nombres, documento, correo, entidad, cargo y roles"),
        _("Mientras tengas tu cuenta"),
        _("Para que ingreses y para tus certificados. Se borran cuando lo pides."),
    ),
    Rule(
        "answers",
        _("Tus respuestas a los cuestionarios"),
        _("2 años; después, solo la nota"),
        _("Para revisar una nota si reclamas."),
        730,
        forget_answers_before,
    ),
    Rule(
        "journal",
        _("Tus inscripciones, tu avance y tus notas"),
        _("Mientras tengas tu cuenta; después, sin tu nombre"),
        _("Para mostrar tu avance y para que las cifras no cambien."),
    ),
    Rule(
        "certificates",
        _("El registro de certificados"),
        _("Siempre, con lo mínimo"),
        _("La ley pide constancia de la capacitación (D.S. 040-2014-PCM, art. 21.1)."),
    ),
    Rule(
        "trail",
        _("El historial de quién hizo qué y quién miró un registro"),
        _("Siempre, con claves internas y sin nombres"),
        _("Para que nadie pueda ocultar un acto."),
    ),
    Rule(
        "help",
        _("Lo que pides en Ayuda"),
        _("1 año"),
        _("Para responderte y mejorar."),
        365,
        forget_help_requests,
    ),
    Rule(
        "erasure",
        _("Pedidos de borrado que retiraste o que no procedieron"),
        _("2 años"),
        _("Para mostrar que te respondimos."),
        730,
        forget_decided_requests,
    ),
    Rule(
        "erasure_list",
        _("Lista de borrados: una clave interna y una fecha"),
        _("Siempre"),
        _("Para borrar otra vez si se restaura una copia antigua."),
    ),
    Rule(
        "codes",
        _("Códigos para recuperar tu contraseña"),
        _("30 días después de vencer"),
        _("Para aclarar quién los dio."),
        30,
        forget_recovery_codes,
    ),
    Rule(
        "letters",
        _("Notas de los correos para ti"),
        _("30 días"),
        _("Para saber si un correo salió."),
        30,
        forget_letters,
    ),
    Rule(
        "sessions",
        _("Sesiones en tus equipos"),
        _("1 día después de terminar"),
        _("Para que no tengas que ingresar cada vez."),
        1,
        forget_ended_sessions,
    ),
)


def forget_what_is_over(now: datetime) -> dict[str, object]:
    """Carry out every rule that has a term; return what each one deleted by its name. Safe to run again."""
    return {rule.name: rule.forget(now - timedelta(days=rule.days)) for rule in RETENTION if rule.forget and rule.days}


def forget_daily(now: datetime) -> dict[str, object]:
    """Carry the rules out once a day: some look through whole tables. A fault, or a cache that forgets, only makes it run again."""
    today = f"retention:{timezone.localdate(now):%Y-%m-%d}"
    if cache.get(today):
        return {}
    forgotten = forget_what_is_over(now)
    cache.set(today, True, 60 * 60 * 24)
    return forgotten
