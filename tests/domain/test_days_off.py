"""A place's own days off: how they are written, and which dates they are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import days_off
from domain.days_off import NoDaysOff, naming, of_year, read, split, together
from tests.domain.strategies import calm

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", ()),
        (" , ", ()),
        ("06-24", ("06-24",)),
        ("2026-12-24, 06-24,06-24", ("06-24", "2026-12-24")),
        ("2026-12-21..2027-01-02", ("2026-12-21..2027-01-02",)),
        ("2026-12-21 – 2027-01-02", ("2026-12-21..2027-01-02",)),
        ("12-24 .. 01-02", ("12-24..01-02",)),
        ("2026-06-24..2026-06-24", ("2026-06-24",)),
        ("02-29", ("02-29",)),
        ("2028-02-29", ("2028-02-29",)),
        ("2026-06-01..2026-09-08", ("2026-06-01..2026-09-08",)),
    ],
)
def test_what_is_written_is_read_in_order_and_once(line: str, found: tuple[str, ...]) -> None:
    assert read(split(line)) == found
    assert read(found) == found


@pytest.mark.parametrize(
    ("line", "code", "value"),
    [
        ("tomorrow", "days", "tomorrow"),
        ("2026-13-01", "days", "2026-13-01"),
        ("2027-02-29", "days", "2027-02-29"),
        ("02-30", "days", "02-30"),
        ("２０２６-01-01", "days", "２０２６-01-01"),
        ("6-24", "days", "6-24"),
        ("2026-12-24..", "days", "2026-12-24.."),
        ("2026-12-24..12-31", "days", "2026-12-24..12-31"),
        ("2027-01-02..2026-12-21", "days", "2027-01-02..2026-12-21"),
        ("2026-12-21..2026-12-22..2026-12-23", "days", "2026-12-21..2026-12-22..2026-12-23"),
        ("0001-01-01", "days", "0001-01-01"),
        ("9999-12-31", "days", "9999-12-31"),
        ("06-24 12-24", "days", "06-24 12-24"),
        ("2026-06-01..2026-09-09", "days_long", "100"),
        ("10-01..02-01", "days_long", "100"),
        (",".join(f"2026-{1 + n // 28:02}-{1 + n % 28:02}" for n in range(41)), "days_many", "40"),
    ],
)
def test_what_can_be_no_day_off_is_told(line: str, code: str, value: str) -> None:
    with pytest.raises(NoDaysOff) as wrong:
        read(split(line))
    assert (wrong.value.code, wrong.value.value) == (code, value)


def test_the_sentence_says_what_to_write() -> None:
    with pytest.raises(NoDaysOff) as wrong:
        read(["Joninės"])
    told = "'Joninės' is no day off: write 2026-12-24, 2026-12-21..2027-01-02, or for every year 06-24."
    assert str(wrong.value) == told


dates = st.dates(date(2000, 1, 1), date(2100, 9, 1))


@calm
@given(dates, st.integers(0, 99), st.integers(-3, 120))
def test_a_range_is_its_dates_the_last_one_among_them(first: date, more: int, at: int) -> None:
    last, day = first + more * DAY, first + at * DAY
    [span] = found = read([f"{first}..{last}"])
    assert (day in of_year(found, day.year)) == (0 <= at <= more)
    assert naming(day, found) == (span if 0 <= at <= more else None)


@calm
@given(dates, st.integers(0, 98), st.integers(1990, 2110), st.integers(0, 365))
def test_without_a_year_it_is_of_every_year(first: date, more: int, year: int, at: int) -> None:
    """Also over New Year; a 29 February is there in leap years only."""
    last, day = first + more * DAY, date(year, 1, 1) + at * DAY
    found = read([f"{first:%m-%d}..{last:%m-%d}"])
    inside = {f"{first + each * DAY:%m-%d}" for each in range(more + 1)}
    if f"{day:%m-%d}" != "02-29":
        assert (day in of_year(found, day.year)) == (f"{day:%m-%d}" in inside)


def test_those_of_several_places_hold_together() -> None:
    both = together(read(["06-24", "12-24"]), read(["2026-12-21..2026-12-31", "06-24"]))
    assert both == ("06-24", "12-24", "2026-12-21..2026-12-31")
    assert naming(date(2026, 12, 24), both) == "12-24"


@pytest.mark.parametrize(
    ("days", "many"),
    [
        (["01-01..03-31", "04-01..06-30"], False),  # 182 with a 29 February
        (["01-01..03-31", "04-01..07-01"], False),
        (["01-01..03-31", "04-01..07-02"], True),
        ([f"{year}-01-01..{year}-04-09" for year in range(2026, 2066)], False),
    ],
)
def test_half_of_every_year_is_left(days: list[str], *, many: bool) -> None:
    assert days_off.too_many(read(days)) == many
