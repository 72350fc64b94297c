"""Sample people, organisations and a small programme, for the tests of the store and of what stands on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from domain.language import LANGUAGES, Language
from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText
from domain.question import Option, Question, QuestionKind
from domain.text import Text
from storage import addresses, enrolments, organisations, people, programmes, studies
from storage.database import Database
from storage.enrolments import Enrolled

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # 09:30 in Vilnius, 08:30 in Oslo


@dataclass(frozen=True, slots=True)
class Town:
    """Two organisations, Ana and Ben in the first, Kari in the second; a programme and its first version."""

    here: int
    elsewhere: int
    ana: int
    ben: int
    kari: int
    programme: int
    version: int


def settle_down(tx: Connection, programme: Programme | None = None) -> Town:
    """Build the town."""
    here = organisations.add(
        tx, name="Biblioteka", country="LT", zone="Europe/Vilnius", language="lt", contact="Rūta"
    )
    elsewhere = organisations.add(
        tx, name="Kommune", country="NO", zone="Europe/Oslo", language="nb", contact="Ingrid"
    )
    version = programmes.publish(tx, programme or sample(), MONDAY)
    owner = programmes.by_slug(tx, (programme or sample()).slug)
    assert version is not None
    assert owner is not None
    return Town(
        here,
        elsewhere,
        people.add(tx, organisation=here, name="Ana Anaitė", email="ana@a.example", language="lt"),
        people.add(tx, organisation=here, name="Ben Benaitis", email="ben@a.example", language="lt"),
        people.add(tx, organisation=elsewhere, name="Kari Åsen", email="kari@b.example", language="nb"),
        owner,
        version,
    )


def address(tx: Connection, key: str = "ana", person: int | None = None, channel: str = "web") -> int:
    """An address that speaks English, bound to the person if there is one."""
    found = addresses.find_or_add(tx, channel, key, "en", MONDAY)
    if person is not None:
        addresses.bind(tx, found.id, person)
    return found.id


def enrolments_of(tx: Connection, person: int) -> list[Enrolled]:
    """The person's enrolments, the one touched last first."""
    return [enrolments.get(tx, each.enrolment) for each in studies.of_person(tx, person)]


def sample(
    slug: str = "small", lessons: int = 2, languages: Iterable[Language] = LANGUAGES, words: str = ""
) -> Programme:
    """The first lesson has a text, a single choice (b), a multiple choice (a, c) and an opinion; others a text."""
    spoken = tuple(languages)
    return Programme(
        slug,
        tuple(ProgrammeText(each, f"{slug} {each}", f"About {slug} {each}") for each in spoken),
        tuple(
            Lesson(f"{number:02}", tuple(_lesson(number, each, words) for each in spoken))
            for number in range(lessons)
        ),
    )


def _lesson(number: int, language: Language, words: str) -> LessonText:
    first = Card(Text(f"Text {number} {language}{words}"))
    asked: tuple[tuple[str, QuestionKind, str, str], ...] = (
        ("q1", "single", "abc", "b"),
        ("q2", "multiple", "abc", "ac"),
        ("q3", "opinion", "ab", ""),
    )
    questions = tuple(
        Card(question=Question(name, kind, Text(f"{name} {language}?"), _options(all_, right, language)))
        for name, kind, all_, right in asked
    )
    title = f"Lesson {number} {language}"
    return LessonText(language, title, 3, (first, *questions) if number == 0 else (first,))


def _options(names: str, right: str, language: Language) -> tuple[Option, ...]:
    return tuple(
        Option(Text(f"{name} {language}"), name in right, Text(f"why {name} {language}")) for name in names
    )


async def rows(database: Database, *columns: ColumnElement[Any], where: Any = None) -> list[tuple[Any, ...]]:
    """What these columns hold, ordered by the first."""
    statement = select(*columns).order_by(columns[0])
    statement = statement if where is None else statement.where(where)
    return await database.read(lambda tx: [tuple(row) for row in tx.execute(statement)])
