"""Whether a badge was revoked, as other programs ask (W3C, "Bitstring Status List v1.0").

Each certificate has a list of its own: a list of many would tell whoever reads it how many were revoked, and which.
"""

import gzip
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from certificates.issuer import Issuer
from certificates.jws import signed
from domain.certificate import Certificate

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MEDIA_TYPE: Final = "application/vc+jwt"
FRESH: Final = timedelta(days=1)  # how long an answer may be kept
_BITS: Final = 131_072  # the least that a list may have


def status_address(address: str) -> str:
    """Where the status of the certificate with this public page is served."""
    return f"{address}/status"


def entry(address: str) -> dict[str, str]:
    """What a badge says about where its status is."""
    place = status_address(address)
    return {
        "id": f"{place}#0",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "0",
        "statusListCredential": place,
    }


def status(
    certificate: Certificate, issuer: Issuer, key: "Ed25519PrivateKey", *, address: str, now: datetime
) -> str:
    """The signed answer (a JWT) to be served at `status_address(address)`, good for a day."""
    place, at = status_address(address), now.astimezone(UTC).replace(microsecond=0)
    payload: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": place,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.id,
        "validFrom": at.isoformat(),
        "validUntil": (at + FRESH).isoformat(),
        "credentialSubject": {
            "id": f"{place}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": _bits(first=certificate.revoked_on is not None),
        },
        "iss": issuer.id,
        "jti": place,
        "nbf": int(at.timestamp()),
        "exp": int((at + FRESH).timestamp()),
    }
    return signed(payload, key, issuer=issuer.id)


def _bits(*, first: bool) -> str:
    """A list whose first bit is this and whose others are 0, zipped, in base64url with its multibase sign."""
    bits = bytes([0x80 if first else 0]) + bytes(_BITS // 8 - 1)
    return "u" + urlsafe_b64encode(gzip.compress(bits, mtime=0)).rstrip(b"=").decode()
