"""Reads what a mail server answered: whether a letter is refused for good, is to be tried later,
may have arrived, or nobody is there to take any.
"""

import re
from enum import Enum
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

NOT_AVAILABLE = 421  # RFC 5321, 4.2.2: the server closes, whatever the command was
_ADDRESS = re.compile(r"<?[^\s<>(){}'\"]+@[^\s<>(){}'\",:;]+>?")


class Answer(Enum):
    """What an answer means for the letter, and for those behind it."""

    REFUSED = "refused"
    LATER = "later"
    AWAY = "away"
    UNSURE = "unsure"


def answer_of(error: Exception) -> Answer:
    """Return what an error of one sending means; 4xx is for now and 5xx for good (RFC 5321, 4.2.1).

    A refused sender, or one that may not sign in, is the fault of our settings: no letter's.
    """
    if isinstance(error, SMTPRecipientsRefused):
        return _of_codes([code for code, _words in error.recipients.values()])
    if isinstance(error, SMTPDataError):
        return _of_codes([error.smtp_code])
    if isinstance(error, SMTPSenderRefused | SMTPResponseException):
        return Answer.AWAY
    if isinstance(error, SMTPNotSupportedError):
        return Answer.REFUSED  # letters of an address that this server cannot write
    if isinstance(error, SMTPServerDisconnected | SMTPException | OSError):
        return Answer.UNSURE
    return Answer.REFUSED


def _of_codes(codes: list[int]) -> Answer:
    if NOT_AVAILABLE in codes:
        return Answer.AWAY
    return Answer.REFUSED if all(code >= 500 for code in codes) else Answer.LATER


def words_of(error: Exception) -> str:
    """Return what was answered, without any address."""
    if isinstance(error, SMTPRecipientsRefused):
        words = "; ".join(f"{code} {_text(told)}" for code, told in error.recipients.values())
    elif isinstance(error, SMTPResponseException):
        words = f"{error.smtp_code} {_text(error.smtp_error)}"
    else:
        words = str(error) or type(error).__name__
    return _ADDRESS.sub("…", " ".join(words.split()))[:300]


def _text(told: bytes | str) -> str:
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
