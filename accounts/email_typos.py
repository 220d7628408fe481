"""Guesses the mail host that was meant when the one typed is one slip away from a well-known
host.
"""

WELL_KNOWN = (
    "gmail.com",
    "hotmail.com",
    "outlook.com",
    "yahoo.com",
    "hotmail.es",
    "outlook.es",
    "yahoo.es",
    "icloud.com",
    "live.com",
)
# Real hosts that lie one slip away from a well-known one.
ALSO_REAL = frozenset(
    {
        "mail.com",
        "email.com",
        "ymail.com",
        "live.es",
        "yahoo.com.pe",
        "gmx.com",
        "msn.com",
        "aol.com",
        "me.com",
    }
)


def suggested_email(email: str) -> str:
    """Return the address that was probably meant, or an empty text: `maria@gmial.com` gives
    `maria@gmail.com`.
    """
    name, _at, host = email.strip().lower().rpartition("@")
    if not name or host in WELL_KNOWN or host in ALSO_REAL:
        return ""
    if host.endswith(".gov.pe"):  # the State of Peru writes «gob»
        return f"{name}@{host.removesuffix('.gov.pe')}.gob.pe"
    return next(
        (f"{name}@{provider}" for provider in WELL_KNOWN if is_one_slip(host, provider)), ""
    )


def is_one_slip(typed: str, meant: str) -> bool:
    """Say whether one letter was changed, left out, added, or swapped with its neighbour."""
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    rest, right_rest = typed[start:], meant[start:]
    return (
        rest[1:] == right_rest[1:]
        or rest == right_rest[1:]
        or rest[1:] == right_rest
        or (rest[1::-1] == right_rest[:2] and rest[2:] == right_rest[2:])
    )
