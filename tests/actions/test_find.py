"""Looking things up in the chat: found, opened at the card, read, passed on; and nothing of it is learning."""

from typing import Any

import pytest
from sqlalchemy import select

from actions.find import open_lesson, related
from domain.language import LANGUAGES, Language
from domain.message import Excerpt, Notice, Place
from domain.reading import Hit, can_be_read
from storage import programmes
from storage.activity import ACTIVITY
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.steps import STEP
from tests.actions.talk import Talk
from tests.actions.test_journey import invite_learner


async def learner(database: Database, language: Language = "lt") -> Talk:
    """Somebody who has joined and begun the first lesson of safe-online."""
    await database.write(lambda tx: invite_learner(tx, "safe-online", language))
    talk = Talk(database, tag=language)
    await talk.join("code")
    return talk


async def learned(database: Database) -> list[list[Any]]:
    """All that says where the learners are and what they did."""

    def look(tx: Connection) -> list[list[Any]]:
        return [[tuple(row) for row in tx.execute(select(table))] for table in (ENROLMENT, STEP, ACTIVITY)]

    return await database.read(look)


def newest(talk: Talk) -> Notice | Excerpt:
    message = talk.heard[-1]
    assert isinstance(message, Notice | Excerpt)
    return message


async def test_what_is_found_opens_at_its_card_and_is_only_read(library_on_both: Database) -> None:
    talk = await learner(library_on_both)
    before = await learned(library_on_both)
    assert await talk.says("/find slaptažodžiai") == ["find.found+" + "+".join(["find.result"] * 4)]
    results = newest(talk)
    assert results.choices[0].label == "Ilgi slaptažodžiai ir antrasis veiksnys"
    assert all(choice.data.startswith("/read ") for choice in results.choices[:-1])
    [opened] = await talk.says("1")
    assert opened == f"read 1.{results.choices[0].data.split()[-1]}"
    place = int(opened.rpartition(".")[2])
    while any(choice.label == "find.next" for choice in newest(talk).choices):
        place += 1
        assert await talk.says("1") == [f"read 1.{place}"]
    assert await talk.says(f"/more {results.choices[0].data.split()[1]} 1 {place}") == [
        "find.heading+find.related"
    ]
    assert await talk.says("1") == [f"read 1.{place - 1}"]
    assert await learned(library_on_both) == before
    assert await talk.says("/continue") == ["card 0.0"]


async def test_free_text_that_answers_nothing_is_looked_for(library: Database) -> None:
    talk = await learner(library)
    assert await talk.says("slaptažodžiai") == ["find.found+" + "+".join(["find.result"] * 4)]
    for nothing in ("xyzzyx", "slaptažodžiai xyzzyx", "1234", "?", "labas " * 100):
        assert await talk.says(nothing) == ["help.not_understood"]
    assert await talk.says("/find xyzzyx") == ["find.nothing"]
    assert await talk.says("/find") == ["find.ask"]
    assert await talk.says("/find ir bet") == ["find.nothing"]


async def test_words_in_front_of_a_question_are_about_the_question(library: Database) -> None:
    talk = await learner(library)
    while not (await talk.presses("next"))[0].startswith("card 0.3"):
        pass
    assert await talk.says("slaptažodžiai") == ["help.choose_an_option"]
    assert (await talk.says("/find slaptažodžiai"))[0].startswith("find.found")


async def test_a_lesson_is_passed_on(library: Database) -> None:
    talk = await learner(library)
    await talk.says("/find slaptažodžiai")
    await talk.says("1")
    assert len(newest(talk).choices) <= 3
    await talk.says(newest(talk).choices[-1].data)
    share = next(choice for choice in newest(talk).choices if choice.label == "find.share")
    assert await talk.says(share.data) == ["find.link"]
    [line] = newest(talk).lines  # type: ignore[union-attr]
    assert line.params["link"] == Place("/lesson/safe-online/02-passwords")
    hit = await library.read(lambda tx: open_lesson(tx, "safe-online", "02-passwords"))
    assert hit is not None
    assert await talk.says(f"/start read-{hit.version}-{hit.lesson}") == ["read 1.0"]
    stranger = Talk(library, "stranger")
    assert await stranger.says(f"/start read-{hit.version}-{hit.lesson}") == ["join.stranger"]


@pytest.mark.parametrize(
    "asked", ["/read 99 0 0", "/read 1 99 0", "/read 1 0 99", "/share 99 0", "/share 1 99"]
)
async def test_what_is_not_there_is_told_politely(library: Database, asked: str) -> None:
    talk = await learner(library)
    assert await talk.says(asked) == ["find.gone"]


async def test_a_programme_that_was_found_is_begun_with_one_tap(library: Database) -> None:
    talk = await learner(library)
    hit = await library.read(lambda tx: open_lesson(tx, "front-desk", "01-personal-data"))
    assert hit is not None
    await talk.says(f"/read {hit.version} 0 0")
    start = next(choice for choice in newest(talk).choices if choice.label == "find.start")
    assert await talk.says(start.data) == ["card 0.0"]
    await talk.says(f"/read {hit.version} 0 0")
    assert start.data in [choice.data for choice in newest(talk).choices if choice.label == "menu.continue"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_card_has_words_and_short_buttons_in_every_language(
    library: Database, language: Language
) -> None:
    """Every card of the library that can be read, rendered."""
    talk = await learner(library, language)
    spoken = await library.read(
        lambda tx: {v: programmes.version(tx, v) for v in programmes.newest(tx).values()}
    )
    for version, programme in spoken.items():
        if programme.slug != "safe-online":
            continue
        for place, lesson in enumerate(programme.lessons):
            for card in range(len(lesson.texts[0].cards)):
                assert await talk.says(f"/read {version} {place} {card}") == [f"read {place}.{card}"]
                [content] = await talk.contents(language, talk.heard[-1:])
                assert lesson.text(language).title in content.text.plain
                assert max(len(button.data.encode()) for button in content.buttons) <= 64
                assert content.pick == "none"


async def test_related_lessons_are_others_and_at_most_three(library_on_both: Database) -> None:
    def all_related(tx: Connection) -> list[tuple[Hit, list[Hit]]]:
        newest = programmes.newest(tx).values()
        hits = [
            Hit(version, programme, place, 0)
            for version in newest
            for programme in [programmes.version(tx, version)]
            for place in range(len(programme.lessons))
            if can_be_read(programme, place, 0)
        ]
        return [(hit, related(tx, hit, "lt")) for hit in hits]

    for hit, others in await library_on_both.read(all_related):
        named = [(each.version, each.lesson) for each in others]
        assert (hit.version, hit.lesson) not in named
        assert len(set(named)) == len(named) <= 3
        assert named, hit.programme.lessons[hit.lesson].slug


async def test_a_double_tap_shows_the_card_twice_and_changes_nothing(library: Database) -> None:
    talk = await learner(library)
    before = await learned(library)
    for _ in range(2):
        assert await talk.says("/read 1 0 0") == ["read 0.0"]
    assert await learned(library) == before
