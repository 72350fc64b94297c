"""Numbers stand for what was offered, and for nothing else."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.event import Event, Pressed, Said
from domain.message import Announcement, Choice, Feedback, Line, Message, Notice, ShowCard, notice
from domain.offers import by_number, offers
from domain.question import Question
from tests.domain.make import CONTINUE, MENU, question

HOURS = ("/hour 08:00", "/hour 09:30", "/hour 12:00")


@pytest.mark.parametrize(
    ("message", "asked", "offered"),
    [
        (notice("menu.head"), None, ()),
        (notice("menu.head", CONTINUE, MENU), None, ("/continue", "/menu")),
        (Notice((Line("a"), Line("b")), (Choice("08:00", "/hour 08:00", literal=True),)), None, HOURS[:1]),
        (notice("menu.head", Choice("certificate.open", "", url="/certificate/q"), MENU), None, ("/menu",)),
        (ShowCard(11, 0, 0, "k"), None, ("k:next",)),
        (ShowCard(11, 0, 0, "k"), question("s"), ("k:0", "k:1", "k:2", "k:3")),
        (ShowCard(11, 0, 0, "k", selected=(1,)), question("m"), ("k:0", "k:1", "k:2", "k:3")),
        (ShowCard(11, 0, 0, "k", selected=(1,)), question("r"), ("k:1.0", "k:1.2", "k:1.3", "k:again")),
        (ShowCard(11, 0, 0, "k"), question("r"), ("k:0.0", "k:0.1", "k:0.2", "k:0.3")),
        (ShowCard(11, 0, 0, "k", selected=(0, 2)), question("c"), ("k:2.1", "k:2.3", "k:again")),
        (ShowCard(11, 0, 0, "k", selected=(1,)), question("g"), ("k:1.0", "k:1.1", "k:again")),
        (ShowCard(11, 0, 0, "k"), question("n"), ()),
        (ShowCard(11, 0, 0, "k"), question("w"), ()),
        (ShowCard(11, 0, 0, "k"), question("f"), ()),
        (
            ShowCard(11, 0, 0, "k", purpose="review"),
            question("s"),
            ("k:0", "k:1", "k:2", "k:3", "k:known", "k:enough"),
        ),
        (
            ShowCard(11, 0, 0, "k", selected=(0, 2, 1, 3), purpose="review"),
            question("r"),
            ("k:ok", "k:again", "k:known", "k:enough"),
        ),
        (ShowCard(11, 0, 0, "k", purpose="review"), question("n"), ()),
        (Feedback(11, 0, 0, (1,), True, "k"), question("s"), ("k:next",)),
        (Feedback(11, 0, 0, (1,), True), question("s"), ()),
        (Announcement(3), None, ()),
    ],
)
def test_what_a_message_offers(message: Message, asked: Question | None, offered: tuple[str, ...]) -> None:
    assert offers(message, asked) == offered


@pytest.mark.parametrize("kind", "smorcg")
@pytest.mark.parametrize("selected", [(), (1,)])
def test_what_is_shown_in_another_order_is_offered_in_it(kind: str, selected: tuple[int, ...]) -> None:
    shuffled = question(kind, shuffled=True)
    offered = {
        step: offers(ShowCard(11, 0, 0, step, selected=selected), shuffled) for step in "abcdefghijklmnop"
    }
    fixed = set(offers(ShowCard(11, 0, 0, "", selected=selected), question(kind)))
    assert all({each.removeprefix(step) for each in presses} == fixed for step, presses in offered.items())
    orders = {tuple(each.removeprefix(step) for each in presses) for step, presses in offered.items()}
    assert len(orders) > 1
    if selected and kind in "rcg":
        assert {presses[-1].removeprefix(step) for step, presses in offered.items()} == {":again"}


PUT = ("k:1.0", "k:1.2", "k:1.3", "k:again")
OPTIONS = ("k:0", "k:1", "k:2", "k:3")
COMMANDS = ("/continue", "/menu")


@pytest.mark.parametrize(
    ("event", "offered", "expected"),
    [
        (Said("1"), OPTIONS, Pressed("k:=0")),
        (Said(" 4 "), OPTIONS, Pressed("k:=3")),
        (Said("01"), OPTIONS, Pressed("k:=0")),
        (Said("1 3"), OPTIONS, Pressed("k:=0,2")),
        (Said("1,3"), OPTIONS, Pressed("k:=0,2")),
        (Said("3, 1"), OPTIONS, Pressed("k:=2,0")),
        (Said("1 1"), OPTIONS, Pressed("k:=0,0")),
        (Said("0"), OPTIONS, Said("0")),
        (Said("5"), OPTIONS, Said("5")),
        (Said("1 5"), OPTIONS, Said("1 5")),
        (Said("-1"), OPTIONS, Said("-1")),
        (Said("1."), OPTIONS, Said("1.")),
        (Said("¹"), OPTIONS, Said("¹")),
        (Said("١"), OPTIONS, Said("١")),
        (Said("1" * 5_000), OPTIONS, Said("1" * 5_000)),
        (Said("Antis"), OPTIONS, Said("Antis")),
        (Said(""), OPTIONS, Said("")),
        (Said(","), OPTIONS, Said(",")),
        (Said("2"), PUT, Pressed("k:1.2")),
        (Said("2 1"), PUT, Pressed("k:=2,0")),
        (Said("3,2,1"), PUT, Pressed("k:=3,2,0")),
        (Said("4"), PUT, Pressed("k:again")),
        (Said("1 4"), PUT, Said("1 4")),
        (Said("4 1"), PUT, Said("4 1")),
        (Said("5"), PUT, Said("5")),
        (Said("1"), (), Said("1")),
        (Said("2"), COMMANDS, Pressed("/menu")),
        (Said("1 2"), COMMANDS, Said("1 2")),
        (Said("1"), ("k:next",), Pressed("k:next")),
        (Said("1 1"), ("k:next",), Said("1 1")),
        (Said("1 2"), ("a:0", "b:0"), Said("1 2")),
        (Said("1 2"), ("a:0", "/menu"), Said("1 2")),
        (Pressed("1"), OPTIONS, Pressed("1")),
    ],
    ids=repr,
)
def test_a_number_is_the_press_it_stands_for(event: Event, offered: Sequence[str], expected: Event) -> None:
    assert by_number(event, offered) == expected


@pytest.mark.parametrize(("number", "press"), list(enumerate(HOURS, 1)))
def test_a_number_chooses_an_hour(number: int, press: str) -> None:
    assert by_number(Said(str(number)), HOURS) == Pressed(press)


def test_several_numbers_choose_no_hour() -> None:
    assert by_number(Said("1 2"), HOURS) == Said("1 2")
    assert by_number(Said("1 2"), ("/hour 08:00", "/hour 08:30")) == Said("1 2")


keys = st.sampled_from(["k", "other", "/hour 08", "/enrol a"])
choices = st.integers(0, 11).map(str) | st.sampled_from(["next", "ok", "00", "again", "2.0", "2.1", "2.11"])
presses = st.builds("{}:{}".format, keys, choices) | st.sampled_from(["/menu", "/continue", *HOURS])
numbers = st.lists(st.integers(-1, 14).map(str), max_size=4).map(" ".join) | st.text("0123 ,٣", max_size=6)


@given(numbers | st.text(max_size=5), st.lists(presses, max_size=12))
@example("1", ["/hour 08:00"])
def test_a_number_never_means_something_that_was_not_offered(text: str, offered: list[str]) -> None:
    event = by_number(Said(text), offered)
    if event == Said(text) or (isinstance(event, Pressed) and event.data in offered):
        return
    assert isinstance(event, Pressed)
    key, _, chosen = event.data.rpartition(":=")
    assert not key.startswith("/")
    there = {re.sub(r":\d+\.", ":", press) for press in offered}
    assert [index for index in chosen.split(",") if f"{key}:{index}" not in there] == []


@given(numbers, st.lists(presses, min_size=1, max_size=12))
def test_several_numbers_are_for_one_question(text: str, offered: list[str]) -> None:
    said = text.replace(",", " ").split()
    event = by_number(Said(text), offered)
    if len(said) > 1 and event != Said(text):
        assert isinstance(event, Pressed)
        key, _, chosen = event.data.rpartition(":=")
        meant = [offered[int(each) - 1].rpartition(":") for each in said]
        assert {each[0] for each in meant} == {key}
        assert [each[2].rpartition(".")[2] for each in meant] == chosen.split(",")
