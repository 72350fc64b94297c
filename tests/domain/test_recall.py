"""Which questions come back, in which wording, and when to look for them."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from domain.programme import Exam, Programme
from domain.recall import (
    Edition,
    Known,
    chance,
    edition,
    in_newest,
    is_withdrawn,
    look_again,
    look_on,
    pick,
)
from domain.review import Learner, Waiting
from tests.domain.make import NOW, TOMORROW, person, programme
from tests.domain.remembering import JONAS, TODAY, memory

DAY = timedelta(days=1)


def known(question: str = "01-1", version: int = 1, spot: tuple[int, int] = (0, 1), taught: int = 5) -> Known:
    return Known(1, version, spot, Waiting(taught, question, memory()))


def with_cards(taught: Programme, *, right: int = 1, exam: bool = False, ids: str = "") -> Programme:
    """The same, whose first lesson has another right option, other ids, or is a test."""
    lesson, *others = taught.lessons
    texts = []
    for text in lesson.texts:
        cards = []
        for card in text.cards:
            asked = card.question
            if asked and asked.kind == "single":
                options = tuple(
                    replace(option, correct=place == right) for place, option in enumerate(asked.options)
                )
                asked = replace(asked, options=options, id=ids or asked.id)
            cards.append(replace(card, question=asked))
        texts.append(replace(text, cards=tuple(cards), exam=Exam(80) if exam else None))
    return replace(taught, lessons=(replace(lesson, texts=tuple(texts)), *others))


SMALL = programme("ts", "tm")


def test_questions_with_a_score_have_names() -> None:
    found = edition(3, programme("tsof", "nw"))
    assert dict(found.spots) == {"01-1": (0, 1), "02-0": (1, 0), "02-1": (1, 1)}
    assert found.names == {spot: name for name, spot in found.spots.items()}
    assert found.question((1, 0), "en").kind == "number"


def test_where_two_lessons_have_the_same_id_the_lesson_stands_before_it() -> None:
    found = edition(3, with_cards(SMALL, ids="02-1"))
    assert dict(found.spots) == {"01/02-1": (0, 1), "02/02-1": (1, 1)}


def test_what_is_asked_in_a_test_does_not_come_back() -> None:
    assert dict(edition(3, with_cards(SMALL, exam=True)).spots) == {"02-1": (1, 1)}


def test_a_question_is_asked_in_its_newest_wording() -> None:
    before = edition(1, SMALL)
    moved = edition(2, with_cards(programme("tts", "tm"), ids="01-1"))
    assert in_newest(known(), before, moved, "lt") == known(version=2, spot=(0, 2))
    assert in_newest(known(version=2), before, moved, "lt") == known(version=2)


def test_with_other_right_answers_it_is_asked_as_if_for_the_first_time() -> None:
    before, after = edition(1, SMALL), edition(2, with_cards(SMALL, right=2))
    found = in_newest(known(), before, after, "lt")
    assert found == replace(known(version=2), waiting=Waiting(5, "01-1", memory(answers=0)))


def test_what_is_gone_is_asked_no_more() -> None:
    gone = edition(2, programme("t", "tm"))
    assert in_newest(known(), edition(1, SMALL), gone, "lt") is None


@pytest.mark.parametrize(
    ("newest", "withdrawn"),
    [
        (edition(1, SMALL), False),
        (edition(2, SMALL), False),
        (edition(2, programme("t", "tm")), True),
        (edition(2, with_cards(SMALL, right=2)), True),
    ],
)
def test_a_question_is_withdrawn_when_it_is_gone_or_right_otherwise(newest: Edition, withdrawn: bool) -> None:
    assert is_withdrawn(edition(1, SMALL), (0, 1), newest, "lt") == withdrawn


def test_a_card_that_never_came_back_is_withdrawn_too() -> None:
    assert is_withdrawn(edition(1, SMALL), (0, 0), edition(2, SMALL), "lt")


DUE = known(), known("b", taught=6)


def test_one_is_picked_and_programmes_take_turns() -> None:
    first = pick(DUE, JONAS, at=NOW, asked=())
    assert first in DUE
    assert first is not None
    second = pick(DUE, JONAS, at=NOW, asked=(first.waiting.programme,))
    assert second in DUE
    assert second != first


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, (5, 6, 5)),
        ({"reviews": False}, ()),
        ({"snoozed_until": NOW + DAY}, ()),
        ({"leave_from": TODAY, "leave_until": TODAY}, ()),
        ({"days": frozenset({2})}, ()),
    ],
)
def test_who_had_three_or_wants_none_is_asked_nothing(
    changes: dict[str, object], asked: tuple[int, ...]
) -> None:
    learner = Learner(replace(person(), **changes))  # type: ignore[arg-type]
    assert pick(DUE, learner, at=NOW, asked=asked) is None


def test_a_snooze_that_is_over_is_over() -> None:
    learner = Learner(person(snoozed_until=NOW))
    assert pick(DUE, learner, at=NOW, asked=()) is not None
    assert pick((), learner, at=NOW, asked=()) is None


@pytest.mark.parametrize(
    ("silence", "at"),
    [
        (0, TOMORROW),
        (1, TOMORROW),
        (2, TOMORROW + 6 * DAY),
        (3, TOMORROW + 13 * DAY),
        (4, None),
        (9, None),
    ],
)
def test_who_does_not_answer_is_asked_less_and_then_not_at_all(silence: int, at: datetime | None) -> None:
    assert look_again(NOW, person(), silence) == at


@pytest.mark.parametrize(
    ("due", "at"),
    [
        (None, None),
        (TODAY - 30 * DAY, TOMORROW),
        (TODAY, TOMORROW),
        (TODAY + DAY, TOMORROW),
        (date(2026, 12, 24), datetime.fromisoformat("2026-12-28T07:30:00+00:00")),
    ],
)
def test_the_next_look_is_on_a_good_day_from_tomorrow_on(due: date | None, at: datetime | None) -> None:
    assert look_on(due, NOW, person()) == at


def test_luck_is_the_same_for_the_same_answer_and_other_for_another() -> None:
    drawn = [
        chance(*given).random() for given in ((1, 2, "q", 0), (1, 2, "q", 0), (1, 2, "q", 1), (2, 2, "q", 0))
    ]
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) == 3
