"""Makes and uses passkeys as a device does: Web Authentication without a browser."""

import hashlib
import json
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN = "https://puriq.example"
PRESENT = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass
class Device:
    """A device that keeps one passkey, for the pages of one origin."""

    origin: str = ORIGIN
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    name: bytes = field(default_factory=lambda: token_bytes(16))
    count: int = 0

    def make(self, options: str) -> str:
        """Answer the options of a page that asks for a new passkey, both as JSON."""
        asked = json.loads(options)["publicKey"]
        kept = AttestedCredentialData.create(
            Aaguid.NONE, self.name, ES256.from_cryptography_key(self.key.public_key())
        )
        data = self._data(asked["rp"]["id"], AuthenticatorData.FLAG.AT, kept)
        attested = AttestationObject.create("none", data, {})
        return self._answer("create", asked, attestationObject=websafe_encode(attested))

    def use(self, options: str) -> str:
        """Answer the options of a page that asks for a passkey, both as JSON."""
        asked = json.loads(options)["publicKey"]
        self.count += 1
        data = self._data(asked["rpId"], 0, b"")
        client = self._client("get", asked)
        signature = self.key.sign(bytes(data) + client.hash, ec.ECDSA(SHA256()))
        return self._answer(
            "get",
            asked,
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
        )

    def _data(self, place: str, flags: int, kept: bytes) -> AuthenticatorData:
        digest = hashlib.sha256(place.encode()).digest()
        return AuthenticatorData.create(digest, PRESENT | flags, self.count, kept)

    def _client(self, act: str, asked: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(f"webauthn.{act}", asked["challenge"], self.origin)

    def _answer(self, act: str, asked: dict[str, Any], **response: str) -> str:
        name = websafe_encode(self.name)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": {
                    "clientDataJSON": websafe_encode(self._client(act, asked)),
                    **response,
                },
                "clientExtensionResults": {},
            }
        )
