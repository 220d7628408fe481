"""Writes logs as lines of JSON that name no person: routes instead of addresses, keys instead of
names, no values of faults.
"""

import json
import logging
import re
import secrets
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from uuid import uuid4

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

# Digits and letters that nobody mistakes for each other, read aloud or copied by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# An address begins only where a word begins: tried from every letter, a long line would cost the
# square of its length.
PERSONAL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+|(?<![\w-])\d{8,12}(?![\w-])")
KNOWN_IDENTIFIER = re.compile(r"[0-9A-Za-z-]{8,64}")
# What these say tells of our code and machine. Others may quote a row: a unique constraint names
# the e-mail that was there.
SPEAKING = (OperationalError, ImproperlyConfigured, ImportError, AttributeError, NameError)

AS_JSON = json.JSONEncoder(ensure_ascii=True, default=str)

Fault = tuple[type[BaseException], BaseException, TracebackType | None]
current_request: ContextVar[str] = ContextVar("current_request", default="")


class JsonFormatter(logging.Formatter):
    """Turns a record into one line: line breaks inside are escaped, so nobody can forge a second
    one.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
            "request": current_request.get(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = fault_in_words(record.exc_info)
        return AS_JSON.encode(
            {name: value for name, value in line.items() if value not in ("", None)}
        )


def masked(text: str) -> str:
    """Hide what looks like an e-mail address or a document number: a net below the rule that nobody
    logs them.
    """
    return PERSONAL.sub("…", text)


def fault_in_words(fault: Fault) -> dict[str, object]:
    """Return the kind of a fault and where it happened; what it says only when that cannot quote a
    row.
    """
    kind, error, trail = fault
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trail)
    ]
    said = masked(str(error).splitlines()[0]) if isinstance(error, SPEAKING) and str(error) else ""
    return {"kind": f"{kind.__module__}.{kind.__qualname__}", "said": said, "at": frames[-12:]}


def new_reference() -> str:
    """Return a short reference that a person can read out: E-7K2M."""
    return "E-" + "".join(secrets.choice(ALPHABET) for _ in range(4))


def route_of(request: HttpRequest) -> str:
    """Return the name of the route or its pattern, never the address: addresses hold codes and
    titles.
    """
    match = request.resolver_match
    return (match.view_name or match.route) if match else ""


def learner_key_of(request: HttpRequest) -> str:
    """Return the opaque key of who asks, when the view has asked for the person: the log reads
    nothing on its own.
    """
    person = request.__dict__.get("_cached_user")
    return str(getattr(person, "learner_key", ""))


class RequestLogMiddleware:
    """Gives each request an identifier and writes one line when it is answered."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        proposal = request.headers.get("X-Request-ID", "")
        identifier = proposal if KNOWN_IDENTIFIER.fullmatch(proposal) else uuid4().hex
        token, start = current_request.set(identifier), time.perf_counter()
        try:
            response = self.get_response(request)
            facts = {
                "method": request.method if request.method.isalpha() else "?",
                "route": route_of(request),
                "status": response.status_code,
                "ms": round((time.perf_counter() - start) * 1000, 1),
                "learner": learner_key_of(request),
            }
            logger.info("request", extra={"facts": facts})
        finally:
            current_request.reset(token)
        response["X-Request-ID"] = identifier
        return response
