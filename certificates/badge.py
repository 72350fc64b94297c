"""A certificate as an Open Badge 3.0 (1EdTech): a W3C Verifiable Credential 2.0, signed as a JWT.

https://www.imsglobal.org/spec/ob/v3p0/ ("JSON Web Token Proof Format"). Other programs check it with the public key
that the issuer's name leads to (`certificates/issuer.py`) and ask whether it was revoked (`certificates/status.py`).
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from certificates.errors import BadBadge
from certificates.issuer import Issuer
from certificates.jws import opened, signed
from certificates.kinds import KINDS
from certificates.status import entry
from domain.certificate import Certificate
from domain.pacing import DAY
from domain.texts import Texts

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MEDIA_TYPE: Final = "application/vc+jwt"
_CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
_TYPES: Final = ("VerifiableCredential", "OpenBadgeCredential")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a badge proves. `address` is the certificate's public page; `hashes` are of its learner, with their salt."""

    address: str
    number: str
    programme: str
    organisation: str
    issuer: str
    valid_from: datetime
    valid_until: datetime | None
    hashes: frozenset[tuple[str, str]]

    def belongs_to(self, identity: str) -> bool:
        """Whether this is the learner's name, as on the certificate, or the e-mail address that was given."""
        return any(_hash(identity, salt) == hashed for hashed, salt in self.hashes)


def badge(
    certificate: Certificate,
    issuer: Issuer,
    key: "Ed25519PrivateKey",
    *,
    address: str,
    zone: str,
    texts: Texts,
    email: str = "",
) -> str:
    """The signed badge, the same for the same certificate. `address` is its public page, `zone` the organisation's.

    It tells the learner's name and e-mail address only to those who know them: both are hashed with a salt.
    """
    first = _start(certificate.issued_on, zone)
    payload: dict[str, Any] = {
        "@context": list(_CONTEXTS),
        "id": address,
        "type": list(_TYPES),
        "name": certificate.programme,
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name, "url": issuer.url},
        "validFrom": first.isoformat(),
        "credentialSubject": _subject(certificate, issuer, texts, email),
        "credentialStatus": entry(address),
        "iss": issuer.id,
        "jti": address,
        "nbf": int(first.timestamp()),
    }
    if certificate.expires_on is not None:
        end = _start(certificate.expires_on + DAY, zone)
        payload |= {"validUntil": end.isoformat(), "exp": int(end.timestamp())}
    return signed(payload, key, issuer=issuer.id)


def verify(token: str, key: "Ed25519PublicKey", *, now: datetime) -> Proof:
    """What the badge proves, if it was signed with this key and is valid now; raises `BadBadge`.

    Whether it was revoked only its public page knows.
    """
    payload = opened(token, key)
    try:
        proof = _proof(payload)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise BadBadge("malformed", "This is signed, but it is no badge of a certificate.") from None
    if now < proof.valid_from:
        raise BadBadge("early", f"The badge is valid from {proof.valid_from:%Y-%m-%d} only.")
    if proof.valid_until is not None and now >= proof.valid_until:
        raise BadBadge("late", "The badge is not valid any more.")
    return proof


def _subject(certificate: Certificate, issuer: Issuer, texts: Texts, email: str) -> dict[str, Any]:
    kind = KINDS[certificate.of]
    organisation = {
        "id": _urn(issuer.id, certificate.organisation),
        "type": ["Profile"],
        "name": certificate.organisation,
    }
    say = {"programme": certificate.programme, "organisation": certificate.organisation}
    salt = sha256(f"salt:{certificate.code}".encode()).hexdigest()[:32]
    known = [("name", certificate.name), ("emailAddress", email)]
    return {
        "type": ["AchievementSubject"],
        "identifier": [_identity(kind, value, salt) for kind, value in known if value],
        "licenseNumber": certificate.number,
        "achievement": {
            "id": _urn(issuer.id, certificate.organisation, certificate.programme),
            "type": ["Achievement"],
            "achievementType": kind.achievement,
            "creator": organisation,
            "name": certificate.programme,
            "description": texts.say(certificate.language, kind.description, **say),
            "criteria": {"narrative": texts.say(certificate.language, kind.criteria)},
            "inLanguage": certificate.language,
        },
    }


def _identity(kind: str, value: str, salt: str) -> dict[str, Any]:
    return {
        "type": "IdentityObject",
        "identityType": kind,
        "identityHash": _hash(value, salt),
        "hashed": True,
        "salt": salt,
    }


def _hash(identity: str, salt: str) -> str:
    """However it is typed: accents as one character or two, an e-mail address in capitals."""
    same = unicodedata.normalize("NFC", identity.strip())
    same = same.lower() if "@" in same else same
    return f"sha256${sha256(f'{same}{salt}'.encode()).hexdigest()}"


def _urn(*words: str) -> str:
    """A name for the same thing in every badge."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(words))}"


def _start(day: date, zone: str) -> datetime:
    """The first moment of this day in the organisation's zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def _proof(payload: Mapping[str, Any]) -> Proof:
    """What it says; raises KeyError, TypeError, ValueError or OverflowError if it does not say it as a badge does."""
    subject, issuer = payload["credentialSubject"], payload["issuer"]["id"]
    achievement, until = subject["achievement"], payload.get("exp")
    if payload["type"] != list(_TYPES) or (payload["iss"], payload["jti"]) != (issuer, payload["id"]):
        raise ValueError
    return Proof(
        address=str(payload["id"]),
        number=str(subject["licenseNumber"]),
        programme=str(achievement["name"]),
        organisation=str(achievement["creator"]["name"]),
        issuer=str(issuer),
        valid_from=datetime.fromtimestamp(payload["nbf"], UTC),
        valid_until=None if until is None else datetime.fromtimestamp(until, UTC),
        hashes=frozenset((str(each["identityHash"]), str(each["salt"])) for each in subject["identifier"]),
    )
