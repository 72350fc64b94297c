"""The word that is shown at a webinar: when it is taken, and how forgiving it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.at_webinar import SayHere, WalkIn
from domain.checking_in import LATE, Came, Stays, button, came, can, may_walk_in, same, without
from domain.checking_in import here as here_by
from domain.effect import Effect, Say
from domain.facts import Facts
from domain.message import Notice
from domain.seating import Standing
from domain.webinar import Shown, Webinar, Words
from tests.domain.make import facts

START = datetime(2026, 12, 7, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HELD = Webinar(1, 1, {"lt": Words("V")}, START, 60, "Europe/Vilnius", 9, word="Gintaras")
END = HELD.ends_at


@pytest.mark.parametrize(
    ("held", "now", "taken"),
    [
        (HELD, START, True),
        (HELD, START - SECOND, False),
        (HELD, END + LATE, True),
        (HELD, END + LATE + SECOND, False),
        (replace(HELD, word=""), START, False),
        (replace(HELD, state="cancelled"), START, False),
    ],
)
def test_it_is_taken_while_it_is_on_and_half_an_hour_after(
    held: Webinar, now: datetime, *, taken: bool
) -> None:
    assert can(held, now) is taken


@pytest.mark.parametrize(
    ("written", "word", "right"),
    [
        ("gintaras", "Gintaras", True),
        ("  GINTARAS! ", "Gintaras", True),
        ("zasis", "Žąsis", True),
        ("ŽĄSIS", "zasis", True),
        ("lodz", "Łódź", True),
        ("gintara", "Gintaras", False),
        ("", "", False),
        ("!", "?", False),
    ],
)
def test_case_and_marks_do_not_matter(written: str, word: str, *, right: bool) -> None:
    assert same(written, word) is right


OTHER = replace(HELD, id=2, word="Žąsis")


def known(*seats: Shown) -> Facts:
    return facts(webinars=seats, now=START)


def here(known: Facts, argument: str) -> list[Effect]:
    return here_by(known, argument, lambda: "key")


def said(effects: list[Effect]) -> list[str]:
    told = [each.message for each in effects if isinstance(each, Say)]
    return [line.text for each in told if isinstance(each, Notice) for line in each.lines]


def test_it_is_said_of_the_one_that_is_on_in_which_they_have_a_seat() -> None:
    assert said(here(known(), " ! ")) == ["here.not_now"]
    assert here(known(), " kitas   žodis ") == [WalkIn(0, "kitas žodis", "key")]
    assert here(known(Shown(HELD, "waiting")), "gintaras") == [WalkIn(0, "gintaras", "key")]
    assert said(here(known(Shown(HELD, "seated")), " ! ")) == ["here.how"]
    assert here(known(Shown(HELD, "seated")), " kitas   žodis ") == [SayHere((1,), "kitas žodis", "key")]


def test_of_several_that_are_on_it_is_the_one_whose_word_it_is() -> None:
    both = known(Shown(HELD, "seated"), Shown(OTHER, "seated"))
    assert here(both, "zasis") == [SayHere((2, 1), "zasis", "key")]
    assert here(both, "antis") == [SayHere((1, 2), "antis", "key")]


def test_at_a_place_one_can_say_so_from_before_the_start_on() -> None:
    """Whose code it is only the key says: it may be that of each that is on."""
    hall = replace(HELD, id=3, venue="Salė", word="")
    early = facts(webinars=(Shown(hall, "seated"),), now=START - LATE)
    assert here(early, "0000-0000") == [SayHere((3,), "0000-0000", "key")]
    later = facts(webinars=early.webinars, now=START - LATE - SECOND)
    assert here(later, "x") == [WalkIn(0, "x", "key")]
    assert said(here(later, "")) == ["here.not_now"]
    assert [each.data for each in button(early.webinars[0], START)] == ["/here"]
    assert button(replace(early.webinars[0], mine="waiting"), START) == ()
    both = known(Shown(hall, "seated"), Shown(HELD, "seated"))
    assert here(both, "gintaras") == [SayHere((1, 3), "gintaras", "key")]


@pytest.mark.parametrize(
    "result", ["done", "at_door", "walked_in", "by_hand", "old", "wrong", "many", "not_now"]
)
def test_what_came_of_it_leads_back(result: Came) -> None:
    told = came(result, HELD, left=3)
    assert [each.text for each in told.lines] == [f"here.{result}"]
    assert [each.data for each in told.choices] == ["/webinar 1", "/menu"]


@pytest.mark.parametrize("result", ["no_seat", "full", "old", "many", "not_now"])
def test_whoever_gets_no_seat_is_told_so(result: Stays) -> None:
    told = without(result)
    assert [each.text for each in told.lines] == [f"here.{result}"]
    assert [each.data for each in told.choices] == ["/webinars mine", "/menu"]


@pytest.mark.parametrize(
    ("approves", "mine", "there", "stays"),
    [
        (False, None, 8, ""),
        (False, None, 9, "no_seat"),
        (False, "gone", 8, ""),
        (True, None, 0, "no_seat"),
        (True, "asked", 0, "no_seat"),
        (True, "gone", 0, "no_seat"),
        (True, "waiting", 8, ""),
        (True, "offered", 9, "no_seat"),
    ],
)
def test_there_is_a_seat_as_long_as_not_as_many_are_there(
    mine: Standing | None, there: int, stays: str, *, approves: bool
) -> None:
    held = replace(HELD, approves=approves)
    assert may_walk_in(held, mine, there=there, free=0, now=START) == stays


@pytest.mark.parametrize(
    ("mine", "free", "stays"),
    [(None, 0, "full"), ("waiting", 0, "full"), (None, 1, ""), ("offered", 0, ""), ("gone", 0, "full")],
)
def test_before_it_begins_there_is_one_that_nobody_else_may_come_for(
    mine: Standing | None, free: int, stays: str
) -> None:
    assert may_walk_in(HELD, mine, there=0, free=free, now=START - SECOND) == stays
