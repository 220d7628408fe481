"""Says minutes in the words of a certificate: plain values, no database.

The words are Spanish whatever the language of the screen: a certificate keeps the language in which it was issued.
"""

ACADEMIC_HOUR = 45


def academic_duration(minutes: int) -> str:
    """Return a duration as it results, with the minutes of an academic hour stated.

    161 is “161 minutos (3 horas académicas de 45 minutos y 26 minutos)”. It is never rounded: personnel offices add
    these hours up.
    """
    hours, rest = divmod(minutes, ACADEMIC_HOUR)
    if not hours:
        return minutes_in_words(minutes)
    words = f"{_count(hours, 'hora académica', 'horas académicas')} de {ACADEMIC_HOUR} minutos"
    if rest:
        words += f" y {minutes_in_words(rest)}"
    return f"{minutes_in_words(minutes)} ({words})"


def minutes_in_words(minutes: int) -> str:
    """Return “1 minuto”, “161 minutos”, “5,405 minutos”."""
    return _count(minutes, "minuto", "minutos")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
