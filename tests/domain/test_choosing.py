"""An answer put together: press by press and typed at once, and the orders in which a question is shown."""

from dataclasses import replace
from itertools import chain, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.choosing import (
    AGAIN,
    VARIETIES,
    Picked,
    again,
    choices,
    left,
    named,
    pick,
    pieces,
    ready,
    shown_order,
    variety,
)
from domain.grading import Given, is_right
from domain.question import Question
from tests.domain.make import BIRDS, KINDS, question
from tests.domain.strategies import calm

CHOSEN = "smo"
PLACED = "rcg"
WRITTEN = "nwf"


def press_all(asked: Question, *pressed: str) -> list[Picked | None]:
    """What each press leads to, one after another; one that makes no sense changes nothing."""
    found, chosen = list[Picked | None](), tuple[int, ...]()
    for each in pressed:
        picked = pick(asked, chosen, each)
        found.append(picked)
        chosen = picked.chosen if picked else chosen
    return found


def so_far(*chosen: int) -> Picked:
    return Picked(chosen, complete=False)


def whole(*chosen: int) -> Picked:
    return Picked(chosen, complete=True)


FULL = (2, 0, 3, 1)


def first(count: int) -> Picked:
    """So many of the places of a grouping."""
    return so_far(*(0, 0, 1, 1)[:count])


@pytest.mark.parametrize(
    ("kind", "pressed", "steps"),
    [
        ("s", ["2"], [whole(2)]),
        ("o", ["0"], [whole(0)]),
        ("m", ["2", "0", "2", "ok"], [so_far(2), so_far(0, 2), so_far(0), whole(0)]),
        ("m", ["3", "3", "ok"], [so_far(3), so_far(), None]),
        ("r", ["0.2", "1.0", "2.3", "ok"], [so_far(2), so_far(2, 0), so_far(*FULL), whole(*FULL)]),
        ("r", ["2", "0", "3", "ok"], [so_far(2), so_far(2, 0), so_far(*FULL), whole(*FULL)]),
        ("r", ["0.2", "1.0", "2.3", AGAIN, "0.1"], [so_far(2), so_far(2, 0), so_far(*FULL), so_far(), so_far(1)]),
        ("c", ["2", "0", "3", "3.1", "ok"], [so_far(2), so_far(2, 0), so_far(2, 0, 3), so_far(*FULL), whole(*FULL)]),
        ("g", ["0", "0", "2.1", "3.1"], [so_far(0), so_far(0, 0), so_far(0, 0, 1), so_far(0, 0, 1, 1)]),
        ("g", ["0", "0", "1", "1", "ok"], [*map(first, range(1, 5)), whole(0, 0, 1, 1)]),
        ("r", ["0.2", AGAIN, "0.1"], [so_far(2), so_far(), so_far(1)]),
        ("g", ["0.1", "1.1", AGAIN, AGAIN, "0.0"], [so_far(1), so_far(1, 1), so_far(), so_far(), so_far(0)]),
    ],
)  # fmt: skip
def test_press_by_press(kind: str, pressed: list[str], steps: list[Picked | None]) -> None:
    assert press_all(question(kind), *pressed) == steps


@pytest.mark.parametrize(
    ("kind", "typed", "picked"),
    [
        ("s", "=1", whole(1)),
        ("s", "=1,1", whole(1)),
        ("o", "=3", whole(3)),
        ("m", "=2,0,2", whole(0, 2)),
        ("m", "2,0", whole(0, 2)),
        ("m", "=3", whole(3)),
        ("r", "=2,0,3,1", whole(2, 0, 3, 1)),
        ("r", "=2,0,3", whole(2, 0, 3, 1)),
        ("r", "=2,0", so_far(2, 0)),
        ("r", "=2", so_far(2)),
        ("c", "=2,0,3,1", whole(2, 0, 3, 1)),
        ("c", "=2,0,3", so_far(2, 0, 3)),
        ("g", "=0,1,0,1", whole(0, 1, 0, 1)),
        ("g", "=1", so_far(1)),
    ],
)
def test_typed_at_once(kind: str, typed: str, picked: Picked) -> None:
    assert pick(question(kind), (), typed) == picked


@pytest.mark.parametrize(
    ("kind", "chosen", "typed", "picked"),
    [
        ("r", (2,), "=0,3,1", whole(2, 0, 3, 1)),
        ("r", (2,), "=0,3", whole(2, 0, 3, 1)),
        ("r", (2,), "=0", so_far(2, 0)),
        ("r", (2, 0), "=3,1,0,2", whole(3, 1, 0, 2)),
        ("c", (2,), "=0,3,1", whole(2, 0, 3, 1)),
        ("g", (0, 0), "=0,1", whole(0, 0, 0, 1)),
        ("g", (0, 0), "=1,1,1,0", whole(1, 1, 1, 0)),
        ("m", (1,), "=0,2", whole(0, 2)),
    ],
)
def test_numbers_go_on_where_presses_ended(
    kind: str, chosen: tuple[int, ...], typed: str, picked: Picked
) -> None:
    assert pick(question(kind), chosen, typed) == picked


@pytest.mark.parametrize(
    ("kinds", "chosen", "senseless"),
    [
        ("so", (), ["ok", AGAIN, "=0,1", "0.1", "1.0", "4", "=4"]),
        ("m", (), ["ok", AGAIN, "0.1", "4", "=0,4"]),
        ("m", (1,), [AGAIN, "1.0"]),
        ("rc", (), ["ok", "4", "0.4", "=0,0", "=0,1,2,2", "=0,1,2,3,0"]),
        ("rc", (2,), ["ok", "2", "1.2", "=2", "=0,2"]),
        ("g", (), ["ok", "2", "0.2", "=0,0,0,0,0", "=0,0,2,0"]),
        ("g", (0, 0, 0), ["ok", "=0,0"]),
        ("rc", (2, 0, 3, 1), ["2", "4.0", "=2", "=0,1"]),
        ("g", (0, 0, 1, 1), ["0", "4.0", "=0,1"]),
        (WRITTEN, (), ["ok", AGAIN, "0", "=0", "0.0", "37,5"]),
        (CHOSEN + PLACED + WRITTEN, (), ["", "next", "=", ",", "=,", "0,", "==1", "-1", "1.5.", "¹", "١", "000"]),
        (CHOSEN + PLACED + WRITTEN, (), ["=1 2", "0:1", "0.", ".", "again ", "OK"]),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_no_choice(kinds: str, chosen: tuple[int, ...], senseless: list[str]) -> None:
    for kind in kinds:
        made = {choice: pick(question(kind), chosen, choice) for choice in senseless}
        assert made == dict.fromkeys(senseless)


@pytest.mark.parametrize("kind", PLACED)
@pytest.mark.parametrize("chosen", [(), (1,), (1, 0)])
@pytest.mark.parametrize("shown_at", [0, 1, 2, 3])
def test_a_press_for_another_place_changes_nothing(kind: str, chosen: tuple[int, ...], shown_at: int) -> None:
    """A second tap, or a tap on buttons that were shown before."""
    picked = pick(question(kind), chosen, f"{shown_at}.{chosen[-1] if chosen else 0}")
    if shown_at != len(chosen):
        assert picked == Picked(chosen, complete=False)
    else:
        assert picked != Picked(chosen, complete=False)


@given(st.sampled_from(PLACED), st.data())
def test_every_tap_may_come_twice(kind: str, data: st.DataObject) -> None:
    asked, chosen = question(kind, shuffled=True), tuple[int, ...]()
    for _ in range(9):
        if ready(asked, chosen):
            return
        choice = data.draw(st.sampled_from(choices(asked, chosen, 3)))
        once = pick(asked, chosen, choice)
        assert once is not None
        assert not once.complete
        assert pick(asked, once.chosen, choice) == once
        chosen = once.chosen
    raise AssertionError("never whole")


@pytest.mark.parametrize(
    ("kind", "chosen", "what"),
    [
        ("s", (), ("0", "1", "2", "3")),
        ("m", (1, 2), ("0", "1", "2", "3")),
        ("r", (), ("0.0", "0.1", "0.2", "0.3")),
        ("r", (2, 0), ("2.1", "2.3")),
        ("c", (3,), ("1.0", "1.1", "1.2")),
        ("g", (1, 1), ("2.0", "2.1")),
        ("r", (2, 0, 3, 1), ()),
        ("g", (0, 0, 1, 1), ()),
        ("n", (), ()),
        ("w", (), ()),
        ("f", (), ()),
    ],
)
def test_what_is_left_to_choose(kind: str, chosen: tuple[int, ...], what: tuple[str, ...]) -> None:
    assert choices(question(kind), chosen, 0) == what
    assert left(question(kind), chosen, 0) == tuple(int(each.rpartition(".")[2]) for each in what)


@pytest.mark.parametrize(("kind", "anew"), [(kind, kind in PLACED) for kind in KINDS])
def test_who_began_to_put_together_can_begin_anew(kind: str, anew: bool) -> None:
    assert (again(question(kind), (0,)), again(question(kind), ())) == (anew, False)


def test_pieces_are_options_or_right_sides() -> None:
    assert [pieces(question(kind)) for kind in "srgn"] == [BIRDS, BIRDS, ("Vanduo", "Miškas"), ()]


@pytest.mark.parametrize(
    ("choice", "indexes"),
    [
        ("2", (2,)),
        ("02", (2,)),
        ("=2,0", (2, 0)),
        ("2,0", (2, 0)),
        ("=0,0", (0, 0)),
        ("4", ()),
        ("=0,4", ()),
        ("ok", ()),
    ],
)
def test_what_a_choice_names(choice: str, indexes: tuple[int, ...]) -> None:
    assert named(question("s"), choice) == indexes


steps = st.text("abcdefghijklmnop-_", min_size=22, max_size=22)


@given(steps)
def test_a_step_is_shown_in_one_of_the_orders_each_time_in_the_same(step: str) -> None:
    assert variety(step) == variety(step)
    assert variety(step) in range(VARIETIES)


def test_every_order_is_shown_to_somebody() -> None:
    assert {variety(f"step{number}") for number in range(200)} == set(range(VARIETIES))


def test_an_order_is_the_same_wherever_and_whenever_it_is_made() -> None:
    """A process that starts anew finds the buttons that another has sent."""
    assert [shown_order(question("s", shuffled=True), which) for which in range(3)] == FIRST
    assert [variety(f"step{number}") for number in range(8)] == VARIED


FIRST = [(3, 2, 1, 0), (1, 0, 3, 2), (2, 0, 1, 3)]
VARIED = [1, 7, 1, 3, 5, 4, 5, 4]


@calm
@given(st.sampled_from(sorted(KINDS)), st.text(max_size=9), st.integers(0, VARIETIES - 1))
def test_the_order_shown_is_one_of_the_orders(kind: str, name: str, which: int) -> None:
    asked = question(kind, name, shuffled=True)
    shown = shown_order(asked, which)
    assert sorted(shown) == list(range(len(pieces(asked))))
    assert (kind == "r" and shown == (0, 1, 2, 3)) is False
    assert shown_order(question(kind, name, "pl", shuffled=True), which) == shown
    assert shown_order(question(kind, name), which) == tuple(range(len(pieces(asked))))


@pytest.mark.parametrize(("kind", "orders"), [("s", 24), ("r", 23)])
def test_no_order_is_left_out(kind: str, orders: int) -> None:
    """Over many questions each is shown, but the right one where that is the answer."""
    asked = [question(kind, f"q{number}", shuffled=True) for number in range(60)]
    seen = {shown_order(each, which) for each in asked for which in range(VARIETIES)}
    assert seen == set(permutations(range(4))) - ({(0, 1, 2, 3)} if orders == 23 else set())
    assert len(seen) == orders


def test_of_two_the_second_is_shown_first_where_the_order_is_asked() -> None:
    asked = question("r", shuffled=True)
    two = replace(asked, id="two", options=asked.options[:2])
    assert {shown_order(two, which) for which in range(VARIETIES)} == {(1, 0)}
    assert press_all(two, "0.1", "ok") == [so_far(1, 0), whole(1, 0)]


@calm
@given(st.sampled_from(CHOSEN + PLACED), st.integers(0, VARIETIES - 1), st.data())
def test_whatever_is_offered_leads_to_an_answer(kind: str, which: int, data: st.DataObject) -> None:
    """As many presses as there are places, and one to end a choice of several."""
    asked, ended, presses = question(kind, shuffled=True), so_far(), 0
    while presses < 4 and not ended.complete and not ready(asked, ended.chosen):
        offered = choices(asked, ended.chosen, which)
        fresh = [each for each in offered if kind != "m" or int(each) not in ended.chosen]
        picked = pick(asked, ended.chosen, data.draw(st.sampled_from(fresh)))
        assert picked is not None
        ended, presses = picked, presses + 1
    if kind == "m" or kind in PLACED:
        assert not ended.complete
        ended = pick(asked, ended.chosen, "ok") or ended
    assert ended.complete
    assert presses == {"s": 1, "o": 1, "r": 3}.get(kind, 4)
    assert sorted(ended.chosen) == sorted(set(ended.chosen)) or kind == "g"
    assert is_right(asked, Given(ended.chosen)) in (True, False, None)


@calm
@given(
    st.sampled_from(sorted(KINDS)),
    st.lists(st.integers(0, 3), max_size=3).map(tuple),
    st.text(max_size=6)
    | st.lists(st.integers(0, 5).map(str), max_size=5).map(lambda each: "=" + ",".join(each)),
)
def test_what_is_picked_can_be_shown_and_graded(kind: str, before: tuple[int, ...], choice: str) -> None:
    asked = question(kind)
    count = len(pieces(asked))
    once = kind in "rc"
    chosen = tuple(dict.fromkeys(before)) if once else tuple(each for each in before if each < count)
    picked = pick(asked, tuple(sorted({*chosen})) if kind == "m" else chosen, choice)
    if picked is None:
        return
    assert set(picked.chosen) <= set(range(count))
    assert len(picked.chosen) <= 4
    assert kind in CHOSEN or len(picked.chosen) == 4 or not picked.complete
    if once or kind in CHOSEN:
        assert len(set(picked.chosen)) == len(picked.chosen)
    if kind == "m":
        assert picked.chosen == tuple(sorted(picked.chosen))


def test_the_last_piece_goes_to_the_last_place_by_itself() -> None:
    """Of three that are put in order all orders can be made by two presses."""
    asked = question("r")
    three = Question("three", "order", asked.prompt, asked.options[:3])
    made = [press_all(three, f"0.{one}", f"1.{two}")[-1] for one, two, _ in permutations(range(3))]
    assert made == [so_far(*order) for order in permutations(range(3))]
    assert set(chain.from_iterable(each.chosen for each in made if each)) == {0, 1, 2}
