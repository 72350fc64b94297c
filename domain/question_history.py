"""Questions over the versions of a programme: which are the same one, and which of their options are."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Final

from domain.grading import plain
from domain.item_analysis import Tally
from domain.language import Language
from domain.question import Question
from domain.recall import Edition, Spot
from domain.review import same_question

Place = tuple[int, int, int]  # a version, a lesson and a card in it, both from 0
Texts = dict[Language, Question]
_CHOSEN: Final = ("single", "multiple")
MANY: Final = 1_000  # more lessons than a programme has, and more cards than a lesson


def code_of(spot: Spot) -> int:
    """The number of a question of the newest version that stands there."""
    lesson, card = spot
    return lesson * MANY + card


def codes(newest: Edition, others: Iterable[Edition]) -> dict[Place, int]:
    """A number for each question wherever it stood: `code_of`, or a greater one where the newest version lacks it.

    It is the same question under the same name with the same right answers, in every language that both versions
    have: what memory goes by as well (`recall.in_newest`). With other right answers it is a new one.
    """
    known = {name: [(code_of(spot), texts(newest, spot))] for name, spot in newest.spots.items()}
    coded, free = {(newest.version, *spot): code_of(spot) for spot in newest.names}, count(MANY * MANY)
    earlier = (each for each in others if each.version != newest.version)
    for each in sorted(earlier, key=lambda one: -one.version):
        for name, spot in each.spots.items():
            asked, before = texts(each, spot), known.setdefault(name, [])
            code = next((code for code, one in before if same(one, asked)), None)
            if code is None:
                code = next(free)
                before.append((code, asked))
            coded[each.version, *spot] = code
    return coded


def texts(edition: Edition, spot: Spot) -> Texts:
    """The question that stands there, in each of its languages."""
    lesson = edition.programme.lessons[spot[0]]
    return {text.language: edition.question(spot, text.language) for text in lesson.texts}


def same(one: Texts, other: Texts) -> bool:
    """Whether they are one question in every language that both have, and there is one."""
    both = one.keys() & other.keys()
    return bool(both) and all(same_question(one[each], other[each]) for each in both)


def as_now(tally: Tally, before: Texts, now: Texts) -> Tally:
    """People who answered it as it was, with what they chose as the options are now.

    An option is the same where it says the same in a language that both have.
    """
    asked = next(iter(now.values()))
    if asked.kind not in _CHOSEN:
        return tally
    moved = _moved(before, now)
    chosen = (moved.get(option) for option in tally.chosen)
    there = tuple(sorted(option for option in chosen if option is not None))
    absent = frozenset(range(len(asked.options))) - frozenset(moved.values())
    return replace(tally, chosen=there, gone=len(there) < len(tally.chosen), absent=absent)


def _moved(before: Texts, now: Texts) -> dict[int, int]:
    """Where each option stands now, by where it stood."""
    moved = dict[int, int]()
    for language in sorted(before.keys() & now.keys()):
        places = {_said(option.text.plain): index for index, option in enumerate(now[language].options)}
        for index, option in enumerate(before[language].options):
            if (place := places.get(_said(option.text.plain))) is not None:
                moved.setdefault(index, place)
    return moved


def _said(text: str) -> str:
    return plain(text) or text
