"""The way through a lesson: card after card, where cards and options lead, and which questions are drawn."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.path import following
from domain.programme import LessonText
from tests.domain.make import lesson
from tests.domain.strategies import calm


def text_of(kinds: str) -> LessonText:
    return lesson("01", kinds).texts[0]


def way(taught: LessonText, enrolment: int = 1, chosen: tuple[int, ...] = ()) -> list[int]:
    """The cards that are shown when the same is chosen everywhere."""
    cards = list[int]()
    card = following(taught, -1, (), enrolment)
    while card < len(taught.cards):
        assert card not in cards, "round and round"
        cards.append(card)
        card = following(taught, card, chosen, enrolment)
    return cards


def asked(taught: LessonText, enrolment: int) -> list[str]:
    """The questions on the way, in their order."""
    return [question.id for card in way(taught, enrolment) if (question := taught.cards[card].question)]


@pytest.mark.parametrize("kinds", ["t", "s", "tt", "tsmorcgnwft"])
@pytest.mark.parametrize("enrolment", [1, 2])
def test_cards_follow_one_another(kinds: str, enrolment: int) -> None:
    assert way(text_of(kinds), enrolment) == list(range(len(kinds)))


@pytest.mark.parametrize(
    ("kinds", "chosen", "cards"),
    [
        ("s2tt", (0,), [0, 2]),
        ("s2tt", (1,), [0, 1, 2]),
        ("s2tt", (), [0, 1, 2]),
        ("o3ttt", (0,), [0, 3]),
        ("s1tt", (0,), [0, 1, 2]),
        ("s3tt", (0,), [0]),
        ("t2tt", (), [0, 2]),
        ("tt4tts", (), [0, 1, 4]),
        ("t3tt", (), [0]),
        ("m2tt", (0, 2), [0, 2]),
        ("n2tt", (), [0, 2]),
        ("r2tt", (3, 2, 1, 0), [0, 2]),
        ("s2t3tt", (1,), [0, 1, 3]),
    ],
)
def test_cards_and_options_lead_to_others(kinds: str, chosen: tuple[int, ...], cards: list[int]) -> None:
    assert way(text_of(kinds), chosen=chosen) == cards


def test_an_option_leads_before_its_card_does() -> None:
    taught = text_of("o1ttt")
    branching = replace(taught, cards=(replace(taught.cards[0], leads_to=3), *taught.cards[1:]))
    assert [following(branching, 0, chosen, 1) for chosen in ((0,), (1,), ())] == [1, 3, 3]


@pytest.mark.parametrize("kinds", ["1:ss", "1:smn", "2:tsmtn", "3:rcgnwf", "2:tttnwt"])
def test_so_many_questions_are_drawn_and_every_text_is_shown(kinds: str) -> None:
    taught = text_of(kinds)
    for enrolment in range(1, 60):
        drawn = asked(taught, enrolment)
        assert len(drawn) == taught.draw
        assert len(set(drawn)) == len(drawn)
        cards = way(taught, enrolment)
        assert cards == sorted(cards)
        texts = [place for place, card in enumerate(taught.cards) if card.question is None]
        assert [place for place in cards if taught.cards[place].question is None] == texts


def test_a_learner_is_asked_the_same_in_every_language_and_however_often_it_is_looked_up() -> None:
    languages = lesson("01", "2:tsmtn", ["lt", "pl"]).texts
    for enrolment in range(20):
        assert (
            asked(languages[0], enrolment) == asked(languages[1], enrolment) == asked(languages[0], enrolment)
        )


def test_a_process_that_starts_anew_draws_the_same() -> None:
    assert [asked(text_of("2:smno"), enrolment) for enrolment in (1, 2, 3)] == DRAWN


DRAWN = [["01-1", "01-3"], ["01-2", "01-3"], ["01-1", "01-2"]]


def test_learners_are_asked_different_questions_each_about_as_often() -> None:
    taught = text_of("2:smno")
    drawn = [tuple(asked(taught, enrolment)) for enrolment in range(600)]
    assert len(set(drawn)) == 6
    assert all(60 <= often <= 140 for often in Counter(drawn).values())


def test_of_two_lessons_a_learner_is_not_asked_the_same_places() -> None:
    pairs = [(lesson("01", "1:ss").texts[0], lesson("02", "1:ss").texts[0])]
    places = {
        tuple(asked(each, enrolment)[0][-1] for each in pair) for pair in pairs for enrolment in range(40)
    }
    assert len(places) == 4


def test_who_is_led_to_a_question_that_is_not_drawn_goes_on_behind_it() -> None:
    taught = text_of("1:t2ssstt")
    for enrolment in range(1, 30):
        [drawn] = asked(
            replace(taught, cards=(replace(taught.cards[0], leads_to=None), *taught.cards[1:])), enrolment
        )
        expected = {"01-1": [0, 4, 5], "01-2": [0, 2, 4, 5], "01-3": [0, 3, 4, 5]}[drawn]
        assert way(taught, enrolment) == expected


@st.composite
def taught(draw: st.DrawFn) -> LessonText:
    """A lesson that leads forward in any way."""
    kinds = draw(st.lists(st.sampled_from("tsmorcgnwf"), min_size=1, max_size=6))
    ways = (draw(st.sampled_from(["", *map(str, range(at + 1, len(kinds) + 1))])) for at in range(len(kinds)))
    questions = sum(kind != "t" for kind in kinds)
    drawn = f"{draw(st.integers(1, questions))}:" if questions and draw(st.booleans()) else ""
    return text_of(drawn + "".join(kind + target for kind, target in zip(kinds, ways, strict=True)))


@calm
@given(taught(), st.integers(1, 9), st.sampled_from([(), (0,), (1,), (0, 1, 2, 3)]))
def test_every_way_ends_and_asks_no_more_than_is_drawn(
    lesson_text: LessonText, enrolment: int, chosen: tuple[int, ...]
) -> None:
    cards = way(lesson_text, enrolment, chosen)
    questions = [place for place in cards if lesson_text.cards[place].question]
    assert cards == sorted(set(cards))
    assert not lesson_text.draw or len(questions) <= lesson_text.draw
    targets = {each.leads_to for each in lesson_text.cards}
    targets |= {option.leads_to for each in lesson_text.questions for option in each.options}
    if targets == {None}:
        assert len(questions) == (lesson_text.draw or len(lesson_text.questions))
