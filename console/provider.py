"""OpenID Connect as a relying party (Core 1.0, 3.1): where to send a browser, and what a provider's answer is worth."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from storage.providers import Provider

LONGEST: Final = 1_000_000  # bytes of a provider's answer
PATIENCE: Final = 10  # seconds
LEEWAY: Final = 60  # seconds that clocks may differ
ALGORITHMS: Final = [
    "RS256",
    "PS256",
    "ES256",
    "EdDSA",
    "Ed25519",
]  # signatures by the provider only: no "none", no HS


class Untrusted(Exception):
    """What the provider said cannot be relied on; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser was sent to a provider with, to be compared with what comes back."""

    state: str
    nonce: str
    verifier: str


async def way_to(provider: Provider, asked: Asked, back: str) -> str:
    """The address at the provider to send the browser to; raises Untrusted."""
    known = await _known(provider)
    challenge = (
        base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).decode().rstrip("=")
    )
    query = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": back,
        "scope": "openid",
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    address = known["authorization_endpoint"]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


async def subject_of(provider: Provider, asked: Asked, code: str, back: str, now: datetime) -> str:
    """Who has signed in at the provider: its own id for their account; raises Untrusted."""
    known = await _known(provider)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": asked.verifier,
    }
    told = await _fetch(known["token_endpoint"], form | {"client_id": provider.client}, _secret(provider))
    keys = await _fetch(known["jwks_uri"])
    return checked(provider, asked, told.get("id_token"), keys, now)


def checked(provider: Provider, asked: Asked, token: object, keys: Mapping[str, Any], now: datetime) -> str:
    """The subject of an ID token, if it is of this provider, for us, for this browser, and of now (Core, 3.1.3.7)."""
    from joserfc import jwt  # and all of cryptography's memory, from the first one on
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        decoded = jwt.decode(str(token), KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        claims = decoded.claims
        rules = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client},
            nonce={"essential": True, "value": asked.nonce},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        rules.validate(claims)
    except (JoseError, ValueError, TypeError, LookupError) as error:
        raise Untrusted(f"its token is not good ({type(error).__name__})") from error
    others = claims["aud"] if isinstance(claims["aud"], list) else []
    if len(others) > 1 or claims.get("azp", provider.client) != provider.client:
        raise Untrusted("its token is for somebody else too")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise Untrusted("its token names nobody")
    return claims["sub"]


def is_safe(address: str) -> bool:
    """Whether nobody on the way can read it: https, or the same machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return True
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


async def _known(provider: Provider) -> dict[str, str]:
    """What the provider says of itself (Discovery 1.0, 4.2)."""
    told = await _fetch(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if told.get("issuer") != provider.issuer:
        raise Untrusted("it says that it is another")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if not all(isinstance(told.get(name), str) and is_safe(told[name]) for name in names):
        raise Untrusted("an address of it is missing or not safe")
    return {name: told[name] for name in names}


def _secret(provider: Provider) -> dict[str, str]:
    if not provider.secret_file:
        return {}
    try:
        secret = Path(provider.secret_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Untrusted(f"the file of our secret cannot be read ({error.strerror})") from error
    named = f"{quote(provider.client, safe='')}:{quote(secret, safe='')}"
    return {"Authorization": f"Basic {base64.b64encode(named.encode()).decode()}"}


class NoDetours(HTTPRedirectHandler):
    """A provider that sends us elsewhere is not followed."""

    def redirect_request(self, *_given: object) -> None:
        return None


async def _fetch(
    address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the provider answers, as JSON."""
    if not is_safe(address):
        raise Untrusted("an address of it is not safe")
    data = urlencode(form).encode() if form is not None else None
    request = Request(address, data, {"Accept": "application/json", **(headers or {})})  # noqa: S310 (is_safe)

    def get() -> bytes:
        with build_opener(NoDetours).open(request, timeout=PATIENCE) as answer:
            return bytes(answer.read(LONGEST))

    try:
        told = json.loads(await asyncio.to_thread(get))
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise Untrusted(f"it does not answer as it should ({type(error).__name__})") from error
    if not isinstance(told, dict):
        raise Untrusted("it does not answer as it should")
    return told
