"""Filters of SCIM: what directories send is understood, everything else is told, and nothing takes long."""

import json
from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.roster_cells import bare
from domain.scim_filter import MOST, MOST_TERMS, BadFilter, Term, parse
from tests.domain.strategies import calm

WRITTEN = {
    "id": ("id", "ID"),
    "user_name": ("userName", "username", "urn:ietf:params:scim:schemas:core:2.0:User:userName"),
    "external_id": ("externalId", "EXTERNALID"),
    "email": ("emails", "emails.value", 'emails[type eq "work"].value', 'emails[TYPE Eq  "work"]'),
    "number": ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",),
}
values = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=40)
values = values.map(bare).filter(bool)
terms = st.one_of(
    st.builds(Term, st.sampled_from(sorted(WRITTEN)), values),
    st.builds(Term, st.just("active"), st.booleans()),
)


@calm
@given(st.lists(terms, min_size=1, max_size=4), st.data())
def test_what_is_written_is_understood(wanted: list[Term], data: st.DataObject) -> None:
    written = list[str]()
    for each in wanted:
        name = data.draw(st.sampled_from(WRITTEN.get(each.what, ("active", "Active"))))
        told = json.dumps(each.value, ensure_ascii=data.draw(st.booleans()))
        quoted = f'"{told.title()}"' if each.what == "active" and data.draw(st.booleans()) else told
        written.append(f"{name} {data.draw(st.sampled_from(('eq', 'Eq', 'EQ')))} {quoted}")
    text = data.draw(st.sampled_from((" and ", "  AND\t"))).join(written)
    if len(text) <= MOST:
        assert parse(text) == tuple(wanted)


SCRAPS = (*'()[]"\\', "eq", "and", "or", "userName", '"a"', "not")


@calm
@given(st.text(max_size=60) | st.lists(st.sampled_from(SCRAPS)).map(" ".join))
def test_whatever_is_written_is_understood_or_told(text: str) -> None:
    with suppress(BadFilter):
        assert parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "userName",
        "userName eq",
        "userName pr",
        'userName sw "a"',
        'userName eq "a" and',
        'userName eq "a" or userName eq "b"',
        'userName eq "a" userName eq "b"',
        'not (userName eq "a")',
        '(userName eq "a")',
        'nickName eq "a"',
        'emails[type eq "home"].value eq "a"',
        "userName eq a",
        "userName eq 5",
        "userName eq null",
        "userName eq true",
        'userName eq ""',
        'userName eq "a',
        'userName eq "\\ud800"',
        'userName eq "\\u0000"',
        'userName eq "\\x"',
        'active eq "perhaps"',
        "active eq 1",
        " and ".join(['id eq "1"'] * (MOST_TERMS + 1)),
    ],
)
def test_what_is_no_filter_here_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(BadFilter) as told:
        parse(text)
    assert str(told.value).endswith(".")


def test_hostile_ones_are_told_at_once() -> None:
    hostile = [
        "(" * 100_000,
        'userName eq "' + "a" * 1_000_000,
        "not " * 50_000,
        'emails[type eq "work"]' * 20_000,
        "[ " * 499,
        '"\\' * 499,
        '"' * 999,
        "active eq " + "[" * 980,
        "active eq " + "9" * 980,
        "userName eq " + "(" * 980,
        "[type" + " " * 990,
    ]
    began = process_time()
    for each in hostile:
        with pytest.raises(BadFilter):
            parse(each)
    assert process_time() - began < 0.5
