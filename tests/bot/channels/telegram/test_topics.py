"""The question of the week over the Telegram protocol: as a quiz in a group and a channel, and as a text."""

from datetime import time, timedelta

from actions import topics
from actions.topics import Wish
from bot.channels.telegram import Telegram
from bot.post import StorePost
from domain.topic import Rhythm
from scheduler.jobs import topics as job
from storage import programmes
from storage.database import Connection
from storage.outbox import OUTBOX
from tests.bot.channels.telegram.conftest import NOW
from tests.bot.channels.telegram.test_groups import House, house
from tests.bot.messenger import Desk
from tests.fakes.owner import BotApi
from tests.storage.samples import rows

DUE = NOW + timedelta(minutes=30)  # 12:00 in Vilnius
WEEK = timedelta(days=7)
ADDRESS = "https://zinute.example"


async def asks(there: House, *which: int) -> None:
    """These groups get a question each Monday at noon."""

    def put(tx: Connection) -> None:
        for each in which:
            language = next(group.language for group in found if group.id == each)
            wish = Wish(tuple(programmes.newest(tx)), Rhythm(1, time(12)), language)
            topics.put(tx, there.scope, each, wish, NOW)

    found = await there.groups()
    await there.database.write(put)


async def test_a_quiz_is_posted_in_a_group_and_a_channel_and_a_text_with_its_answer(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    async with house(telegram, post, bot_api) as there:
        there.desk = Desk(post.database, telegram, site=ADDRESS)
        there.desk.now = NOW
        crowd, one = await there.bound()
        channel, two = await there.bound("channel", "en")
        await asks(there, one.id, two.id)
        there.desk.now = DUE
        assert await job.JOB.run(there.database, DUE) == 2
        await there.sends()
        (asked,), (also,) = await crowd.quizzes(), await channel.quizzes()
        assert asked["poll"] == {
            "question": "q1 lt?",
            "options": [{"text": f"{each} lt", "voter_count": 0} for each in "abc"],
            "type": "quiz",
            "is_anonymous": True,
            "correct_option_ids": [1],
            "explanation": "why b lt",
        }
        ((button,),) = asked["reply_markup"]["inline_keyboard"]
        assert button["text"] == "Mokytis"
        assert button["url"].startswith(f"{ADDRESS}/join/read-")
        assert also["poll"]["question"] == "q1 en?"
        for at in (DUE + WEEK, DUE + WEEK + timedelta(days=1)):
            there.desk.now = at
            await job.JOB.run(there.database, at)
            await there.sends()
        said = (await channel.posts())[1:]
        assert said[0].startswith("Question of the week\n\nq2 en?\n\n• a en\n• b en\n• c en")
        assert said[1].startswith("The answer to the question of the week\n\nq2 en?\n\na en")
        assert len(await channel.quizzes()) == 1
        states = await rows(there.database, OUTBOX.c.id, OUTBOX.c.state)
        assert {state for _, state in states} == {"sent"}


async def test_where_no_polls_are_allowed_it_is_a_text_with_its_answer_hidden(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    async with house(telegram, post, bot_api) as there:
        crowd, one = await there.bound()
        await asks(there, one.id)
        there.desk.now = DUE
        refused = "Bad Request: not enough rights to send polls to the chat"
        await bot_api.fails("sendPoll", status=400, description=refused)
        await job.JOB.run(there.database, DUE)
        await there.sends()
        assert await crowd.quizzes() == []
        (text,) = (await crowd.posts())[1:]
        assert text.startswith("Savaitės klausimas\n\nq1 lt?")
        assert text.endswith("b lt\nwhy b lt")
        sent = (await bot_api.events("sent"))[-1]["content"]
        assert "spoiler" in [each["type"] for each in sent["entities"]]
