"""Passkeys as browsers speak of them (WebAuthn): what is asked of a device, and whether its answer is right."""

import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import webauthn
from starlette.requests import Request
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from console.site import Site
from storage.passkeys import Passkey

LONGEST: Final = 65_536  # characters of an answer
_REFUSED: Final = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, RecursionError)
# The device checks its owner (a finger, a face, a PIN), so that a passkey is two factors by itself.
_CHECKED: Final = UserVerificationRequirement.REQUIRED


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
    """What a browser needs to have a passkey made, as JSON; a device that has one of the person's makes no second."""
    options = webauthn.generate_registration_options(
        rp_id=where.host,
        rp_name="Zinute",
        user_id=str(person).encode(),
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_CHECKED
        ),
    )
    return webauthn.options_to_json(options)


def to_sign(where: Place, challenge: bytes, known: list[Passkey] | None = None) -> str:
    """What a browser needs to have a challenge signed, as JSON: with one of these passkeys, or any of ours."""
    options = webauthn.generate_authentication_options(
        rp_id=where.host,
        challenge=challenge,
        allow_credentials=_described(known or []),
        user_verification=_CHECKED,
    )
    return webauthn.options_to_json(options)


def made(where: Place, challenge: str, answer: str) -> Made | None:
    """The passkey of a device's answer; None when something in it is not as it should be."""
    if not which(answer):
        return None
    try:
        new = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=where.host,
            expected_origin=where.origin,
            require_user_verification=True,
        )
    except _REFUSED:
        return None
    return Made(bytes_to_base64url(new.credential_id), new.credential_public_key, new.sign_count)


def which(answer: str) -> str:
    """The id of the passkey that an answer names; "" for no answer at all."""
    try:
        given = json.loads(answer) if len(answer) <= LONGEST else None
    except (ValueError, RecursionError):
        return ""
    named = given.get("id") if isinstance(given, dict) else None
    return named if isinstance(named, str) else ""


def signed(where: Place, challenge: str, answer: str, passkey: Passkey) -> int | None:
    """The passkey's new count, if it has signed the challenge here; None when something is not as it should be."""
    try:
        done = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=where.host,
            expected_origin=where.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.signs,
            require_user_verification=True,
        )
    except _REFUSED:
        return None
    return done.new_sign_count


def _described(known: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.id)) for each in known]
