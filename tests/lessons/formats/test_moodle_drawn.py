"""Moodle XML: a match that draws its pairs from the short-answer questions of its category."""

import pytest

from domain.question import Option, Question
from domain.text import Text
from lessons.formats.bank import Bank, Told
from lessons.formats.moodle_xml import FORMAT


def category(path: str) -> str:
    return f'<question type="category"><category><text>{path}</text></category></question>'


def words(asks: str, *answers: tuple[str, int]) -> str:
    given = "".join(
        f'<answer fraction="{worth}" format="moodle_auto_format"><text>{text}</text></answer>'
        for text, worth in answers
    )
    return (
        f'<question type="shortanswer"><questiontext format="html"><text>{asks}</text></questiontext>'
        f"<usecase>0</usecase>{given}</question>"
    )


def draws(choose: str = "2", subcats: str = "0") -> str:
    return (
        '<question type="randomsamatch"><name><text>Units</text></name>'
        '<questiontext format="html"><text><![CDATA[<p>What belongs together?</p>]]></text></questiontext>'
        '<generalfeedback format="html"><text>So.</text></generalfeedback>'
        "<defaultgrade>1.0000000</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden>"
        '<correctfeedback format="html"><text>Yes.</text></correctfeedback><shownumcorrect/>'
        f"<choose>{choose}</choose><subcats>{subcats}</subcats></question>"
    )


def read(*questions: str) -> Bank:
    return FORMAT.read("\n".join(["<quiz>", *questions, "</quiz>"]).encode(), "en")


VOLT, AMPERE, WATT = (
    words(f"&lt;p&gt;{asks}&lt;/p&gt;", ("none", 0), (unit, 100), (unit.upper(), 100))
    for asks, unit in (("Voltage", "volt"), ("Current", "ampere"), ("Power", "watt"))
)


def rows(bank: Bank) -> dict[str, str]:
    """The pairs of the only match in it."""
    (question,) = [each.card.question for each in bank.entries if each.kind == "match"]
    assert question
    return {
        option.text.plain: target.plain
        for option, target in zip(question.options, question.targets, strict=True)
    }


def test_the_first_of_its_category_are_matched_wherever_they_stand() -> None:
    elsewhere = words("Elsewhere", ("no", 100))
    bank = read(category("a/b"), elsewhere, category("a"), VOLT, draws("2"), AMPERE, WATT)
    assert bank.refused == ()
    assert [entry.kind for entry in bank.entries] == ["short", "short", "match", "short", "short"]
    entry = bank.entries[2]
    options = (Option(Text("Voltage")), Option(Text("Current")))
    targets = (Text("volt"), Text("ampere"))
    assert entry.card.question == Question(
        "", "match", Text("What belongs together?"), options, targets, explanation=Text("So."), shuffled=True
    )
    assert (entry.name, entry.category) == ("Units", "a")
    assert entry.changed == ("It drew 2 short-answer questions for each learner, and now asks the first 2.",)


@pytest.mark.parametrize(
    ("subcats", "pairs"), [("0", ["Voltage", "Power"]), ("1", ["Voltage", "Current", "Power"])]
)
def test_categories_below_count_where_it_says_so(subcats: str, pairs: list[str]) -> None:
    below = [
        category("a/b"),
        AMPERE,
        category("a//c"),
        words("No", ("x", 100)),
        category("ab"),
        words("Nor", ("x", 100)),
    ]
    bank = read(category("a"), VOLT, *below, category("a"), WATT, draws("9", subcats))
    assert list(rows(bank)) == pairs


def test_what_cannot_be_a_side_is_passed_over() -> None:
    odd = [
        words("Part", ("half", 50)),
        words("Pattern", ("*olt", 100)),
        words("", ("nothing", 100)),
        words("Long" * 100, ("long", 100)),
        words("&lt;img src='a.png'&gt; Shown", ("x", 100)),
        words("Voltage", ("again", 100)),
        words("Star", ("*", 100), (r"\*", 100)),
    ]
    assert rows(read(VOLT, *odd, AMPERE, draws("9"))) == {"Voltage": "volt", "Star": "*", "Current": "ampere"}


@pytest.mark.parametrize("choose", ["", "0", "1", "two", "9" * 5_000, "-1", "²"])
def test_an_odd_number_asks_for_two(choose: str) -> None:
    assert len(rows(read(VOLT, AMPERE, WATT, draws(choose)))) == 2


def test_a_match_has_eight_rows_at_most() -> None:
    many = [words(f"Asks {number}", (f"says {number}", 100)) for number in range(12)]
    bank = read(*many, draws("10"))
    assert len(rows(bank)) == 8
    assert bank.entries[-1].changed == (
        "It drew 10 short-answer questions for each learner, and now asks the first 8.",
    )


@pytest.mark.parametrize(("others", "count"), [([], 0), ([VOLT], 1), ([VOLT, VOLT], 1)])
def test_fewer_than_two_are_no_match(others: list[str], count: int) -> None:
    bank = read(draws(), *others)
    assert bank.refused == (
        Told(
            2,
            f"It draws from the short-answer questions of its category, and the file has {count} "
            "with one plain answer: export them together.",
        ),
    )
    assert len(bank.entries) == len(others)
