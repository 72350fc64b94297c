"""Signed JSON in one line (JWS compact, RFC 7515), with one algorithm: Ed25519 (`EdDSA`, RFC 8037).

A token's header cannot choose how it is checked, and there is one spelling of each token: the spare bits at the end of
a base64url part have to be zero.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from certificates.errors import BadBadge

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_MOST: Final = 64 * 1024  # characters of a token


def signed(payload: Mapping[str, Any], key: "Ed25519PrivateKey", *, issuer: str) -> str:
    """The payload as a token; its header has the public key and names it as one of the issuer's (a DID)."""
    shown = jwk(key.public_key())
    head = {"alg": "EdDSA", "typ": "JWT", "kid": key_id(issuer, shown), "jwk": shown}
    said = f"{_encoded(_json(head))}.{_encoded(_json(payload))}"
    return f"{said}.{_encoded(key.sign(said.encode()))}"


def opened(token: str, key: "Ed25519PublicKey") -> dict[str, Any]:
    """What was signed with this key; raises `BadBadge` (`malformed` or `forged`)."""
    from cryptography.exceptions import InvalidSignature

    parts = token.split(".") if len(token) <= _MOST else []
    if len(parts) != 3:
        raise _malformed("it is not three parts with dots between them")
    head, payload, signature = map(_decoded, parts)
    if _object(head).get("alg") != "EdDSA":
        raise _malformed("it is not signed by EdDSA")
    try:
        key.verify(signature, f"{parts[0]}.{parts[1]}".encode())
    except InvalidSignature:
        raise BadBadge(
            "forged", "The badge is not signed with this key, or was changed afterwards."
        ) from None
    return _object(payload)


def jwk(key: "Ed25519PublicKey") -> dict[str, str]:
    """The key as JSON (RFC 8037)."""
    return {"crv": "Ed25519", "kty": "OKP", "x": _encoded(key.public_bytes_raw())}


def key_id(issuer: str, shown: Mapping[str, str]) -> str:
    """The name of an issuer's key: the thumbprint of its JSON (RFC 7638) tells one from another."""
    return f"{issuer}#{_encoded(sha256(_json(shown)).digest())}"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _object(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _malformed("a part of it is not a JSON object")
    return value


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(part: str) -> bytes:
    try:
        content = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        content = b""
    if _encoded(content) != part:
        raise _malformed("a part of it is not base64url")
    return content


def _malformed(what: str) -> BadBadge:
    return BadBadge("malformed", f"This is no badge: {what}.")
