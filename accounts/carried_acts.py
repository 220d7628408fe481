"""Carries an act whose session ended through sign-in, for the person whose page it was and for
nobody else.
"""

import json
import re
import zlib
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

SENT_BY = "sent_by"
GIVES_FILE = "download"
HOURS = 24
MAX_CHARACTERS = 1_000_000
# Never written into a page: passwords and codes, and what identifies a person. Whole names: the
# `document` of a block of a lesson is a file to download.
WITHHELD = re.compile(
    r"(old|new)?_?(password|contrasena|clave)\d*|secret|token|code|codigo|username|dni"
    r"|document(o|s|_number)?|who",
    re.IGNORECASE,
)
# Beside the kind of a document a number is that of the document; elsewhere it counts something.
KIND_OF_DOCUMENT, ITS_NUMBER = "document_type", "number"


@dataclass(frozen=True)
class CarriedAct:
    """A form to be sent again: where to, its fields in order, whose page it was ("" when unknown).

    `is_partial` says that some fields must be typed again.
    """

    address: str
    fields: list[tuple[str, str]]
    is_partial: bool
    sent_by: str

    @property
    def is_withheld(self) -> bool:
        """True when nothing of the form may travel: its page is opened again, instead of sending it
        empty.
        """
        return self.is_partial and not self.fields

    @property
    def gives_file(self) -> bool:
        """True when the form says that its answer is a file: the browser stays on the page that
        sends it.
        """
        return any(name == GIVES_FILE for name, _value in self.fields)


def mark_of(user: User) -> str:
    """Return the opaque value by which pages, and what a device keeps, are told to be of a
    person.
    """
    return salted_hmac("accounts.mark", str(user.learner_key), algorithm="sha256").hexdigest()[:24]


def is_of(mark: str, user: User) -> bool:
    """True when a mark is that of a person."""
    return constant_time_compare(mark, mark_of(user))


def read_act(request: HttpRequest) -> CarriedAct | None:
    """Return the act that a page of this site sent; None when it came from elsewhere or cannot be
    told.
    """
    address = request.get_full_path()
    if request.method != "POST" or address.startswith("//") or not is_from_here(request):
        return None
    names = ("csrfmiddlewaretoken", SENT_BY)
    pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    pairs_sent = [pair for pair in pairs if pair[0] not in names]
    own = {ITS_NUMBER} if KIND_OF_DOCUMENT in request.POST else set()
    fields = [pair for pair in pairs_sent if not (WITHHELD.fullmatch(pair[0]) or pair[0] in own)]
    is_partial = len(fields) < len(pairs_sent) or bool(request.FILES)
    return CarriedAct(address, fields, is_partial, request.POST.get(SENT_BY, ""))


def is_from_here(request: HttpRequest) -> bool:
    """Say whether the browser tells that a page of this site sent the request."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    here = {(request.scheme, request.get_host()), tuple(urlsplit(settings.BASE_URL)[:2])}
    return tuple(urlsplit(origin)[:2]) in here


def seal(act: CarriedAct) -> str:
    """Return an act as a text that only this site reads and writes; "" when it is too long to
    carry.
    """
    packed_act = zlib.compress(json.dumps(asdict(act)).encode())
    token = cipher().encrypt(packed_act).decode()
    return token if len(token) <= MAX_CHARACTERS else ""


def unseal(sealed: str, user: User) -> CarriedAct | None:
    """Return the act when it is whole, no older than a day, and of this very person; otherwise
    None.
    """
    act = opened(sealed)
    return act if act and is_of(act.sent_by, user) else None


def opened(sealed: str) -> CarriedAct | None:
    """Return the act when it is whole and no older than a day, whose ever it is; it is shown to
    nobody.
    """
    try:
        facts = json.loads(zlib.decompress(cipher().decrypt(sealed.encode(), ttl=HOURS * 60 * 60)))
    except InvalidToken:
        return None
    return CarriedAct(**{**facts, "fields": [tuple(pair) for pair in facts["fields"]]})


def cipher() -> Fernet:
    """Return what seals carried acts, by a key that serves nothing else."""
    key = salted_hmac("accounts.carried_acts", "", algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(key))
