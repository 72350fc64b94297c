"""Which words are right: as the author wrote them, and with forgiveness without marks and with a small typing error."""

import unicodedata
from collections.abc import Iterable
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.grading import MOST_WRITTEN, Given, is_right, plain, score, without_marks
from domain.question import Question
from domain.text import Text
from tests.domain.make import question
from tests.domain.strategies import calm


def words(*accepted: str, forgiving: bool = False) -> Question:
    return Question("w", "text", Text("?"), accepted=accepted, forgiving=forgiving)


def written(asked: Question, *said: str) -> list[float | None]:
    return [score(asked, Given(words=each)) for each in said]


def accepted(asked: Question, said: Iterable[str]) -> list[str]:
    """Which of these are right; all others are wrong."""
    return [each for each in said if is_right(asked, Given(words=each))]


CRANE = words("Ačiū už pagalbą")


def test_case_spaces_and_what_stands_around_never_count() -> None:
    right = [
        "Ačiū už pagalbą", "ačiū už pagalbą", "AČIŪ UŽ PAGALBĄ", "  Ačiū  už\npagalbą. ", "„Ačiū už pagalbą“",
        '"Ačiū už pagalbą"', "'Ačiū už pagalbą!'", "«Ačiū už pagalbą»", "‘Ačiū už pagalbą’…", "Ačiū\u00a0už pagalbą",
        unicodedata.normalize("NFD", "Ačiū už pagalbą"),
    ]  # fmt: skip
    assert accepted(CRANE, right) == right


def test_everything_else_counts_without_forgiveness() -> None:
    wrong = [
        "",
        ".",
        "Aciu uz pagalba",
        "Ačiū už pagalba",
        "Ačiūuž pagalbą",
        "Ačiū už",
        "Ačiū, už pagalbą",
        "Ačiū už pagalbąą",
    ]
    assert accepted(CRANE, wrong) == []


def test_an_apostrophe_is_one_whatever_the_keyboard_writes() -> None:
    assert accepted(words("Don't click"), ["don’t click", "DON'T CLICK", "donʼt click", "dont click"]) == [
        "don’t click", "DON'T CLICK", "donʼt click",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("right", "forgiven", "wrong"),
    [
        (
            "ačiū",
            ["aciu", "AČIU", "ačiu"],
            ["ačių už", "aciuu", "aiu", "aciy", "caiu"],
        ),  # four letters: only marks
        ("Łódź", ["lodz", "łodź", "ŁÓDZ"], ["lod", "lodzi"]),
        ("Østre", ["ostre", "østr", "østrre"], ["vstre", "str"]),
        ("æra", ["aera"], ["era", "ara"]),
        ("gervė", ["gerve", "gervv", "gere", "gerrvė", "gevrė"], ["gerbtė", "dervė", "ervė", "egrvė", "ger"]),
        (
            "slaptažodis",
            ["slaptazodis", "slaptžodi", "slapatžodsi", "slaptozodys"],
            ["slptžodi", "laptažodis"],
        ),
        ("duomenys", ["duomenis", "doumenys"], ["duomenims", "domenis"]),
        ("lovlig", ["lovlg", "lovligg"], ["ulovlig"]),
        ("galiojantis", ["galiojntis"], ["negaliojantis"]),
        ("responsible", ["responsable"], ["irresponsible"]),
        ("yra galima", ["yra galma"], ["yra negalima", "yra ne galima"]),
        ("personvern", ["person vern", "persn vern"], ["per son ve rn"]),
        ("asmens duomenys", ["as mens duomenys", "asmens duo menys"], ["asmens nuomenys"]),
        ("el. paštas", ["el paštas", "el.paštas", "el. pastas"], ["paštas"]),
        ("2018-05-25", ["2018-05-25", "2018.05.25"], ["2019-05-25", "2018-05-52", "2018-05-2"]),
        ("ISO 27001", ["iso 27001", "ISO  27001"], ["ISO 27002", "ISO 2701"]),
    ],
)
def test_marks_and_small_typing_errors_are_forgiven(
    right: str, forgiven: list[str], wrong: list[str]
) -> None:
    assert accepted(words(right, forgiving=True), [right, *forgiven, *wrong]) == [right, *forgiven]
    assert accepted(words(right), wrong) == []


def test_a_different_short_word_is_never_forgiven() -> None:
    short = [
        "taip",
        "kaip",
        "ne",
        "nė",
        "nei",
        "Ola",
        "Ona",
        "for",
        "far",
        "kot",
        "kat",
        "pies",
        "wies",
        "ja",
        "nei",
    ]
    for right, said in permutations(short, 2):
        same = without_marks(plain(right)) == without_marks(plain(said))
        assert bool(accepted(words(right, forgiving=True), [said])) == same


def test_any_of_several_texts_is_right() -> None:
    crane = question("w")
    assert accepted(crane, ["gervė", "pilkoji gervė", "Pilkoji gerve", "piloji gervė"]) == [
        "gervė", "pilkoji gervė", "Pilkoji gerve", "piloji gervė",
    ]  # fmt: skip
    assert accepted(crane, ["gulbė", "pilka", ""]) == []


letters = st.text("aąčeęiįouūyzžłóøåæ dn", min_size=1, max_size=14).filter(lambda word: bool(plain(word)))


@calm
@given(letters, st.sampled_from([str.upper, str.title, str.lower]), st.sampled_from(["NFC", "NFD"]))
def test_what_is_accepted_is_right_in_any_case_and_form(right: str, case: object, form: str) -> None:
    assert callable(case)
    said = unicodedata.normalize(form, case(right))  # type: ignore[arg-type]
    assert [written(words(right, forgiving=each), said, f" „{said}“.") for each in (True, False)] == [
        [1, 1],
        [1, 1],
    ]


@calm
@given(letters, letters)
def test_forgiveness_only_adds(right: str, said: str) -> None:
    [strict], [forgiving] = written(words(right), said), written(words(right, forgiving=True), said)
    assert strict is not None
    assert forgiving is not None
    assert strict <= forgiving


def errors(said: str, right: str) -> int:
    """The distance as it is defined (optimal string alignment), to compare with."""
    table = {(row, 0): row for row in range(len(said) + 1)} | {
        (0, column): column for column in range(len(right) + 1)
    }
    for row, column in product(range(1, len(said) + 1), range(1, len(right) + 1)):
        best = table[row - 1, column - 1] + (said[row - 1] != right[column - 1])
        best = min(best, table[row - 1, column] + 1, table[row, column - 1] + 1)
        if said[row - 2 : row] == right[column - 2 : column][::-1] and row > 1 and column > 1:
            best = min(best, table[row - 2, column - 2] + 1)
        table[row, column] = best
    return table[len(said), len(right)]


near = st.text("ab", min_size=4, max_size=11).map(lambda word: f"x{word}")


@calm
@given(near, near)
def test_as_many_errors_are_small_as_the_right_word_has_letters_for(right: str, said: str) -> None:
    allowed = 2 if len(right) >= 10 else 1
    assert written(words(right, forgiving=True), said) == [float(errors(said, right) <= allowed)]


@calm
@given(
    near.flatmap(
        lambda word: st.tuples(st.just(word), st.text("ab", min_size=len(word) - 1, max_size=len(word) - 1))
    )
)
def test_words_of_one_length_are_as_near_one_way_as_the_other(words_of_one_length: tuple[str, str]) -> None:
    one, other = words_of_one_length[0], f"x{words_of_one_length[1]}"
    assert written(words(one, forgiving=True), other) == written(words(other, forgiving=True), one)


@given(st.text(max_size=40))
def test_what_never_counts_is_gone_at_once(said: str) -> None:
    assert plain(plain(said)) == plain(said)
    assert without_marks(without_marks(plain(said))) == without_marks(plain(said))


def test_the_longest_answer_is_judged() -> None:
    asked = words(*("žodis" * 20 for _ in range(20)), forgiving=True)
    assert written(asked, "a" * MOST_WRITTEN, "žodis" * 20, "žodis" * 19) == [0, 1, 0]
