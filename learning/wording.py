"""Says in words what a course takes: time and data."""

from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

# A photograph as telephones send it by chat.
BYTES_OF_A_PHOTO = 300_000


def duration(minutes: int) -> str:
    """Return minutes in words: 161 is “2 horas 41 minutos”."""
    return _duration(get_language(), int(minutes))


@lru_cache(maxsize=1024)
def _duration(language: str, minutes: int) -> str:
    """Choose the plurals of a language once for each number: the catalogue asks for forty."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(count)d hora", "%(count)d horas", hours) % {"count": hours})
    if rest or not hours:
        parts.append(ngettext("%(count)d minuto", "%(count)d minutos", rest) % {"count": rest})
    return " ".join(parts)


def data_used(weight: int) -> str:
    """Return what bytes cost on a prepaid phone: few, or about how many megabytes."""
    if weight < BYTES_OF_A_PHOTO:
        return _("pocos datos (menos que una foto)")
    places = 1 if weight < 10_000_000 else 0
    megabytes = round(weight / 1_000_000, places)
    return _("cerca de %(count)s MB de datos") % {"count": number_format(megabytes, places)}
