"""Webhooks: what is told has ids only, what is signed can be looked at by anybody with the secret, tries end."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.hook import (
    GIVEN_UP,
    PAUSES,
    TOPICS,
    Health,
    Topic,
    Verdict,
    after,
    pause,
    secret_of,
    signed,
    told,
    took,
    topics_of,
    trial,
)

NOW = datetime(2027, 1, 31, 9, 30, 0, 123456, tzinfo=UTC)
DETAILS = {"number": "2027-000001", "left_on": "2027-01-31", "channel": "web", "programme": 7, "right": 3}


@pytest.mark.parametrize(
    ("topic", "more"),
    [
        ("person.joined", {"programme": 7}),
        ("person.left", {"programme": 7, "left_on": "2027-01-31"}),
        ("programme.completed", {"programme": 7}),
        ("certificate.issued", {"programme": 7, "number": "2027-000001"}),
        ("certificate.revoked", {"programme": 7, "number": "2027-000001"}),
    ],
)
def test_what_is_told_is_ids(topic: Topic, more: dict[str, object]) -> None:
    assert json.loads(told(topic, 5, 3, DETAILS, NOW)) == {
        "type": topic,
        "timestamp": "2027-01-31T09:30:00.123Z",
        "data": {"organisation": 3, "person": 5, **more},
    }


def test_where_nothing_more_is_known_nothing_more_is_told() -> None:
    assert json.loads(told("certificate.issued", 5, 3, {}, NOW))["data"] == {"organisation": 3, "person": 5}
    assert json.loads(trial(3, NOW)) == {
        "type": "webhook.test",
        "timestamp": "2027-01-31T09:30:00.123Z",
        "data": {"organisation": 3},
    }


def test_topics_keep_their_order() -> None:
    assert topics_of(["certificate.issued", "none", "person.joined"]) == (
        "person.joined",
        "certificate.issued",
    )
    assert topics_of(TOPICS) == TOPICS


@given(st.binary(min_size=32, max_size=32), st.lists(st.text(min_size=1), min_size=1, max_size=2), st.text())
def test_it_is_signed_as_the_specification_says(key: bytes, seeds: list[str], body: str) -> None:
    headers = signed(key, seeds, "id", NOW, body)
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("id", str(int(NOW.timestamp())))
    marks = headers["webhook-signature"].split(" ")
    for seed, mark in zip(seeds, marks, strict=True):
        secret = base64.b64decode(secret_of(key, seed).removeprefix("whsec_"))
        assert len(secret) == 32
        said = f"id.{headers['webhook-timestamp']}.{body}".encode()
        assert mark == "v1," + base64.b64encode(hmac.new(secret, said, hashlib.sha256).digest()).decode()


def test_pauses_grow_and_last_three_days() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(seconds=sum(PAUSES)) == GIVEN_UP
    assert [pause(each) for each in (1, 2, 99)] == [
        timedelta(seconds=each) for each in (PAUSES[0], PAUSES[1], PAUSES[-1])
    ]


@pytest.mark.parametrize(("status", "right"), [(0, 0), (199, 0), (200, 1), (299, 1), (300, 0), (500, 0)])
def test_what_is_taken_is_an_answer_of_two_hundred_and_something(status: int, right: int) -> None:
    assert took(status) is bool(right)


@pytest.mark.parametrize(
    ("health", "status", "expected"),
    [
        (Health(4, NOW), 204, Verdict(Health(), NOW)),
        (Health(), 500, Verdict(Health(1, NOW), NOW + timedelta(seconds=5))),
        (
            Health(1, NOW - GIVEN_UP + timedelta(seconds=1)),
            0,
            Verdict(Health(2, NOW - GIVEN_UP + timedelta(seconds=1)), NOW + timedelta(minutes=5)),
        ),
        (
            Health(9, NOW - GIVEN_UP),
            0,
            Verdict(Health(10, NOW - GIVEN_UP), NOW + timedelta(seconds=PAUSES[-1]), off=True),
        ),
        (Health(), 410, Verdict(Health(1, NOW), NOW + timedelta(seconds=5), off=True)),
    ],
)
def test_what_follows_from_an_answer(health: Health, status: int, expected: Verdict) -> None:
    assert after(health, status, NOW) == expected
