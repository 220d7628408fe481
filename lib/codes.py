"""Reads letters and digits that people copy by hand or paste: plain values, no database.

The alphabet has no I, L, O and U, which are mistaken for other characters when they are heard or
copied: whoever types O means 0, I and L mean 1.
"""

import re
import unicodedata

from lib.composing import composed

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_LOOK_ALIKES = str.maketrans("OIL", "011")
_RUNS = re.compile(r"[^\W_]+")
# What is copied with a code: “Código:”, “Cód. N.º”, “El código es”. Something must part it from the
# code.
_LABEL = re.compile(
    r"\W*(?:(?:EL|MI|TU|SU)\s+)?C[OÓ]D(?:IGO)?"
    r"(?:\s+(?:DEL?\s+)?(?:CERTIFICADO|VERIFICACI[OÓ]N|RECUPERACI[OÓ]N))?(?:\s+ES)?"
    r"(?:[\s.:=]+N(?:[.º°]|RO|[UÚ]M(?:ERO)?|O(?=[\s.:]))*)?[\s.:=][\W_]*"
)


def plain_characters(typed: str) -> str:
    """Return the letters and digits of what was typed, in capitals, and nothing else.

    Full-width forms become plain ones. Spaces, dashes, quotes and what cannot be seen are left out.
    """
    return "".join(runs_of_characters(typed))


def runs_of_characters(typed: str) -> list[str]:
    """Return the runs of letters and digits of what was typed, in capitals: “K-7: a2” gives K, 7,
    A2.

    What cannot be seen separates nothing.
    """
    return _RUNS.findall(visible_text(typed))


def without_label(typed: str) -> str:
    """Return what was typed without the word «código» before it: it is no part of a code, and is
    not counted as one.
    """
    text = visible_text(typed)
    label = _LABEL.match(text)
    return text[label.end() :] if label else typed


def visible_text(typed: str) -> str:
    """Return what was typed in plain capitals, without what nobody sees."""
    plain = composed(typed, "NFKC").upper()
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")


def as_meant(characters: str) -> str:
    """Return the characters in the alphabet of codes: O for zero, I and L for one."""
    return characters.translate(_LOOK_ALIKES)
