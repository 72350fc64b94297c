"""What lessons are found by, on both stores: the same cards for the same words, and only those of newest versions."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.find import find, index
from actions.publish import publish
from domain.language import LANGUAGES, Language
from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText
from domain.reading import Hit
from domain.searching import words_of
from domain.text import Text
from storage import programmes, search
from storage.database import Connection, Database
from storage.search import SEARCH
from tests.storage import stores
from tests.storage.samples import MONDAY, rows


def taught(
    slug: str, *lessons: tuple[str, Sequence[str]], languages: Sequence[Language] = ("lt",)
) -> Programme:
    """A programme with these lessons, each a title and the texts of its cards."""
    return Programme(
        slug,
        tuple(ProgrammeText(each, slug, "") for each in languages),
        tuple(
            Lesson(
                f"{number:02}",
                tuple(
                    LessonText(each, title, 1, tuple(Card(Text(text)) for text in texts))
                    for each in languages
                ),
            )
            for number, (title, texts) in enumerate(lessons)
        ),
    )


def store(tx: Connection, *contents: Programme) -> None:
    for each in contents:
        programmes.publish(tx, each, MONDAY)
    index(tx)


def places(hits: Sequence[Hit]) -> list[tuple[str, int, int]]:
    return [(hit.programme.slug, hit.lesson, hit.card) for hit in hits]


async def look(database: Database, words: str, language: Language = "lt") -> list[tuple[str, int, int]]:
    return places(await database.read(partial(find, words=words, language=language)))


@pytest.mark.parametrize(
    ("language", "query", "word"),
    [
        ("lt", "bibliotekoje", "Biblioteka"),
        ("pl", "bibliotekach", "biblioteka"),
        ("nb", "bibliotekene", "bibliotek"),
    ],
)
async def test_another_form_of_a_word_is_found(
    database: Database, language: Language, query: str, word: str
) -> None:
    content = taught("a", ("Museum", ["nothing"]), ("Other", ["x", f"({word})"]), languages=[language])
    await database.write(lambda tx: store(tx, content))
    assert await look(database, query, language) == [("a", 1, 1)]
    assert await look(database, "muziejus", language) == []


async def test_a_title_weighs_more_and_each_lesson_is_found_once(database: Database) -> None:
    said = "Slaptažodis yra svarbus, slaptažodžio reikia visiems"
    content = taught("a", ("Kita", [said, said]), ("Slaptažodžiai", ["Vienas", "du"]), ("Trečia", ["trys"]))
    await database.write(lambda tx: store(tx, content))
    assert await look(database, "slaptažodis") == [("a", 1, 0), ("a", 0, 0)]


async def test_all_words_come_before_any(database: Database) -> None:
    content = taught("a", ("A", ["stiprus namas"]), ("B", ["stiprus slaptažodis"]), ("C", ["slaptažodis"]))
    await database.write(lambda tx: store(tx, content))
    assert await look(database, "stipraus slaptažodžio") == [("a", 1, 0)]
    assert sorted(await look(database, "slaptažodžio muziejus")) == [("a", 1, 0), ("a", 2, 0)]
    strict = partial(find, words="slaptažodžio muziejus", language="lt", strict=True)
    assert await database.read(strict) == []


async def test_the_readers_language_comes_first(database: Database) -> None:
    english = taught("en", ("Phishing", ["phishing"]), languages=["en"])
    lithuanian = taught("lt", ("Sukčiai", ["phishing"]), languages=["lt"])
    await database.write(lambda tx: store(tx, english, lithuanian))
    assert await look(database, "phishing", "lt") == [("lt", 0, 0), ("en", 0, 0)]
    assert await look(database, "phishing", "en") == [("en", 0, 0), ("lt", 0, 0)]


async def test_a_card_of_several_languages_is_found_once_by_the_words_of_any(database: Database) -> None:
    both = taught("a", ("Radio", ["radio"]), languages=LANGUAGES)
    await database.write(lambda tx: store(tx, both))
    assert await look(database, "radio", "nb") == [("a", 0, 0)]


async def test_only_the_newest_version_is_found(database: Database) -> None:
    await database.write(
        lambda tx: store(tx, taught("a", ("A", ["muziejus"])), taught("b", ("B", ["muziejus"])))
    )
    await database.write(lambda tx: store(tx, taught("a", ("A", ["biblioteka"]))))
    assert await look(database, "muziejus") == [("b", 0, 0)]
    [hit] = await database.read(partial(find, words="biblioteka", language="lt"))
    assert hit.version in (await database.read(programmes.newest)).values()


async def test_what_was_published_before_there_was_an_index_is_found_after_the_next_start(
    database: Database,
) -> None:
    """An upgraded installation: its library is the same, and nothing is published."""
    drafts = stores.library().drafts
    await database.write(lambda tx: publish(tx, drafts, MONDAY))
    before = await look(database, "slaptažodis")
    await database.write(lambda tx: tx.execute(SEARCH.update().values(form=0)))
    assert await database.write(lambda tx: publish(tx, drafts, MONDAY)) == []
    assert await look(database, "slaptažodis") == before != []
    await database.write(_forget)
    assert await look(database, "slaptažodis") == []
    assert await database.write(lambda tx: publish(tx, drafts, MONDAY)) == []
    assert await look(database, "slaptažodis") == before


def _forget(tx: Connection) -> None:
    for programme in programmes.newest(tx):
        search.replace(tx, programme, 1, ())


async def test_the_index_is_written_once_when_two_start_at_the_same_time(database: Database) -> None:
    def publish_only(tx: Connection) -> None:
        programmes.publish(tx, taught("a", ("A", ["muziejus", "biblioteka"])), MONDAY)

    await database.write(publish_only)
    async with stores.again(database) as other:
        await asyncio.gather(*(each.write(index) for each in (database, other) * 3))
    assert [row[1] for row in await rows(database, SEARCH.c.id, SEARCH.c.card)] == [0, 1]
    assert await look(database, "muziejus") == [("a", 0, 0)]


async def test_both_stores_find_the_same(tmp_path: Path, postgres_url: str) -> None:
    """The titles of all lessons find the same cards in either, the lesson itself among the first."""
    everything, best = [], []
    for kind in stores.BOTH:
        async with stores.opened(kind, tmp_path, lambda: postgres_url, with_library=True) as database:
            asked = [partial(found, title=text.title, language=text.language) for *_, text in titles()]
            everything.append([await database.read(each) for each in asked])
            best.append([await look(database, text.title, text.language) for *_, text in titles()])
    assert everything[0] == everything[1]
    assert {0 < len(cards) < search.MOST for cards in everything[0]} == {True}
    own = [(slug, place) for slug, place, _ in titles()]
    hits = [[hit[:2] for hit in hits] for each in best for hits in each]
    lost = [(each, found) for each, found in zip(own * 2, hits, strict=True) if each not in found]
    assert lost == []


def titles() -> Iterator[tuple[str, int, LessonText]]:
    for draft in stores.library().drafts:
        for place, lesson in enumerate(draft.programme.lessons):
            for text in lesson.texts if not lesson.texts[0].exam else ():  # a test's questions are not found
                yield draft.programme.slug, place, text


def found(tx: Connection, title: str, language: Language) -> set[tuple[str, int, int]]:
    """Every card that has all the words."""
    cards = search.find(tx, {language: words_of(title, language)}, every=True)
    return {(programmes.version(tx, card.version).slug, card.lesson, card.card) for card in cards}


EVIL = st.text(alphabet="\"*()-:^+{}~<>&|!'\\,;%_ \0\nANDORNEAR ąčęėž𝔸½²ǅ١x1", max_size=60)


async def test_no_words_break_the_store(database: Database) -> None:
    content = taught("a", ("A", ["and or near not x1 ąčę", "½ ² 𝔸𝔸 ǅǅ ١١"]))
    await database.write(lambda tx: store(tx, content))
    loop = asyncio.get_running_loop()

    @settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(EVIL | st.text(max_size=60), st.sampled_from(LANGUAGES), st.booleans())
    def try_all(words: str, language: Language, strict: bool) -> None:
        unit = partial(find, words=words, language=language, strict=strict)
        hits = asyncio.run_coroutine_threadsafe(database.read(unit), loop).result(20)
        assert len(hits) <= 1

    await asyncio.to_thread(try_all)
    for words in ('"', '" * ( ) - : AND NEAR', "NEAR(", "x1*", "' OR 1=1 --", "title:x1", "x1' & '"):
        assert await look(database, words, "en") in ([], [("a", 0, 0)])
    assert await look(database, "x1' & '", "en") == [("a", 0, 0)]
