"""Small things to try the rules on, each complete; a test names only what it is about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from domain.facts import Facts, Invitation, Shelf, Step, Study
from domain.language import Language
from domain.message import Choice
from domain.organisation import Organisation
from domain.person import Person
from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText
from domain.question import Option, Question, kind_of
from domain.studying import NewKey
from domain.text import Text

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # Monday, 10:00 in Vilnius
TOMORROW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)  # the default hour there, 09:30
CONTACT = "Rūta, ruta@gluosniai.example"
LIBRARY = Organisation(1, "Gluosnių biblioteka", "LT", "Europe/Vilnius", "lt", CONTACT)
CONTINUE, MENU = Choice("menu.continue", "/continue"), Choice("menu.menu", "/menu")
BIRDS = ("Žąsis", "Antis", "Gulbė", "Strazdas")
_RIGHT = {"s": (1,), "m": (0, 2), "o": ()}


def person(**changes: Any) -> Person:
    """Jonas, who joined the library's lessons and changed no setting."""
    return replace(Person(7, LIBRARY, "Jonas Kazlauskas", "lt", consented_at=NOW), **changes)


def question(kind: str = "s", id: str = "bird", language: Language = "lt") -> Question:  # noqa: A002 (as in Question)
    """Four birds: "s", one is right (the second); "m", two are (the first and the third); "o", an opinion."""
    names = [bird if language == "lt" else f"{bird} ({language})" for bird in BIRDS]
    options = tuple(
        Option(Text(name), index in _RIGHT[kind], Text(f"{name}!")) for index, name in enumerate(names)
    )
    return Question(id, kind_of(options), Text("Kuris?"), options)


def card(kind: str, id: str = "", language: Language = "lt") -> Card:  # noqa: A002
    """A card that is a text ("t") or a question ("s", "m", "o")."""
    return Card(Text("Tekstas")) if kind == "t" else Card(question=question(kind, id, language))


def lesson(slug: str, kinds: str, languages: Sequence[Language] = ("lt",)) -> Lesson:
    """A lesson with a card for each letter: "tsm" is a text, a single choice and a multiple choice."""
    return Lesson(
        slug,
        tuple(
            LessonText(
                language,
                f"{slug} {language}",
                3,
                tuple(card(kind, f"{slug}-{place}", language) for place, kind in enumerate(kinds)),
            )
            for language in languages
        ),
    )


def programme(*lessons: str, slug: str = "safe", languages: Sequence[Language] = ("lt",)) -> Programme:
    """A programme with a lesson for each string of card letters."""
    texts = tuple(ProgrammeText(language, f"{slug} {language}", f"About {slug}.") for language in languages)
    return Programme(
        slug,
        texts,
        tuple(lesson(f"{number:02}", kinds, languages) for number, kinds in enumerate(lessons, 1)),
    )


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
