"""Passkeys as browsers speak of them (WebAuthn): what is asked of a device, and whether its answer is right.

The library takes 16 MB, so that it is loaded when the first passkey is used.
"""

import base64
import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.requests import Request

from console.prose import clean
from console.site import Site
from storage.passkeys import Passkey

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

LONGEST: Final = 65_536  # characters of an answer
_WRONG: Final = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys are good for: a host's name, and the origin of its pages."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that a device has made."""

    id: str
    public_key: bytes
    signs: int


def place(site: Site, request: Request) -> Place | None:
    """Where this installation is; None where browsers have no passkeys (a bare IP address)."""
    address = urlsplit(site.address or str(request.base_url))
    host = address.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return Place(host, f"{address.scheme}://{address.netloc}")
    return None


def to_make(
    where: Place, challenge: bytes, *, person: int, email: str, name: str, known: list[Passkey]
) -> str:
    """What a browser needs to have a passkey made, as JSON; a device that has one of the person's makes no second.

    The device checks its owner (a finger, a face, a PIN), so that a passkey is two factors by itself.
    """
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=where.host,
        rp_name="Zinute",
        user_id=str(person).encode(),
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return webauthn.options_to_json(options)


def to_sign(where: Place, challenge: bytes, known: list[Passkey] | None = None) -> str:
    """What a browser needs to have a challenge signed, as JSON: with one of these passkeys, or any of ours."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=where.host,
        challenge=challenge,
        allow_credentials=_described(known or []),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def made(where: Place, challenge: str, answer: str) -> Made | None:
    """The passkey of a device's answer; None when something in it is not as it should be."""
    if not which(answer):
        return None
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        new = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=_bytes(challenge),
            expected_rp_id=where.host,
            expected_origin=where.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, *_WRONG):
        return None
    return Made(written(new.credential_id), new.credential_public_key, new.sign_count)


def which(answer: str) -> str:
    """The id of the passkey that an answer names; "" for no answer at all."""
    try:
        given = json.loads(answer) if len(answer) <= LONGEST else None
    except (ValueError, RecursionError):
        return ""
    named = given.get("id") if isinstance(given, dict) else None
    return clean(named) if isinstance(named, str) else ""


def signed(where: Place, challenge: str, answer: str, passkey: Passkey) -> int | None:
    """The passkey's new count, if it has signed the challenge here; None when something is not as it should be."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        done = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=_bytes(challenge),
            expected_rp_id=where.host,
            expected_origin=where.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.signs,
            require_user_verification=True,
        )
    except (WebAuthnException, *_WRONG):
        return None
    return done.new_sign_count


def written(these: bytes) -> str:
    """Bytes as they stand in what browsers say (base64url without padding)."""
    return base64.urlsafe_b64encode(these).decode().rstrip("=")


def _bytes(these: str) -> bytes:
    return base64.urlsafe_b64decode(these + "=" * (-len(these) % 4))


def _described(known: list[Passkey]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=_bytes(each.id)) for each in known]
