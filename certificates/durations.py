"""Says minutes in the words of a certificate: plain values, no database.

The words are Spanish whatever the language of the screen: a certificate keeps the language in which
it was issued.
"""

ACADEMIC_HOUR = 45


def academic_duration(minutes: int) -> str:
    """Return a duration as it results, hours first, with the minutes of an academic hour stated.

    347 is “7 horas académicas y 32 minutos (347 minutos; 1 hora académica = 45 minutos)”. It is
    never rounded: personnel offices add these hours up.
    """
    hours, rest = divmod(minutes, ACADEMIC_HOUR)
    if not hours:
        return minutes_in_words(minutes)
    words = _count(hours, "hora académica", "horas académicas")
    if rest:
        words += f" y {minutes_in_words(rest)}"
    return f"{words} ({minutes_in_words(minutes)}; 1 hora académica = {ACADEMIC_HOUR} minutos)"


def minutes_in_words(minutes: int) -> str:
    """Return “1 minuto”, “161 minutos”, “5,405 minutos”."""
    return _count(minutes, "minuto", "minutos")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
