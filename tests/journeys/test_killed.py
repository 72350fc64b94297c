"""kill -9 in the middle of a lesson: the learner goes on where they were, and no answer counts twice."""

import sqlite3
from pathlib import Path

from tests.fakes.owner import BotApi
from tests.journeys.learner import TEXTS, Learner, shipped
from tests.journeys.running import demo, free_port
from tests.journeys.test_telegram import answers, code, graded, joins
from tests.tools.screens import Screens

LESSON = shipped("safe-online").lessons[0].text("lt")
FIRST, SECOND = LESSON.questions


async def test_the_web_chat_goes_on(tmp_path: Path, browser_page: Screens) -> None:
    folder, port = tmp_path / "demo", free_port()
    learner = Learner(await browser_page("phone", language="lt"), "lt")
    async with demo(folder, port) as running:
        await learner.joins(running.learn_as("Jonas Kazlauskas"))
        for _ in range(3):
            await learner.taps_word("study.next")
        await learner.sees(FIRST.prompt.plain)
        await running.kill()
    await learner.answers(FIRST, right=False)
    async with demo(folder, port):
        await learner.sees(learner.word("study.wrong"))
        await learner.taps_word("study.next")
        await learner.sees(SECOND.prompt.plain)
        await learner.answers(SECOND, right=True)
        await learner.sees(learner.word("study.right"))
        await learner.sees(shipped("safe-online").lessons[1].text("lt").title)
        said = await learner.texts()
    assert said.count(LESSON.title) == 2, "its heading and its end, each once"
    assert said.count(learner.word("study.wrong")) == 1
    with sqlite3.connect(folder / "zinute.db") as store:
        answers = store.execute("SELECT step_key, correct FROM answer ORDER BY id DESC LIMIT 2").fetchall()
        all_steps = store.execute("SELECT count(*), count(DISTINCT step_key) FROM answer").fetchone()
    assert [correct for _, correct in reversed(answers)] == [0, 1]
    assert all_steps[0] == all_steps[1]


async def test_telegram_goes_on(tmp_path: Path, bot_api: BotApi) -> None:
    folder, port, person = tmp_path / "demo", free_port(), await bot_api.person("Anna", "lt")
    async with demo(folder, port, bot_api.environment()) as running:
        await joins(person, "lt", code(running, "Jonas Kazlauskas"))
        await person.waits_for(LESSON.title)
        for _ in range(3):
            await person.presses(TEXTS.say("lt", "study.next"))
            await person.waits_for("")
        await answers(person, FIRST, right=False)
        await running.kill()
    async with demo(folder, port, bot_api.environment()):
        await answers(person, FIRST, right=True)
        await person.waits_for(TEXTS.say("lt", "study.recorded"))
        await person.presses(TEXTS.say("lt", "study.next"))
        await person.waits_for(SECOND.prompt.plain)
        await answers(person, SECOND, right=True)
        await person.waits_for(TEXTS.say("lt", "study.right"))
    assert graded(folder) == [(0,), (1,)]
