"""Whom an announcement is for: rules of all, some and not, and the forms that say them."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.audience import (
    DAYS,
    ENDS,
    EVERYBODY,
    HOWS,
    SEATS,
    WHERES,
    Active,
    All,
    At,
    Away,
    Ends,
    Leads,
    Learns,
    Line,
    Not,
    Sits,
    Some,
    Speaks,
    Tagged,
    Told,
    ToldToday,
    Traits,
    Works,
    leaf_of,
    leaves,
    lines_of,
    meets,
    ruled,
    word_of,
)
from domain.language import LANGUAGES
from tests.storage.samples import MONDAY

IDS = st.integers(1, 999)
CHOSEN = st.one_of(
    st.builds(At, IDS),
    st.builds(Works, st.sampled_from(["Librarian", "IT: head", "ąžuolas"])),
    st.builds(Tagged, st.sampled_from(["drivers", "IT: first aid"])),
    st.builds(Sits, IDS, st.sampled_from(SEATS)),
    st.builds(Ends, st.sampled_from(ENDS)),
    st.builds(Speaks, st.sampled_from(LANGUAGES)),
    st.builds(Learns, IDS, st.sampled_from(WHERES)),
    st.builds(Active, st.sampled_from(DAYS)),
    st.builds(Told, IDS, st.sampled_from(HOWS)),
    st.just(Leads()),
)
LINES = st.lists(st.builds(Line, CHOSEN, st.booleans(), st.booleans()), max_size=6)
WITHOUT = st.lists(st.sampled_from([Away(), ToldToday()]), unique=True)
ANA = Traits(
    frozenset({1, 2}),
    "Librarian ",
    "lt",
    {5: "finished"},
    MONDAY - timedelta(days=8),
    {9: frozenset({"told", "arrived"})},
    away=True,
    tags=frozenset({"first  aid", "Drivers"}),
    sits={4: frozenset({"registered", "absent"})},
    ends=frozenset({30, 200}),
    leads=True,
)
MET = (
    *(
        Leads(),
        EVERYBODY,
        At(1),
        At(2),
        Works("librarian"),
        Speaks("lt"),
        Learns(5, "any"),
        Learns(5, "finished"),
    ),
    *(Active(30), Told(9, "told"), Told(9, "arrived"), Away(), Not(ToldToday()), Not(Told(9, "confirmed"))),
    *(Tagged("drivers"), Tagged("First aid"), Sits(4, "absent"), Ends(30), Ends(60)),
    *(All((At(1), Speaks("lt"))), Some((At(3), Speaks("lt"))), Not(Some()), Some((EVERYBODY,))),
)
UNMET = (
    *(At(3), Works("head"), Speaks("nb"), Learns(5, "paused"), Learns(6, "any"), Active(7)),
    *(Told(9, "missed"), Told(8, "told"), ToldToday(), Some(), Not(EVERYBODY), Not(Away())),
    *(Tagged("aid"), Sits(4, "attended"), Sits(5, "absent"), Ends(7)),
    *(All((At(1), Speaks("nb"))), Some((At(3), Speaks("nb"))), Not(All((At(1), At(2))))),
)


def test_each_rule_asks_what_it_says() -> None:
    assert [rule for rule in MET if not meets(rule, ANA, MONDAY)] == []
    assert [rule for rule in UNMET if meets(rule, ANA, MONDAY)] == []


@given(CHOSEN)
def test_what_a_form_sends_is_what_it_means(leaf: At) -> None:
    assert leaf_of(word_of(leaf)) == leaf


def test_what_means_nothing_is_left_out() -> None:
    words = (
        "",
        "at:",
        "at:0",
        "at:x",
        "at:1:2",
        "job:  ",
        "language:de",
        "learns:5",
        "learns:where:5",
        "active:8",
    )
    others = ("told:5", "told:read:5", "away", "at:１", "x:1", "tag: ", "webinar:sat:5", "ends:8")
    assert [leaf_of(each) for each in (*words, *others)] == [None] * 18


@given(LINES, WITHOUT)
def test_a_form_can_be_shown_again_as_it_was_filled_in(
    lines: list[Line], without: list[Away | ToldToday]
) -> None:
    first = [lines[0]._replace(anew=True), *lines[1:]] if lines else []
    assert lines_of(ruled(lines, without)) == (first, without)


def test_what_no_form_can_say_is_left_out() -> None:
    group = All((Works("head"), EVERYBODY, Not(Speaks("lt"))))
    rule = All((At(1), Not(At(2)), Some((At(3), group)), Not(Away())))
    said = [Line(Works("head"), anew=True), Line(Speaks("lt"), negated=True)]
    assert (lines_of(rule), lines_of(Away())) == ((said, [Away()]), ([], []))
    assert lines_of(Leads(mails=True)) == ([Line(Leads(mails=True), anew=True)], [])


def test_what_is_left_out_has_a_word_too() -> None:
    assert [word_of(Away()), word_of(ToldToday())] == ["away", "today"]


@given(LINES, WITHOUT)
def test_groups_are_joined_by_or_and_lines_in_them_by_and(lines: list[Line], without: list[Away]) -> None:
    rule, groups = ruled(lines, without), list[list[bool]]()
    for line in lines:
        if line.anew or not groups:
            groups.append([])
        groups[-1].append(meets(line.leaf, ANA, MONDAY) != line.negated)
    out = any(meets(each, ANA, MONDAY) for each in without)
    assert meets(rule, ANA, MONDAY) == ((not groups or any(map(all, groups))) and not out)
    assert leaves(rule) == [*(line.leaf for line in lines), *without]
