"""Webhooks (Standard Webhooks 1.0.0): what receivers are told, how it is signed, and when it is tried again."""

import base64
import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from domain.statement import written

Topic = Literal[
    "person.joined",
    "person.left",
    "programme.completed",
    "certificate.issued",
    "certificate.revoked",
]
TOPICS: Final[tuple[Topic, ...]] = get_args(Topic)
TRIAL: Final = "webhook.test"
# What of a person's timeline they are told.
TOLD: Final[Mapping[str, Topic]] = {
    "joined": "person.joined",
    "left": "person.left",
    "programme_done": "programme.completed",
    "certified": "certificate.issued",
    "revoked": "certificate.revoked",
}
# Of the details of what happened, these and nothing else; people are numbers, as in the API.
_DETAILS: Final[Mapping[Topic, Sequence[str]]] = {
    "person.left": ("left_on",),
    "certificate.issued": ("number",),
    "certificate.revoked": ("number",),
}
OVERLAP: Final = timedelta(hours=24)  # in which a new secret and the one before it both sign
GIVEN_UP: Final = timedelta(days=3)
_HOUR: Final = 3600
# Seconds from one try to the next; together GIVEN_UP.
PAUSES: Final = (5, 300, 1800, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 20 * _HOUR + 1495)
GONE: Final = 410  # the receiver wants nothing more, ever
MOST: Final = 10  # for an organisation


@dataclass(frozen=True, slots=True)
class Health:
    """How it stands with a receiver: failures without a success between them, and since when."""

    failures: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from a try: how the receiver stands, when it is asked again, and whether it is switched `off`."""

    health: Health
    rests_until: datetime
    off: bool = False


def told(topic: Topic, person: int, organisation: int, details: Mapping[str, Any], at: datetime) -> str:
    """What is sent, as JSON: ids only."""
    about = {name: details[name] for name in _DETAILS.get(topic, ()) if name in details}
    if "programme" in details:
        about = {"programme": details["programme"], **about}
    return _body(topic, {"organisation": organisation, "person": person, **about}, at)


def trial(organisation: int, at: datetime) -> str:
    """What is sent to see whether it arrives."""
    return _body(TRIAL, {"organisation": organisation}, at)


def _body(topic: str, data: Mapping[str, Any], at: datetime) -> str:
    return json.dumps({"type": topic, "timestamp": written(at), "data": data}, separators=(",", ":"))


def topics_of(words: Collection[str]) -> tuple[Topic, ...]:
    """Those that are topics, in their order."""
    return tuple(each for each in TOPICS if each in words)


def secret_of(key: bytes, seed: str) -> str:
    """The secret of a receiver (256 bits), made of a seed: without the key nobody knows it."""
    return "whsec_" + base64.b64encode(_secret(key, seed)).decode()


def signed(key: bytes, seeds: Collection[str], told_as: str, at: datetime, body: str) -> dict[str, str]:
    """The headers that say who sends it and when, with a signature for each seed."""
    moment = str(int(at.timestamp()))
    said = f"{told_as}.{moment}.{body}".encode()
    marks = (base64.b64encode(hmac.digest(_secret(key, seed), said, "sha256")).decode() for seed in seeds)
    signatures = " ".join(f"v1,{each}" for each in marks)
    return {"webhook-id": told_as, "webhook-timestamp": moment, "webhook-signature": signatures}


def _secret(key: bytes, seed: str) -> bytes:
    return hmac.digest(key, f"webhook:{seed}".encode(), "sha256")


def took(status: int) -> bool:
    """Whether the receiver has it."""
    return 200 <= status < 300


def after(health: Health, status: int, now: datetime) -> Verdict:
    """What follows from an answer (0: there was none)."""
    if took(status):
        return Verdict(Health(), now)
    worse = Health(health.failures + 1, health.since or now)
    over = health.since is not None and now - health.since >= GIVEN_UP
    return Verdict(worse, now + pause(worse.failures), off=over or status == GONE)


def pause(failures: int) -> timedelta:
    """How long to wait after so many failures (from 1)."""
    return timedelta(seconds=PAUSES[min(failures, len(PAUSES)) - 1])
