"""Reads which institution stands behind the site, what it announces to everybody, and says what of
it nobody wrote yet.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import Error
from django.utils.translation import gettext as _
from wagtail.images.models import AbstractImage

from provider.models import SITE_NAME, Provider, SiteNotice

# Every page says who is behind it, and no page asks for it: a process may show the words of before
# for this long (seconds) after another one changed them.
KEPT_SECONDS = 10.0
LOGO_SIZE = "max-320x96"


@dataclass(frozen=True)
class Logo:
    """A picture as a page shows it, with the words for who cannot see it."""

    address: str
    width: int
    height: int
    description: str


@dataclass(frozen=True)
class _Kept:
    until: float
    provider: Provider
    logo: Logo | None
    notice: SiteNotice | None = None


_kept: dict[str, _Kept] = {}


def the_provider() -> Provider:
    """Return the institution behind the site, empty while nobody wrote it or the database is away.

    No statement, but two in ten seconds of each process.
    """
    return _now().provider


def provider_logo() -> Logo | None:
    """Return its logo as pages show it, or None."""
    return _now().logo


def notice_at(now: datetime) -> SiteNotice | None:
    """Return what everybody is told now, before and during its time; None where there is nothing,
    or its time is over.
    """
    notice = _now().notice
    return notice if notice and now < notice.until else None


def _now() -> _Kept:
    kept = _kept.get("now")
    if kept and time.monotonic() < kept.until:
        return kept
    try:
        provider = Provider.base_queryset().first() or Provider()
        logo, notice = logo_of(provider.logo), SiteNotice.objects.first()
    except Error:
        return kept or _Kept(0.0, Provider(), None)
    return keep(provider, logo, notice, seconds=KEPT_SECONDS)


def logo_of(image: AbstractImage | None) -> Logo | None:
    """Return an image as pages show it; None where there is none, or its file is gone."""
    if image is None:
        return None
    try:
        drawn = image.get_rendition(LOGO_SIZE)
    except OSError:
        return None
    return Logo(drawn.url, drawn.width, drawn.height, image.default_alt_text)


def keep(
    provider: Provider,
    logo: Logo | None = None,
    notice: SiteNotice | None = None,
    *,
    seconds: float,
) -> _Kept:
    """Answer with these for so many seconds."""
    _kept["now"] = kept = _Kept(time.monotonic() + seconds, provider, logo, notice)
    return kept


def forget_provider() -> None:
    """Ask the database the next time."""
    _kept.clear()


def letter_signature(provider: Provider) -> str:
    """Return the last lines of a letter: who wrote it, and how to reach them."""
    ways = (provider.name, provider.email, provider.telephone)
    return "\n".join(["-- ", SITE_NAME, *(way for way in ways if way)])


def missing_words(provider: Provider) -> list[str]:
    """Return what is missing for a site that people trust with their data, in the words of its
    screen.
    """
    words = {
        "name": _("el nombre"),
        "ruc": _("el RUC"),
        "email": _("un correo de contacto"),
        "officer_name": _("el oficial de datos personales"),
        "legal_basis": _("la base legal"),
        "first_signer_name": _("quién responde por los certificados"),
    }
    return [told for field, told in words.items() if not getattr(provider, field)]
