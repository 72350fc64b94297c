"""A device with passkeys, in software: makes them and signs with them as WebAuthn says (level 2, 6 and 7)."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def b64(value: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


@dataclass
class Device:
    """One passkey's device. `origin` is the page that it believes to be on, `checks` whether it checks its owner."""

    origin: str = "http://console.test"
    host: str = "console.test"
    checks: bool = True
    signs: int = 0
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def make(self, asked: dict[str, Any]) -> str:
        """The answer to a page that asks for a passkey."""
        data = self._data(ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = {"attestationObject": b64(attestation)}
        return self._answer(self._client("webauthn.create", asked["challenge"]), said)

    def sign(self, asked: dict[str, Any]) -> str:
        """The answer to a page that asks for a signature."""
        self.signs += 1
        client, data = self._client("webauthn.get", asked["challenge"]), self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        return self._answer(client, {"authenticatorData": b64(data), "signature": b64(signature)})

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int) -> bytes:
        flags = PRESENT | (VERIFIED if self.checks else 0) | more
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.signs.to_bytes(4, "big")

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return cbor2.dumps({1: 2, 3: -7, -1: 1, **point})

    def _answer(self, client: bytes, said: dict[str, str]) -> str:
        response = {"clientDataJSON": b64(client), **said}
        return json.dumps(
            {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}
        )
