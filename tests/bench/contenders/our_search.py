"""The product's search: a store of cards that are made of the library's own words, and what people may look for."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from random import Random
from time import perf_counter
from typing import Any, Final

from actions.find import find, index
from domain.language import LANGUAGES, Language
from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText
from domain.searching import told
from domain.text import Text
from lessons.library import read_library
from storage import programmes
from storage.database import Connection
from tests.bench.child import obey
from tests.bench.world import LIBRARY, counted
from zinute.assemble import opened
from zinute.config import Settings
from zinute.logs import set_up

LESSONS, CARDS, SENTENCES = 10, 5, 6  # of a programme, of a lesson, of a card
AT: Final = datetime(2026, 11, 23, tzinfo=UTC)
Said = dict[Language, list[list[str]]]


def sentences() -> Said:
    """What the library says in each language: its lines, each as its words."""
    said: Said = {language: [] for language in LANGUAGES}
    for draft in read_library(LIBRARY).drafts:
        for text in (text for lesson in draft.programme.lessons for text in lesson.texts):
            lines = (line for card in text.cards for line in told(card).replace(". ", "\n").splitlines())
            said[text.language] += [words for line in lines if len(words := line.split()) > 3]
    return said


def made(said: Said, cards: int, rng: Random) -> Iterator[Programme]:
    """Programmes with so many cards in all, each in four languages."""
    for number in range(cards // (LESSONS * CARDS)):
        titles = tuple(ProgrammeText(each, f"{number} {_line(said[each], rng, 3)}", "") for each in LANGUAGES)
        lessons = tuple(
            Lesson(f"{place:02}", tuple(_lesson(said, each, rng) for each in LANGUAGES))
            for place in range(LESSONS)
        )
        yield Programme(f"programme-{number}", titles, lessons)


def _lesson(said: Said, language: Language, rng: Random) -> LessonText:
    lines = said[language]
    cards = (". ".join(" ".join(rng.choice(lines)) for _ in range(SENTENCES)) for _ in range(CARDS))
    return LessonText(language, _line(lines, rng, 4), 3, tuple(Card(Text(card)) for card in cards))


def _line(lines: Sequence[Sequence[str]], rng: Random, most: int) -> str:
    return " ".join(rng.choice(lines)[:most])


def fill(tx: Connection, said: Said, cards: int) -> None:
    """Publish them, and let them be found."""
    for programme in made(said, cards, Random(1)):
        programmes.publish(tx, programme, AT)
    index(tx)


async def main(cards: str) -> None:
    """Look in a store of so many cards."""
    set_up("error")
    said, rng, numbers = sentences(), Random(2), count()
    async with opened(Settings()) as database:
        await database.write(lambda tx: fill(tx, said, int(cards)))
        await database.write(counted)

        async def look(queries: int) -> Any:
            """One query after another, of one to three words from anywhere in a line, some not yet whole."""
            took, found = [], 0
            for _ in range(queries):
                language = LANGUAGES[next(numbers) % len(LANGUAGES)]
                words = rng.sample(rng.choice(said[language]), rng.randint(1, 3))
                query = " ".join(words)[: rng.choice((None, None, None, -1, -2))]
                began = perf_counter()
                hits = await database.read(lambda tx, q=query, to=language: find(tx, q, to))  # type: ignore[misc]
                took.append((perf_counter() - began) * 1000)
                found += bool(hits)
            return {"took": took, "found": found}

        await obey({"look": look})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
