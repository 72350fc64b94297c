"""Small things to try the rules on, each complete; a test names only what it is about."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from domain.certificate import Certificate
from domain.facts import Facts, Invitation, Shelf, Step, Study
from domain.language import Language
from domain.message import Choice
from domain.organisation import Organisation
from domain.person import Person
from domain.programme import Card, Exam, Lesson, LessonText, Programme, ProgrammeText, Rules
from domain.question import Number, Option, Question, QuestionKind
from domain.studying import NewKey
from domain.text import Text

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # Monday, 10:00 in Vilnius
TOMORROW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)  # the default hour there, 09:30
NEXT_MONDAY = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)
CONTACT = "Rūta, ruta@gluosniai.example"
LIBRARY = Organisation(1, "Gluosnių biblioteka", "LT", "Europe/Vilnius", "lt", CONTACT)
CONTINUE, MENU = Choice("menu.continue", "/continue"), Choice("menu.menu", "/menu")
BIRDS = ("Žąsis", "Antis", "Gulbė", "Strazdas")
KINDS: dict[str, QuestionKind] = {
    "s": "single", "m": "multiple", "o": "opinion", "r": "order", "c": "match", "g": "match",
    "n": "number", "w": "text", "f": "open",
}  # fmt: skip
_RIGHT = {"s": (1,), "m": (0, 2)}
_PLACES = {"c": ("Pieva", "Upė", "Ežeras", "Miškas"), "g": ("Vanduo", "Vanduo", "Vanduo", "Miškas")}
_CARD = re.compile(r"([a-z])(\d?)")


def person(**changes: Any) -> Person:
    """Jonas, who joined the library's lessons and changed no setting."""
    return replace(Person(7, LIBRARY, "Jonas Kazlauskas", "lt", consented_at=NOW), **changes)


def question(
    kind: str = "s",
    id: str = "bird",  # noqa: A002 (as in Question)
    language: Language = "lt",
    *,
    shuffled: bool = False,
) -> Question:
    """A question about four birds, in the order of BIRDS unless it is shuffled.

    "s", one is right (the second); "m", two are (the first and the third); "o", an opinion; "r", to put in order;
    "c", each has a place of its own; "g", the first three share one. "n" is 37.5 °C, half a degree more or less;
    "w" is a crane, with forgiveness; "f" is read by a person.
    """
    said = "" if language == "lt" else f" ({language})"
    options = tuple(
        Option(Text(f"{bird}{said}"), index in _RIGHT.get(kind, ()), Text(f"{bird}{said}!"))
        for index, bird in enumerate(BIRDS)
    )
    return Question(
        id,
        KINDS[kind],
        Text("Kuris?"),
        () if kind in "nwf" else options,
        targets=tuple(Text(f"{place}{said}") for place in _PLACES.get(kind, ())),
        numbers=(Number(Decimal("37.5"), Decimal("0.5"), "°C"),) if kind == "n" else (),
        accepted=(f"Gervė{said}", f"Pilkoji gervė{said}") if kind == "w" else (),
        forgiving=kind == "w",
        explanation=Text("Štai kodėl.") if kind in "rcgnwf" else Text(),
        shuffled=shuffled,
    )


def card(
    kind: str,
    id: str = "",  # noqa: A002
    language: Language = "lt",
    *,
    leads_to: int | None = None,
    shuffled: bool = False,
) -> Card:
    """A card that is a text ("t") or a question. `leads_to` is where it leads, or the first of options to choose."""
    if kind == "t":
        return Card(Text("Tekstas"), leads_to=leads_to)
    asks = question(kind, id, language, shuffled=shuffled)
    if kind not in "so" or leads_to is None:
        return Card(question=asks, leads_to=leads_to)
    first, *others = asks.options
    return Card(question=replace(asks, options=(replace(first, leads_to=leads_to), *others)))


def lesson(
    slug: str, kinds: str, languages: Sequence[Language] = ("lt",), *, shuffled: bool = False
) -> Lesson:
    """A lesson with a card for each letter: "tsm" is a text, a single choice and a multiple choice.

    A digit behind a letter is the card to which it leads; "2:" in front draws two of the questions, "!" makes it a
    test of half an hour, passed with half of the answers.
    """
    drawn, _, cards = kinds.removeprefix("!").rpartition(":")
    exam = Exam(50, 30) if kinds.startswith("!") else None
    placed = [(kind, int(target) if target else None) for kind, target in _CARD.findall(cards)]
    return Lesson(
        slug,
        tuple(
            LessonText(
                language,
                f"{slug} {language}",
                3,
                tuple(
                    card(kind, f"{slug}-{place}", language, leads_to=target, shuffled=shuffled)
                    for place, (kind, target) in enumerate(placed)
                ),
                int(drawn or 0),
                exam,
            )
            for language in languages
        ),
    )


def programme(
    *lessons: str,
    slug: str = "safe",
    languages: Sequence[Language] = ("lt",),
    shuffled: bool = False,
    rules: Rules = Rules(),  # noqa: B008 (it is frozen)
    skip: int = 0,
) -> Programme:
    """A programme with a lesson for each string of card letters, and perhaps an entry test."""
    texts = tuple(ProgrammeText(language, f"{slug} {language}", f"About {slug}.") for language in languages)
    return Programme(
        slug,
        texts,
        tuple(
            lesson(f"{number:02}", kinds, languages, shuffled=shuffled)
            for number, kinds in enumerate(lessons, 1)
        ),
        replace(rules, skip=skip) if skip else rules,
    )


def certificate(**changes: Any) -> Certificate:
    """Jonas's certificate of the programme "safe lt", issued a year and two months before its last valid day."""
    paper = Certificate(
        "q" * 22, "2026-000001", "Jonas Kazlauskas", LIBRARY.name, "safe lt", "lt", 6, date(2025, 12, 1)
    )
    return replace(paper, **{"expires_on": date(2027, 2, 1), **changes})


def study(taught: Programme, lesson: int = 0, card: int = -1, **changes: Any) -> Study:
    """Enrolment 1 in version 11 of programme 5, standing at a card (-1: the lesson waits)."""
    return replace(Study(1, 5, 11, taught, "active", lesson, card), **changes)


def step(key: str = "k", card: int = 0, **changes: Any) -> Step:
    """A step of enrolment 1 in its first lesson: a text card unless the test says otherwise."""
    return replace(Step(key, 1, 0, card, question=False), **changes)


def asked(key: str = "k", card: int = 0, **changes: Any) -> Step:
    """A step of enrolment 1 in its first lesson that is a question."""
    return step(key, card, question=True, **changes)


def shelf(taught: Programme, programme_id: int = 5) -> Shelf:
    """The programme on offer."""
    return Shelf(programme_id, programme_id * 2 + 1, taught)


def invitation(**changes: Any) -> Invitation:
    """Invitation 3, for Jonas and programme 5, not yet used."""
    return replace(Invitation(3, person(consented_at=None), 5, "open"), **changes)


def facts(*studies: Study, **changes: Any) -> Facts:
    """What is known of Jonas, Monday at 10:00; `person=None` before he joined."""
    return replace(Facts(NOW, "lt", person(), studies=studies), **changes)


def keys() -> NewKey:
    """Step keys "new1", "new2", ..."""
    numbers = count(1)
    return lambda: f"new{next(numbers)}"
