"""Limits how often something may be tried: one count for all processes, by network, by person or by
account.

A class of a hundred shares one network, so limits by network are wide and those by person or
account are narrow.
"""

import logging
import math
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Network, ip_address

from allauth.account.adapter import get_adapter
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)
MINUTE, QUARTER, HOUR = 60, 15 * 60, 60 * 60


@dataclass(frozen=True)
class Limit:
    """At most `amount` tries within any `seconds`."""

    name: str
    amount: int
    seconds: int


SIGN_INS = Limit("sign_ins", 600, MINUTE)
FAILED_SIGN_INS = Limit("failed_sign_ins", 300, MINUTE)
# Of what was typed, which is told; and of the account by whatever was typed, which never is.
FAILED_SIGN_INS_OF_IDENTIFIER = Limit("failed_sign_ins_of_identifier", 10, HOUR)
FAILED_SIGN_INS_OF_ACCOUNT = Limit("failed_sign_ins_of_account", 10, HOUR)
# Of whoever is signed in: what others try at the door does not count there.
WRONG_PASSWORDS_INSIDE = Limit("wrong_passwords_inside", 10, HOUR)
REGISTRATIONS = Limit("registrations", 60, MINUTE)
REGISTRATIONS_AN_HOUR = Limit("registrations_an_hour", 300, HOUR)
INSTITUTION_SEARCHES = Limit("institution_searches", 600, MINUTE)
RECOVERIES = Limit("recoveries", 60, MINUTE)
RECOVERIES_OF_IDENTIFIER = Limit("recoveries_of_identifier", 5, QUARTER)
RECOVERIES_OF_ACCOUNT = Limit("recoveries_of_account", 5, QUARTER)
CODES_TRIED = Limit("codes_tried", 60, MINUTE)
CODES_TRIED_FROM_NETWORK = Limit("codes_tried_from_network", 5, QUARTER)
CODES_TRIED_OF_ACCOUNT = Limit("codes_tried_of_account", 5, QUARTER)
SECOND_FACTORS_OF_ACCOUNT = Limit("second_factors_of_account", 10, HOUR)
# A code of an application is taken for a minute and a half: once.
CODE_USES = Limit("code_uses", 1, 2 * MINUTE)
EMAIL_CHANGES = Limit("email_changes", 60, MINUTE)
EMAIL_CHANGES_OF_PERSON = Limit("email_changes_of_person", 5, QUARTER)
EMAIL_CHANGES_TO_ADDRESS = Limit("email_changes_to_address", 5, QUARTER)
NOTICES_OF_PERSON = Limit("notices_of_person", 10, HOUR)
PEOPLE_SOUGHT = Limit("people_sought", 120, HOUR)
PEOPLE_CORRECTED = Limit("people_corrected", 120, HOUR)
INSTITUTIONS_CHANGED = Limit("institutions_changed", 240, HOUR)
# Of whom a list tells that they have an account elsewhere.
OUTSIDERS_NAMED = Limit("outsiders_named", 60, HOUR)
LISTS_UPLOADED = Limit("lists_uploaded", 60, HOUR)
TRAINING_FILES = Limit("training_files", 60, HOUR)
SLIPS_PRINTED = Limit("slips_printed", 60, HOUR)
CODES_GIVEN = Limit("codes_given", 60, HOUR)
REQUESTS_OF_PERSON = Limit("requests_of_person", 10, HOUR)
HELP_REQUESTS = Limit("help_requests", 60, HOUR)
VERIFICATIONS = Limit("verifications", 60, MINUTE)
REPLACEMENTS_OF_PERSON = Limit("replacements_of_person", 10, HOUR)
CERTIFICATE_FILES = Limit("certificate_files", 300, MINUTE)
TRANSCRIPTS = Limit("transcripts", 10, MINUTE)
# What the adapter refuses a password with, and the limit behind it.
WAITS = {
    "too_many_login_attempts": FAILED_SIGN_INS_OF_IDENTIFIER,
    "too_many_of_network": FAILED_SIGN_INS,
}


def network_of(request: HttpRequest) -> str:
    """Return the network a request comes from; empty where there is none, as behind a local socket.

    Of IPv6 it is the first half of the address: the other half each line gives itself, as often as
    it likes.
    """
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))


def take(limit: Limit, counted: object, *, now: datetime) -> bool:
    """Count one try of `counted` (a network, a person, an account) and return whether it is within
    the limit.

    What is counted enters the key as a keyed hash, because it is personal data. A refused try is
    not counted, so waiting for `limit.seconds` always helps. Nothing to count by, or a count that
    does not answer, stops nobody (docs/requirements.md, R16).
    """
    if not counted:
        return True
    current, before = _windows(limit, counted, now)
    # The part of the window before that still lies within the last `seconds`, taken as spread
    # evenly.
    share = 1 - (now.timestamp() % limit.seconds) / limit.seconds
    try:
        counts = caches["limits"]
        earlier = math.ceil(counts.get(before, 0) * share)
        if counts.get(current, 0) + earlier >= limit.amount:
            return False
        counts.add(current, 0, 2 * limit.seconds)
        if counts.incr(current) + earlier <= limit.amount:
            return True
        counts.decr(current)
    except Exception:
        logger.exception("The count did not answer")
        return True
    return False


def give_back(limit: Limit, counted: object, *, now: datetime) -> None:
    """Take one try back: it was right, and only wrong ones count."""
    current, _before = _windows(limit, counted, now)
    try:
        caches["limits"].decr(current)
    except ValueError:
        logger.info("The window of a count ended meanwhile")
    except Exception:
        logger.exception("The count did not answer")


def forget(limit: Limit, counted: object, *, now: datetime) -> None:
    """Let somebody begin again at once."""
    try:
        caches["limits"].delete_many(_windows(limit, counted, now))
    except Exception:
        logger.exception("The count did not answer")


def too_many(request: HttpRequest, limit: Limit) -> HttpResponse:
    """Ask to wait as long as the limit looks back."""
    return held_back(render(request, "429.html", {"minutes": limit.seconds // MINUTE}), limit)


def held_back(answer: HttpResponse, limit: Limit | None) -> HttpResponse:
    """Return a page as that of a limit that was reached: programs read there how long to wait.

    Without one, as it is.
    """
    if limit:
        answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
        answer["Retry-After"] = str(limit.seconds)
    return answer


def _windows(limit: Limit, counted: object, now: datetime) -> tuple[str, str]:
    """Return the keys of this window of the clock and of the one before."""
    window = int(now.timestamp()) // limit.seconds
    digest = salted_hmac("accounts.limits", str(counted)).hexdigest()
    return f"{limit.name}:{window}:{digest}", f"{limit.name}:{window - 1}:{digest}"
