"""Says who has a second factor, and fits the sign-in library's to our people: secrets are encrypted
with the keys of personal data.
"""

import base64
import hmac
from datetime import datetime
from ipaddress import ip_address
from typing import Any

import segno
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import documents
from accounts.models import User
from accounts.permissions import FACTORS
from accounts.services import hold_person, record_act_on
from accounts.sessions import end_sessions_of

STEP_SECONDS = 30
# Of who operates a demonstration, and public on purpose: it opens invented people alone.
DEMO_SECRET = "PURIQDEMOPURIQDEMOPURIQDEMOPURIQ"  # noqa: S105


class SecondFactorAdapter(DefaultMFAAdapter):
    """What the library asks us to decide."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "Ese código no vale, o ya se usó. Escribe el que tu aplicación muestra ahora."
        ),
    }

    def get_totp_issuer(self) -> str:
        """The name that the application shows over the code."""
        return settings.WAGTAIL_SITE_NAME

    def get_totp_label(self, user) -> str:
        """The e-mail, or the name of who has none: never a document, nor our opaque name."""
        return user.email or str(user)

    def build_totp_svg(self, url: str) -> str:
        """Draw the code that a telephone reads."""
        return segno.make(url, error="m").svg_inline(scale=4, svgclass="qr", lineclass=None)

    def generate_authenticator_name(self, user, type) -> str:
        """What a passkey is called whose person gave it no name."""
        return _t("Llave de acceso")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """For whom a passkey is: the host of the page, without its port."""
        host = split_domain_port(context.request.get_host())[0]
        return {"id": host, "name": settings.WAGTAIL_SITE_NAME}

    def get_public_key_credential_user_entity(self, user) -> dict[str, Any]:
        """Whose it is, as their device keeps it: never a document, nor our number."""
        shown = self.get_totp_label(user)
        return {"id": user.learner_key.bytes, "display_name": str(user), "name": shown}

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return documents.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it."""
        return documents.decrypt(encrypted_text)


def has_second_factor(user: User) -> bool:
    """Say whether something follows the password of a person at sign-in. One statement."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def has_application(user: User) -> bool:
    """Say whether an application shows codes for a person. One statement."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def factors_of(user: User) -> list[Authenticator]:
    """Return the application and the passkeys of a person, the oldest first. One statement."""
    rows = Authenticator.objects.filter(user=user, type__in=FACTORS)
    return list(rows.order_by("created_at", "pk"))


def takes_passkeys(request: HttpRequest) -> bool:
    """Say whether browsers make passkeys at the address of a request: it has a name, and nobody
    listens in (Web Authentication, 5.1.3).
    """
    host = split_domain_port(request.get_host())[0].strip("[]")
    if host == "localhost":
        return True
    try:
        ip_address(host)
    except ValueError:
        return request.is_secure()
    return False


def has_recovery_codes(user: User) -> bool:
    """Say whether recovery codes were made for a person. One statement."""
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return kept.exists()


def codes_left(user: User) -> int:
    """Return how many recovery codes a person has not used. One statement."""
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(kept.wrap().get_unused_codes()) if kept else 0


def remove_second_factor(*, person: User, actor: User | None, now: datetime) -> bool:
    """Take the second factor of a person away, recovery codes and sessions included; False when
    there was none.

    An operator is none until they activate another. `actor` None is who works on the server.
    """
    with transaction.atomic():
        hold_person(person)
        if not Authenticator.objects.filter(user=person).delete()[0]:
            return False
        record_act_on(person, "second_factor_removed", now, {}, actor=actor)
        end_sessions_of(person)
    return True


def spend_recovery_codes() -> int:
    """Delete the recovery codes of everybody, as after a restore: one that was used since the
    backup would open again. Return of how many people; each makes others.
    """
    kept = Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES)
    return kept.delete()[0]


def code_at(secret: str, moment: datetime) -> str:
    """Return the six digits that an application with a secret (base32) shows at a moment.

    RFC 6238 over RFC 4226: HMAC-SHA-1 of the step of thirty seconds, cut dynamically.
    """
    step = int(moment.timestamp()) // STEP_SECONDS
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def opens_with(secret: str, user: User) -> bool:
    """Say whether the application of a person has this secret (base32). One statement."""
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return bool(kept) and documents.decrypt(kept.data["secret"]) == secret


def give_second_factor(user: User, secret: str) -> None:
    """Guard an account with a secret (base32) that is known already, as that of a demonstration."""
    Authenticator.objects.get_or_create(
        user=user,
        type=Authenticator.Type.TOTP,
        defaults={"data": {"secret": documents.encrypt(secret)}},
    )
