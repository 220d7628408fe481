"""Names the demonstration cast on the sign-in page, only while demonstration data is loaded."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.second_factor import DEMO_SECRET, STEP_SECONDS, code_at, opens_with

PASSWORD = "puriq-demo-2026"  # noqa: S105 - public on purpose: it opens invented people alone
CAST = {
    "lina@demo.example": _("Aprende en una municipalidad distrital de Tumbes; va por la mitad"),
    "omar@demo.example": _("Aprende en una municipalidad distrital de Puno; no ha empezado"),
    "rosa@demo.example": _("Terminó el primer curso y tiene su certificado"),
    "elena@demo.example": _("Enlace de una municipalidad de Tumbes"),
    "ada@demo.example": _("Formadora: escribe los cursos"),
    "raul@demo.example": _("Revisor legal de demostración; su firma no vale como revisión"),
    "max@demo.example": _("Coordinador de Tumbes"),
    "nora@demo.example": _("Coordinadora de Puno"),
    "lucia@demo.example": _("Analista de un ministerio: ve todo el país"),
    "teresa@demo.example": _("Analista de un sector: ve todas las UGEL"),
    "oscar@demo.example": _("Operador de la plataforma"),
    "ines@demo.example": _("Operadora de la plataforma"),
}


@dataclass(frozen=True)
class DemoPerson:
    """One line of the list: who, with which e-mail, and what for."""

    name: str
    email: str
    role: str


def demo_people() -> list[DemoPerson]:
    """Return the people of the cast who are loaded, in the order above; none outside a
    demonstration.
    """
    if not settings.DEMO:
        return []
    names = dict(
        User.objects.filter(is_demo=True, is_active=True, email__in=CAST).values_list(
            "email", "first_name"
        )
    )
    return [
        DemoPerson(names[email], email, str(role)) for email, role in CAST.items() if email in names
    ]


def demo_code(user: User, now: datetime) -> str:
    """Return a code that opens an account of the demonstration, in words for its visitors; empty
    for anybody else.

    Any of those that hold now: two visitors at once get two.
    """
    if not (settings.DEMO and user.is_demo and opens_with(DEMO_SECRET, user)):
        return ""
    steps = secrets.randbelow(2 * settings.MFA_TOTP_TOLERANCE - 1) - settings.MFA_TOTP_TOLERANCE + 1
    return code_at(DEMO_SECRET, now + timedelta(seconds=steps * STEP_SECONDS))
