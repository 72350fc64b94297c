"""When coordinators are told that registrations wait for them, and in which words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.approving import GATHERS, MOST_NAMED, Asking, is_due, waits, waits_mail
from domain.message import Line, Moment, Place
from domain.webinar import Webinar, Words
from tests.domain.make import person

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # 09:30 in Vilnius
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONA = person()
SAMPLE = Webinar(7, 1, {"lt": Words("Virusai", "")}, NOW + 14 * DAY, 60, "Europe/Vilnius", 5)


def asking(since: timedelta | None, told: timedelta | None = None, ahead: timedelta = 14 * DAY) -> Asking:
    webinar = replace(SAMPLE, starts_at=NOW + ahead)
    return Asking(webinar, 2, None if since is None else NOW - since, None if told is None else NOW - told)


@pytest.mark.parametrize(
    ("group", "due"),
    [
        ([asking(GATHERS)], True),
        ([asking(GATHERS - timedelta(seconds=1))], False),
        ([asking(timedelta(0), ahead=DAY)], True),
        ([asking(None)], False),
        ([asking(None, ahead=HOUR)], False),
        ([asking(3 * HOUR, told=2 * HOUR)], False),
        # Yesterday by the clock there: it was 00:00 at 22:00 UTC.
        ([asking(HOUR, told=9 * HOUR + timedelta(minutes=30))], False),
        ([asking(HOUR, told=9 * HOUR + timedelta(minutes=31))], True),
        # Told of another of theirs today.
        ([asking(3 * HOUR), asking(None, told=2 * HOUR)], False),
        ([asking(None, told=3 * DAY), asking(2 * HOUR, told=DAY)], True),
        ([], False),
    ],
)
def test_once_a_day_of_whom_they_do_not_know_yet(group: list[Asking], *, due: bool) -> None:
    assert is_due(group, "Europe/Vilnius", NOW) is due


def test_one_webinar_is_named_with_the_way_to_it() -> None:
    said = waits([asking(HOUR)], ONA)
    wall = Moment(datetime(2026, 12, 7, 9, 30))  # noqa: DTZ001 (as clocks show it there)
    assert said.lines == (
        Line("approving.waits", {"n": 2}),
        Line("approving.one", {"title": "Virusai", "when": wall, "minutes": 60, "count": 2}),
        Line("approving.then", {"link": Place("/console/webinars/7")}),
    )
    assert waits_mail([asking(HOUR)], ONA).lines == (Line("approving.subject", {"n": 2}), *said.lines)


def test_of_many_the_next_are_named() -> None:
    group = [replace(asking(HOUR, ahead=each * DAY), waiting=each) for each in range(MOST_NAMED + 2, 0, -1)]
    lines = waits(group, ONA).lines
    assert [each.params["count"] for each in lines[1:-2]] == list(range(1, MOST_NAMED + 1))
    assert lines[-2:] == (
        Line("approving.more", {"n": 2}),
        Line("approving.then", {"link": Place("/console/webinars")}),
    )
