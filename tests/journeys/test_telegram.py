"""The same journey over the Telegram protocol: our fake Bot API server in its own process, nothing mocked."""

import sqlite3
from pathlib import Path

import pytest

from domain.language import LANGUAGES, Language
from domain.question import Question
from tests.fakes.owner import BotApi
from tests.fakes.person import Person
from tests.journeys.learner import TEXTS, shipped
from tests.journeys.running import Running, demo, free_port


async def answers(person: Person, question: Question, *, right: bool) -> None:
    """Press the right option's button, or the first wrong one's: it has its text, or its letter when one is long."""
    option = next(option.text.plain for option in question.options if option.correct == right)
    asked = [
        seen.text for seen in await person.chat() if not seen.mine and question.prompt.plain in seen.text
    ]
    lettered = [line for line in asked[-1].splitlines() if line[1:] == f". {option}"]
    await person.presses(lettered[0][0] if lettered else option)


def code(running: Running, name: str) -> str:
    """A sample learner's invitation code."""
    return running.learn_as(name).partition("code=")[2]


async def joins(person: Person, language: Language, invitation: str) -> None:
    """Open the deep link, say who they are, agree."""
    await person.says(f"/start {invitation}")
    await person.presses(TEXTS.say(language, "join.yes"))
    await person.presses(TEXTS.say(language, "join.agree"))


@pytest.mark.parametrize("mode", ["polling", "webhook"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_lesson_in_telegram(tmp_path: Path, bot_api: BotApi, language: Language, mode: str) -> None:
    port = free_port()
    webhook = f"http://127.0.0.1:{port}/telegram/webhook" if mode == "webhook" else ""
    lesson = shipped("safe-online").lessons[0].text(language)
    first, second = lesson.questions
    person = await bot_api.person("Anna", language)
    async with demo(tmp_path / "demo", port, bot_api.environment(webhook=webhook)) as running:
        await joins(person, language, code(running, "Jonas Kazlauskas"))
        await person.waits_for(lesson.title)
        for _ in range(lesson.cards.index(next(card for card in lesson.cards if card.question))):
            await person.presses(TEXTS.say(language, "study.next"))
            await person.waits_for("")
        await answers(person, first, right=False)
        await person.waits_for(TEXTS.say(language, "study.wrong"))
        await person.presses(TEXTS.say(language, "study.next"))
        await person.waits_for(second.prompt.plain)
        await answers(person, second, right=True)
        await person.waits_for(TEXTS.say(language, "study.right"))
        done = await person.waits_for(shipped("safe-online").lessons[1].text(language).title)
        assert "1" in done.text
        assert "2" in done.text
        assert [seen.picture != "" for seen in await person.chat() if not seen.mine].count(True) == 1
        assert await running.stop() == 0
    assert await bot_api.ledger("edited") == []
    assert graded(tmp_path / "demo") == [(0,), (1,)]


def graded(folder: Path) -> list[tuple[int]]:
    """Whether each answer given in Telegram was right, in their order."""
    with sqlite3.connect(folder / "zinute.db") as store:
        return store.execute(
            "SELECT answer.correct FROM answer JOIN enrolment ON enrolment.id = answer.enrolment_id JOIN address"
            " ON address.person_id = enrolment.person_id WHERE address.channel = 'telegram' ORDER BY answer.id"
        ).fetchall()
