"""Makes and checks the codes by which anybody verifies a certificate: plain values, no database.

A code has 20 characters of an alphabet of 32 (digits and letters without I, L, O, U): 18 are random
(90 bits, so that guessing finds nothing) and 2 check them. The check is the number that the 18
write in base 32, modulo 1021. As 1021 is prime and larger than any factor that one error adds (up
to 31 times a power of 32, or 33 where the random part meets the check), it notices every single
wrong character and every swap of two neighbours.
"""

import secrets
from collections.abc import Iterator
from urllib.parse import unquote

from lib.codes import ALPHABET, as_meant, plain_characters, runs_of_characters, without_label

RANDOM_LENGTH = 18
LENGTH = RANDOM_LENGTH + 2
GROUP = 4
# How often one address stands within another.
MOST_WITHIN = 3
MODULUS = 1021

_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def new_code() -> str:
    """Return a fresh code of 20 characters, without separators."""
    random_part = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return random_part + check_characters(random_part)


def check_characters(random_part: str) -> str:
    """Return the two characters that check the 18 before them."""
    value = 0
    for character in random_part:
        value = (value * 32 + _VALUES[character]) % MODULUS
    return ALPHABET[value // 32] + ALPHABET[value % 32]


def normalise(typed: str) -> str:
    """Return the code within what was typed as it is stored: capitals, letters and digits alone, O
    read as 0, I and L as 1.

    A label before it, or the whole address of a certificate, is left out. The result may still be
    no code; `is_well_formed` tells.
    """
    text = without_label(plain_address(typed))
    whole = as_meant(plain_characters(text))
    if len(whole) <= LENGTH:
        return whole
    candidates = ["".join(runs) for runs in _runs_as_long_as_a_code(text)]
    well_formed = [code for code in candidates if is_well_formed(code)]
    return next(iter([*well_formed[-1:], *candidates[-1:]]), whole)


def plain_address(typed: str) -> str:
    """Return what was typed with the signs of an address as they are: a program that guards links
    or shares them writes one address within another, «%2F» for «/», and again «%252F».
    """
    for _within in range(MOST_WITHIN):
        typed = unquote(typed)
    return typed


def written_codes(typed: str) -> list[str]:
    """Return each text that is written as a code is, together or in groups of four, whether it is
    one or not; words that happen to be as long are none.
    """
    text = without_label(plain_address(typed))
    return list(
        dict.fromkeys(
            "".join(runs)
            for runs in _runs_as_long_as_a_code(text)
            if {len(run) for run in runs} in ({LENGTH}, {GROUP})
        )
    )


def _runs_as_long_as_a_code(typed: str) -> Iterator[list[str]]:
    """Yield neighbouring runs of characters that are together as long as a code."""
    runs = [as_meant(run) for run in runs_of_characters(typed)]
    for start in range(len(runs)):
        length = 0
        for end in range(start, len(runs)):
            length += len(runs[end])
            if length >= LENGTH:
                break
        if length == LENGTH:
            yield runs[start : end + 1]


def is_well_formed(code: str) -> bool:
    """True when the 20 characters belong to the alphabet and the last two check the others."""
    if len(code) != LENGTH or not all(character in _VALUES for character in code):
        return False
    return check_characters(code[:RANDOM_LENGTH]) == code[RANDOM_LENGTH:]


def grouped(code: str) -> str:
    """Return the code as it is printed: five groups of four, joined by hyphens."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
