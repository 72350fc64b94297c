"""OpenID Connect as a relying party (Core 1.0, 3.1): where to send a browser, and what a provider's answer is worth."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from console.asking import Asking, Untrusted
from console.reach import is_safe
from storage.providers import Provider

LEEWAY: Final = 60  # seconds that clocks may differ
ALGORITHMS: Final = [
    "RS256",
    "PS256",
    "ES256",
    "EdDSA",
    "Ed25519",
]  # signatures by the provider only: no "none", no HS


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser was sent to a provider with, to be compared with what comes back."""

    state: str
    nonce: str
    verifier: str


async def way_to(asking: Asking, provider: Provider, asked: Asked, back: str) -> str:
    """The address at the provider to send the browser to; raises Untrusted."""
    known = await _known(asking, provider)
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


async def subject_of(
    asking: Asking, provider: Provider, asked: Asked, code: str, *, back: str, now: datetime
) -> str:
    """Who has signed in at the provider: its own id for their account; raises Untrusted."""
    known = await _known(asking, provider)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": asked.verifier,
    }
    told = await asking.tell(
        known["token_endpoint"], provider.issuer, form | {"client_id": provider.client}, _secret(provider)
    )
    token, keys = told.get("id_token"), await asking.known(known["jwks_uri"], provider.issuer)
    try:
        return checked(provider, asked, token, keys, now)
    except Untrusted:
        newer = await asking.known(known["jwks_uri"], provider.issuer, newer=True)
        if newer == keys:
            raise
    return checked(provider, asked, token, newer, now)


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


async def _known(asking: Asking, provider: Provider) -> dict[str, str]:
    """What the provider says of itself (Discovery 1.0, 4.2)."""
    here = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    told = await asking.known(here, provider.issuer)
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
