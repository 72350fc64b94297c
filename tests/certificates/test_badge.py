"""Badges: what they say, what they keep to themselves, and that our verifier and another's find a changed digit."""

import json
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st
from openbadgeslib.ob3 import OB3Verifier
from openbadgeslib.ob3.credential import IdentityObject, OpenBadgeCredential
from openbadgeslib.ob3.verifier import OB3VerificationError

from certificates.badge import Proof, badge, verify
from certificates.errors import BadBadge
from certificates.issuer import Issuer, did_document
from certificates.jws import signed
from certificates.status import FRESH, status, status_address
from domain.certificate import Certificate
from domain.language import LANGUAGES
from tests.certificates.samples import (
    ADDRESS,
    CERTIFICATES,
    CODE,
    ISSUER,
    KEY,
    LITHUANIAN,
    NOW,
    OTHER_KEY,
    TEXTS,
    ZONE,
)  # fmt: skip

PUBLIC = KEY.public_key()
PEM = PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # of base64url
EMAIL = "Zydrune@gluosniai.example"


def made(certificate: Certificate = LITHUANIAN, email: str = "") -> str:
    return badge(certificate, ISSUER, KEY, address=ADDRESS, zone=ZONE, texts=TEXTS, email=email)


def payload_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    payload: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return payload


def with_payload(token: str, payload: dict[str, Any]) -> str:
    """The token with another payload and the signature that it had."""
    head, _, signature = token.split(".")
    said = urlsafe_b64encode(json.dumps(payload, separators=(",", ":")).encode()).rstrip(b"=").decode()
    return f"{head}.{said}.{signature}"


def reason(token: str, now: datetime = NOW) -> str:
    with pytest.raises(BadBadge) as refused:
        verify(token, PUBLIC, now=now)
    return refused.value.reason


def theirs(token: str, *, at: datetime = NOW, **asked: Any) -> OpenBadgeCredential:
    """What openbadgeslib makes of it; it looks at the clock itself."""
    with time_machine.travel(at, tick=False):
        return OB3Verifier(PEM).verify(token, **asked)


def test_a_badge_proves_what_the_certificate_says() -> None:
    proof = verify(made(), PUBLIC, now=NOW)
    assert replace(proof, hashes=frozenset()) == Proof(
        address=ADDRESS,
        number="2026-000123",
        programme="Asmens duomenų apsauga",
        organisation="Gluosnių viešoji biblioteka",
        issuer="did:web:mokymai.example",
        valid_from=datetime(2026, 11, 22, 22, tzinfo=UTC),
        valid_until=datetime(2027, 11, 23, 22, tzinfo=UTC),
        hashes=frozenset(),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_library_reads_the_same(language: Any) -> None:
    certificate = CERTIFICATES[language]
    read = theirs(made(certificate))
    assert (read.id, read.issuer.id, read.issuer.name) == (ADDRESS, ISSUER.id, ISSUER.name)
    assert read.achievement.name == certificate.programme
    assert read.achievement.criteria_narrative == TEXTS.say(language, "badge.programme.criteria")
    assert read.issuance_date == datetime(2026, 11, 22, 22, tzinfo=UTC)
    assert (read.expiration_date is None) == (certificate.expires_on is None)


def test_the_same_certificate_has_the_same_badge() -> None:
    assert made() == made()


def test_the_same_programme_is_the_same_achievement_in_every_badge() -> None:
    achievement = payload_of(made())["credentialSubject"]["achievement"]["id"]
    other = replace(LITHUANIAN, code="another", name="Jonas", number="2026-000124")
    assert payload_of(made(other))["credentialSubject"]["achievement"]["id"] == achievement
    renamed = replace(LITHUANIAN, organisation="Kita biblioteka")
    assert payload_of(made(renamed))["credentialSubject"]["achievement"]["id"] != achievement


def test_the_learner_is_known_to_those_only_who_know_who_it_is() -> None:
    token = made(email=EMAIL)
    said = json.dumps(payload_of(token), ensure_ascii=False)
    assert [
        word for word in (*LITHUANIAN.name.split(), EMAIL, EMAIL.lower(), "gluosniai") if word in said
    ] == []
    proof = verify(token, PUBLIC, now=NOW)
    typed = [unicodedata.normalize("NFD", LITHUANIAN.name), EMAIL, "zydrune@gluosniai.example "]
    assert [each for each in typed if not proof.belongs_to(each)] == []
    assert [
        each for each in ("Jonas Petraitis", "", "jonas@gluosniai.example") if proof.belongs_to(each)
    ] == []


def test_identities_are_hashed_as_the_other_library_hashes_them_and_with_a_salt_for_each_certificate() -> (
    None
):
    (name, email) = theirs(made(email=EMAIL)).identifiers
    assert email == IdentityObject.create(EMAIL.lower(), salt=email.salt)
    assert (name.identity_type, email.identity_type, name.salt) == ("name", "emailAddress", email.salt)
    (other,) = theirs(made(replace(LITHUANIAN, code="another"))).identifiers
    assert other.salt not in {name.salt, None, "", CODE}
    assert other.identity_hash != name.identity_hash


def test_a_changed_character_anywhere_in_the_token_is_found() -> None:
    token = made()
    for place, character in enumerate(token):
        other = ALPHABET[ALPHABET.find(character) - 32]  # its first bit is another, and so no spare one
        changed = f"{token[:place]}{other}{token[place + 1 :]}"
        assert (place, reason(changed)) in {(place, "forged"), (place, "malformed")}
        with pytest.raises(OB3VerificationError):
            theirs(changed)


def test_a_token_has_one_spelling() -> None:
    """The last character of a signature has four spare bits: other verifiers do not look at them."""
    token = made()
    others = [token[:-1] + last for last in ALPHABET if last != token[-1]]
    assert {reason(each) for each in others} == {"forged", "malformed"}
    assert {reason(each) for each in (f"{token}=", f"{token}\n", f" {token}", f"{token}.")} == {"malformed"}


@pytest.mark.parametrize(
    "change",
    [
        {"validUntil": "2037-11-24T00:00:00+02:00", "exp": 2_142_626_400},
        {"name": "Branduolinė fizika"},
        {"id": f"{ADDRESS[:-1]}h", "jti": f"{ADDRESS[:-1]}h"},
        {"credentialStatus": {}},
        {"nbf": 0},
    ],
)
def test_a_changed_payload_is_found(change: dict[str, Any]) -> None:
    changed = with_payload(made(), payload_of(made()) | change)
    assert reason(changed) == "forged"
    with pytest.raises(OB3VerificationError):
        theirs(changed)


def test_a_changed_digit_of_the_number_is_found() -> None:
    payload = payload_of(made())
    payload["credentialSubject"]["licenseNumber"] = "2026-000124"
    assert reason(with_payload(made(), payload)) == "forged"
    with pytest.raises(OB3VerificationError):
        theirs(with_payload(made(), payload))


def test_another_key_proves_nothing() -> None:
    """Not even when the token brings it along, as every one does."""
    token = badge(LITHUANIAN, ISSUER, OTHER_KEY, address=ADDRESS, zone=ZONE, texts=TEXTS)
    assert reason(token) == "forged"
    with pytest.raises(OB3VerificationError):
        theirs(token)


@pytest.mark.parametrize("head", [{"alg": "none"}, {"alg": "HS256"}, {}, [], "EdDSA", {"alg": ["EdDSA"]}])
def test_the_token_does_not_choose_how_it_is_checked(head: Any) -> None:
    _, payload, signature = made().split(".")
    named = urlsafe_b64encode(json.dumps(head).encode()).rstrip(b"=").decode()
    assert reason(f"{named}.{payload}.{signature}") == "malformed"
    assert reason(f"{named}.{payload}.") == "malformed"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 22, 21, 59, 59, tzinfo=UTC), "early"),
        (datetime(2026, 11, 22, 22, tzinfo=UTC), None),
        (datetime(2027, 11, 23, 21, 59, 59, tzinfo=UTC), None),
        (datetime(2027, 11, 23, 22, tzinfo=UTC), "late"),
    ],
)
def test_a_badge_is_valid_from_the_first_to_the_last_of_its_days(now: datetime, expected: str | None) -> None:
    if expected is None:
        assert verify(made(), PUBLIC, now=now).number == LITHUANIAN.number
    else:
        assert reason(made(), now) == expected


def test_one_that_does_not_expire_is_valid_for_ever() -> None:
    token = made(CERTIFICATES["pl"])
    assert verify(token, PUBLIC, now=NOW + timedelta(days=20_000)).valid_until is None
    assert theirs(token, at=NOW + timedelta(days=5_000)).expiration_date is None


def test_what_is_signed_and_no_badge_is_refused() -> None:
    whole = payload_of(made())
    broken = [
        {key: value for key, value in whole.items() if key != left} for left in ("credentialSubject", "nbf")
    ]
    broken += [whole | {"type": "OpenBadgeCredential"}, whole | {"iss": "did:web:else.example"}]
    broken += [whole | {"nbf": 10**30}, whole | {"issuer": "x"}, {}]
    tokens = [signed(each, KEY, issuer=ISSUER.id) for each in broken]
    tokens.append(status(LITHUANIAN, ISSUER, KEY, address=ADDRESS, now=NOW))
    assert [reason(token) for token in tokens] == ["malformed"] * len(tokens)


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*", fullmatch=True))
def test_anything_else_is_malformed(text: str) -> None:
    assert reason(text) == "malformed"


@pytest.mark.parametrize("text", ["", "..", "[" * 100_000, "A" * 70_000 + "..", "ą.č.ę", "\ud800.a.b"])
def test_nothing_is_too_strange_to_be_refused(text: str) -> None:
    assert reason(text) == "malformed"


def test_a_header_nested_without_end_is_refused() -> None:
    nested = urlsafe_b64encode(b"[" * 40_000).rstrip(b"=").decode()
    assert reason(f"{nested}.e30.AAAA") == "malformed"


def test_the_issuers_name_leads_to_the_key() -> None:
    """A verifier that knows only the name finds the key that the token names, also when it is not the first."""
    document = json.dumps(did_document(ISSUER, [OTHER_KEY.public_key(), PUBLIC])).encode()
    places = list[str]()

    def download(url: str) -> bytes:
        places.append(url)
        return document

    with time_machine.travel(NOW, tick=False):
        read = OB3Verifier.for_issuer_did(ISSUER.id, download=download).verify(made())
    assert (read.id, places) == (ADDRESS, ["https://mokymai.example/.well-known/did.json"])


@pytest.mark.parametrize(
    ("url", "did"),
    [
        ("https://mokymai.example", "did:web:mokymai.example"),
        ("https://mokymai.example/", "did:web:mokymai.example"),
        ("https://Mokymai.example:8443/zinute/lt", "did:web:mokymai.example%3A8443:zinute:lt"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
    ],
)
def test_the_issuers_name_is_made_of_the_services_address(url: str, did: str) -> None:
    assert Issuer(url, "Zinute").id == did


@pytest.mark.parametrize("revoked", [False, True])
def test_another_library_learns_whether_it_was_revoked(revoked: bool) -> None:
    certificate = replace(LITHUANIAN, revoked_on=date(2026, 11, 30) if revoked else None)
    answer = status(certificate, ISSUER, KEY, address=ADDRESS, now=NOW)
    served = {status_address(ADDRESS): answer.encode()}
    asked: dict[str, Any] = {"check_status": True, "download": served.__getitem__}
    if revoked:
        with pytest.raises(OB3VerificationError, match="revocation"):
            theirs(made(certificate), **asked)
    else:
        assert theirs(made(certificate), **asked).id == ADDRESS


def test_an_old_answer_and_one_of_somebody_else_do_not_count() -> None:
    for key, at in ((KEY, NOW - 2 * FRESH), (OTHER_KEY, NOW)):
        answer = status(LITHUANIAN, ISSUER, key, address=ADDRESS, now=at).encode()
        with pytest.raises(OB3VerificationError):
            theirs(made(), check_status=True, download=lambda _, answer=answer: answer)
