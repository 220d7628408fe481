"""Says what a bundle of evidence consists of, and how it is signed."""

from enum import Enum

from django.utils.crypto import salted_hmac

from privacy.acts import FACTS

FORMAT, VERSION = "puriq-evidence", 1
MANIFEST, SIGNATURE = "manifiesto.json", "firma.txt"
ACTS, PEOPLE, SEALS = "actos.csv", "personas.csv", "sellos.jsonl"
FILES = (ACTS, PEOPLE, SEALS)
TAKEN = "evidence_taken"


class Why(Enum):
    """What the evidence is for; the trail keeps the name, the manifest the words too."""

    INCIDENT = "incident"
    AUTHORITY = "authority"
    PERSON = "person_asks"
    REVIEW = "review"


WHY = {why: FACTS[why.value] for why in Why}


def signature_of(manifest: bytes) -> str:
    """Return what only this site can write under a manifest: HMAC-SHA-256 with its secret key."""
    return salted_hmac("operations.evidence", manifest, algorithm="sha256").hexdigest()
