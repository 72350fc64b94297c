"""Who issues badges: the service, under a name (did:web) that leads to its public keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from certificates.jws import jwk, key_id

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Issuer:
    """A service that issues badges: its public address and the name that readers of a badge see."""

    url: str
    name: str

    @property
    def id(self) -> str:
        """Its DID (did:web): `did:web:mokymai.example` for `https://mokymai.example`."""
        place = urlsplit(self.url)
        port = f"%3A{place.port}" if place.port else ""
        segments = (quote(segment, safe="") for segment in place.path.split("/") if segment)
        return ":".join((f"did:web:{place.hostname}{port}", *segments))


def did_document(issuer: Issuer, keys: Sequence["Ed25519PublicKey"]) -> dict[str, Any]:
    """What the issuer's DID leads to, with all of its keys, the one in use first (W3C, "DID Core" and "did:web").

    It is served as `/.well-known/did.json`, or as `did.json` under the path that the service's address has.
    """
    methods = [
        {
            "id": key_id(issuer.id, shown),
            "type": "JsonWebKey2020",
            "controller": issuer.id,
            "publicKeyJwk": shown,
        }
        for shown in map(jwk, keys)
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
        "id": issuer.id,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
