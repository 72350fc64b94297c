"""Certificates: valid up to their last date, also where months differ in length."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import certifying
from domain.certificate import (
    Certificate,
    announced,
    earned,
    expiry,
    next_announcement,
    number_of,
    page_of,
    renewals,
)
from domain.message import Choice, notice
from domain.programme import Order, Rules
from tests.domain.make import programme

ISSUED = date(2026, 1, 31)
PAPER = Certificate(
    "q1", "2026-1", "Jonas Petraitis", "Gluosnių biblioteka", "Vaistų davimas", "lt", 90, ISSUED
)


@pytest.mark.parametrize(
    ("months", "end"),
    [
        (0, None),
        (1, date(2026, 2, 28)),
        (3, date(2026, 4, 30)),
        (11, date(2026, 12, 31)),
        (12, date(2027, 1, 31)),
        (25, date(2028, 2, 29)),
    ],
)
def test_it_ends_so_many_months_later(months: int, end: date | None) -> None:
    assert expiry(ISSUED, months) == end


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 600))
def test_the_end_is_in_the_month_that_it_should_be(issued: date, months: int) -> None:
    end = expiry(issued, months)
    assert end is not None
    passed = (end.year - issued.year) * 12 + end.month - issued.month
    assert passed == months
    assert end.day == issued.day or (end.day < issued.day and (end + timedelta(days=1)).day == 1)


def test_it_is_valid_on_its_last_day_and_not_after() -> None:
    paper = replace(PAPER, expires_on=date(2027, 1, 31))
    assert [paper.state(date(2027, 1, 31)), paper.state(date(2027, 2, 1))] == ["valid", "expired"]
    assert PAPER.state(date(2126, 1, 1)) == "valid"


def test_revoked_is_revoked_whenever_it_would_have_ended() -> None:
    paper = replace(PAPER, expires_on=date(2027, 1, 31), revoked_on=date(2026, 6, 1))
    assert {paper.state(date(2026, 7, 1)), paper.state(date(2028, 1, 1))} == {"revoked"}


def test_the_renewal_is_announced_three_times() -> None:
    assert renewals(date(2027, 1, 31)) == (date(2026, 11, 2), date(2027, 1, 1), date(2027, 1, 24))


END = date(2027, 1, 31)


@pytest.mark.parametrize(
    ("on", "which", "following"),
    [
        (date(2026, 11, 1), None, date(2026, 11, 2)),
        (date(2026, 11, 2), 90, date(2027, 1, 1)),
        (date(2026, 12, 31), 90, date(2027, 1, 1)),
        (date(2027, 1, 1), 30, date(2027, 1, 24)),
        (date(2027, 1, 24), 7, None),
        (END, 7, None),
        (date(2027, 2, 1), None, None),
    ],
)
def test_each_date_has_one_announcement_until_the_end(
    on: date, which: int | None, following: date | None
) -> None:
    assert (announced(END, on), next_announcement(END, on)) == (which, following)


@pytest.mark.parametrize(
    ("rules", "right", "graded", "is_earned"),
    [
        (Rules(), 4, 4, False),
        (Rules(valid_months=0), 0, 4, True),
        (Rules(valid_months=12, passing=75), 3, 4, True),
        (Rules(valid_months=12, passing=76), 3, 4, False),
        (Rules(valid_months=12, passing=67), 2, 3, False),
        (Rules(valid_months=12, passing=66), 2, 3, True),
        (Rules(valid_months=12, passing=100), 0, 0, True),
    ],
)
def test_it_is_earned_from_the_pass_mark_on(rules: Rules, right: int, graded: int, is_earned: bool) -> None:
    assert earned(programme("ts", rules=rules), right, graded) == is_earned


@pytest.mark.parametrize(
    ("lessons", "order", "is_earned"),
    [
        (("ts", "!s"), "fixed", True),
        (("!s", "ts"), "fixed", False),  # a test on the way is not the final one
        (("!s", "ts"), "free", True),  # where tests come last
        (("ts", "s"), "free", False),
    ],
)
def test_a_final_test_alone_decides(lessons: tuple[str, ...], order: Order, is_earned: bool) -> None:
    rules = Rules(order=order, valid_months=12, passing=80)
    assert earned(programme(*lessons, rules=rules), 1, 4) == is_earned
    assert not earned(programme(*lessons, rules=replace(rules, valid_months=None)), 4, 4)


def test_numbers_are_for_people_and_codes_for_addresses() -> None:
    assert [number_of(2026, 123), number_of(2027, 1_000_001)] == ["2026-000123", "2027-1000001"]
    assert page_of("q1") == "/certificate/q1"


def test_one_of_attendance_says_when_it_was_and_does_not_end() -> None:
    attended = replace(PAPER, held_on=date(2026, 12, 7), expires_on=None)
    assert (PAPER.of, attended.of) == ("programme", "attendance")
    assert attended.state(date(2099, 1, 1)) == "valid"
    told = certifying.attended(notice("webinar.thanks", Choice("1", "/rate 1 1")), attended)
    assert [line.text for line in told.lines] == ["webinar.thanks", "certificate.of_attendance"]
    assert [choice.data or choice.url for choice in told.choices] == [
        "/rate 1 1",
        page_of(PAPER.code),
    ]
