"""The chain of the audit log: what follows what, and that no change goes unseen."""

from itertools import accumulate
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.audit import NOTHING, Deed, End, Row, follow, looks, seal

WORDS = st.text(max_size=12)
NUMBERS = st.none() | st.integers(-(2**40), 2**40)
CONTENTS = st.lists(st.tuples(WORDS, NUMBERS, WORDS, NUMBERS, NUMBERS, WORDS, WORDS), min_size=1, max_size=8)
Content = tuple[str, int | None, str, int | None, int | None, str, str]


def chain(contents: list[Content], end: End = NOTHING) -> list[Row]:
    """The rows of these, sealed."""
    rows = list[Row]()
    for number, content in enumerate(contents, end.number + 1):
        values = (number, *content)
        rows.append(Row(*values, seal(rows[-1].seal if rows else end.seal, values)))
    return rows


@given(CONTENTS)
def test_what_was_written_follows(contents: list[Content]) -> None:
    rows = chain(contents)
    assert follow(NOTHING, rows) == (End(len(rows), rows[-1].seal), None)
    ends = list(accumulate(rows, lambda end, row: follow(end, [row])[0], initial=NOTHING))
    assert ends[-1] == End(len(rows), rows[-1].seal)


@given(CONTENTS, st.data())
def test_a_changed_value_is_the_first_wrong_row(contents: list[Content], data: st.DataObject) -> None:
    rows = chain(contents)
    which, part = (data.draw(st.integers(0, most)) for most in (len(rows) - 1, len(Row._fields) - 1))
    kinds: st.SearchStrategy[object] = WORDS | NUMBERS | st.binary(max_size=3) | st.floats()
    other = data.draw(kinds.filter(lambda value: repr(value) != repr(rows[which][part])))
    values: list[Any] = [*rows[which][:part], other, *rows[which][part + 1 :]]
    changed = [*rows[:which], Row(*values), *rows[which + 1 :]]
    assert follow(NOTHING, changed)[1] == which + 1


@given(CONTENTS, st.data())
def test_a_row_that_is_missing_or_moved_is_seen(contents: list[Content], data: st.DataObject) -> None:
    rows = chain([*contents, *contents])
    which = data.draw(st.integers(0, len(rows) - 2))
    assert follow(NOTHING, [*rows[:which], *rows[which + 1 :]])[1] == which + 1
    swapped = [*rows[:which], rows[which + 1], rows[which], *rows[which + 2 :]]
    assert follow(NOTHING, swapped)[1] == which + 1


@given(CONTENTS, st.integers(1, 9), st.text(min_size=1, max_size=5))
def test_it_goes_on_from_where_it_was_shortened(contents: list[Content], cut: int, before: str) -> None:
    rows = chain(contents, End(cut, before))
    assert follow(End(cut, before), rows)[1] is None
    assert follow(NOTHING, rows)[1] == 1
    assert follow(End(cut, before + "0"), rows)[1] == cut + 1


def test_a_list_that_was_looked_at_is_told_to_each_organisation_whose_people_were_in_it() -> None:
    shown = [(7, 1), (8, None), (9, 2), (7, 1), (5, 1)]
    assert looks("learners", shown) == [
        Deed("list.seen", 1, after={"list": "learners", "count": 2, "first": 7}),
        Deed("list.seen", 2, after={"list": "learners", "count": 1, "first": 9}),
    ]
