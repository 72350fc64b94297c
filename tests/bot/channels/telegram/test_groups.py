"""Groups and channels over the Telegram protocol: bound by a code, written to, lost, moved; and silent otherwise."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from actions import amend, compose, dispatch, groups
from actions.compose import Composed
from actions.keys import new_code, new_key
from bot.channels.telegram import Telegram
from bot.inbound import Inbound
from bot.post import StorePost
from domain.audience import EVERYBODY
from domain.language import Language
from domain.organisation import Scope
from scheduler.jobs import announce
from storage import addresses, people
from storage import groups as kept
from storage.addresses import ADDRESS
from storage.announcements import ANNOUNCEMENT
from storage.database import Connection, Database
from storage.groups import GROUP, Group
from storage.outbox import OUTBOX
from tests.bot.channels.telegram.conftest import NOW, receiving, stored
from tests.bot.messenger import Desk
from tests.fakes.crowd import Crowd
from tests.fakes.owner import BotApi
from tests.fakes.person import Person
from tests.storage.samples import rows, settle_down

SAID = {"lt": "Rytoj nedirbame", "en": "Closed tomorrow"}


@dataclass
class House:
    """A library whose coordinator Ben binds groups, with the service that reads and writes for it."""

    database: Database
    telegram: Telegram
    api: BotApi
    scope: Scope
    place: int
    desk: Desk
    ben: Person

    async def code(self, language: Language = "lt") -> str:
        def ask(tx: Connection) -> str:
            return groups.ask(tx, self.scope, self.place, language, now=NOW, new_code=new_code)

        return await self.database.write(ask)

    async def heard(self, update: int) -> None:
        await self.api.confirmed({update})

    async def bound(self, kind: str = "group", language: Language = "lt") -> tuple[Crowd, Group]:
        crowd = await self.api.group(self.ben, kind=kind)
        await self.heard(await crowd.turns("administrator"))
        await self.heard(await crowd.hears(f"/bind {await self.code(language)}"))
        await self.sends()
        return crowd, (await self.groups())[-1]

    async def sends(self) -> None:
        """Send what is ready: a few seconds after whatever went before."""
        for _ in range(5):
            self.desk.ticks += 1.5
            await self.desk.rounds()

    async def groups(self) -> list[Group]:
        return await self.database.read(lambda tx: kept.of_scope(tx, self.scope))

    async def tells(self, *to: int, people: bool = False) -> int:
        """An announcement to these groups, which has begun; how many messages it became."""
        said = Composed(self.place, SAID, confirms=True, rule=EVERYBODY, groups=to, people=people)  # type: ignore[arg-type]

        def send(tx: Connection) -> None:
            which = compose.save(tx, self.scope, said, NOW, key=new_key())
            seen = compose.mark(compose.one(tx, self.scope, which))
            assert dispatch.send(tx, self.scope, which, None, NOW, seen=seen, mails=False) == "due"

        await self.database.write(send)
        return await announce.JOB.run(self.database, NOW + dispatch.UNDO)

    def takes_back(self, tx: Connection) -> None:
        (which,) = tx.execute(ANNOUNCEMENT.select()).scalars()
        seen = compose.mark(compose.one(tx, self.scope, which))
        amend.take_back(tx, self.scope, which, NOW, seen=seen)

    async def fates(self) -> list[tuple[str, str]]:
        columns = (OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.reason)
        found = await rows(self.database, *columns, where=OUTBOX.c.announcement_id.is_not(None))
        return [(row[1], row[2]) for row in found]


@asynccontextmanager
async def house(telegram: Telegram, post: StorePost, api: BotApi) -> AsyncIterator[House]:
    town = await post.database.write(settle_down)
    await post.database.write(lambda tx: people.grant(tx, town.ben, town.here, "coordinator"))
    scope = Scope(town.ben, frozenset({town.here}), frozenset({"see", "act"}))
    post.handler = Inbound(post.database, {"telegram": telegram}, lambda: NOW, new_key)
    desk = Desk(post.database, telegram)
    desk.now = NOW
    async with receiving(telegram):
        yield House(post.database, telegram, api, scope, town.here, desk, await api.person("Ben"))


async def test_a_group_is_bound_by_a_code_that_works_once(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    async with house(telegram, post, bot_api) as there:
        code = await there.code()
        crowd, other = (
            await bot_api.group(there.ben, "Visi\n\u202e<b>{place}</b>" * 9),
            await bot_api.group(there.ben),
        )
        await crowd.turns("member")
        await other.turns("member")
        await there.heard(await crowd.hears(f"/bind@zinute_{bot_api.id}_bot {code}"))
        await there.heard(await other.hears(f"/bind {code}"))
        await there.heard(await other.hears("/bind " + "A" * 22))
        await there.sends()
        (mine,) = await there.groups()
        assert (mine.kind, mine.language, mine.reachable, len(mine.title)) == ("group", "lt", True, 80)
        assert "\n" not in mine.title
        assert "\u202e" not in mine.title
        assert await crowd.posts() == ["Ši grupė susieta. Čia bus skelbiami pranešimai: Biblioteka."]
        assert await other.posts() == []
        await there.heard(await crowd.hears(f"/bind {await there.code()}"))
        assert len(await there.groups()) == 1


async def test_a_code_is_good_for_a_quarter_of_an_hour(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    async with house(telegram, post, bot_api) as there:
        code = await there.code()
        earlier = GROUP.update().values(made_at=NOW - timedelta(minutes=15))
        await there.database.write(lambda tx: tx.execute(earlier))
        crowd = await bot_api.group(there.ben)
        await crowd.turns("member")
        await there.heard(await crowd.hears(f"/bind {code}"))
        assert await there.groups() == []


async def test_what_is_said_in_a_group_is_nobodys_answer_and_is_not_even_kept(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    async with house(telegram, post, bot_api) as there:
        crowd = await bot_api.group(there.ben, kind="supergroup")
        before = len(await stored(post))
        for text in ("labas", "/start", "/mydata", "/announce", "1", "/bind", "/bind short", "@zinute"):
            await there.heard(await crowd.hears(text))
        assert len(await stored(post)) == before
        await there.sends()
        assert await crowd.posts() == []
        assert await rows(there.database, ADDRESS.c.key) == []


async def test_an_announcement_goes_to_a_group_and_a_channel_in_their_languages(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    async with house(telegram, post, bot_api) as there:
        crowd, one = await there.bound()
        channel, two = await there.bound("channel", "en")
        assert await there.tells(one.id, two.id) == 2
        await there.sends()
        assert (await crowd.posts())[1:] == ["Rytoj nedirbame"]
        assert (await channel.posts())[1:] == ["Closed tomorrow"]
        number = (await rows(there.database, ANNOUNCEMENT.c.id))[0][0]
        posts = await there.database.read(lambda tx: kept.posts(tx, there.scope, number))
        assert [(each.kind, each.state) for each in posts] == [("group", "sent"), ("channel", "sent")]
        assert [each.worked_at for each in await there.groups()] == [NOW, NOW]
        assert await announce.JOB.run(there.database, NOW + timedelta(hours=1)) == 0


async def test_a_group_that_is_told_to_wait_waits_alone(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    async with house(telegram, post, bot_api) as there:
        crowd, one = await there.bound()
        other, two = await there.bound()
        await bot_api.fails("sendMessage", chat=str(crowd.id), status=429, retry_after=30)
        await there.tells(one.id, two.id)
        await there.sends()
        assert min(await there.fates()) == ("sent", "")
        assert (len(await crowd.posts()), len(await other.posts())) == (1, 2)
        await there.desk.passes(timedelta(seconds=31))
        await there.sends()
        assert (len(await crowd.posts()), len(await other.posts())) == (2, 2)


async def test_a_change_waits_alone_for_its_group_too(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    """Telegram tells one group to wait: nothing else does, and nothing is lost."""
    async with house(telegram, post, bot_api) as there:
        crowd, one = await there.bound()
        other, two = await there.bound()
        await there.tells(one.id, two.id)
        await there.sends()
        await bot_api.fails("deleteMessage", chat=str(crowd.id), status=429, retry_after=30)
        await there.database.write(there.takes_back)
        await there.sends()
        assert (len(await crowd.posts()), len(await other.posts())) == (2, 1)
        await there.tells(two.id)
        await there.sends()
        assert (len(await crowd.posts()), len(await other.posts())) == (2, 2)
        await there.desk.passes(timedelta(seconds=31))
        await there.sends()
        assert (len(await crowd.posts()), len(await other.posts())) == (1, 2)


async def test_a_group_that_throws_us_out_is_shown_so_and_works_when_we_are_back(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    async with house(telegram, post, bot_api) as there:
        crowd, one = await there.bound()
        await there.heard(await crowd.turns("kicked"))
        assert [each.reachable for each in await there.groups()] == [False]
        await there.heard(await crowd.turns("member"))
        assert [each.reachable for each in await there.groups()] == [True]
        await bot_api.fails(
            "sendMessage", status=403, description="Forbidden: bot was kicked from the group chat"
        )
        await there.tells(one.id)
        await there.sends()
        assert [state for state, _ in await there.fates()] == ["failed"]
        assert [each.reachable for each in await there.groups()] == [False]


async def test_a_group_that_becomes_a_supergroup_is_followed(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    """It is told by an update, or (where that is lost) by the answer to a message."""
    async with house(telegram, post, bot_api) as there:
        crowd, one = await there.bound()
        moved = await crowd.moves()
        await there.heard((await bot_api.events("queued"))[-1]["number"])
        await there.tells(one.id)
        await there.sends()
        assert await moved.posts() == ["Rytoj nedirbame"]
        where = ADDRESS.update().values(key=str(crowd.id))
        await there.database.write(lambda tx: tx.execute(where))
        await there.tells(one.id)
        await there.sends()
        await there.desk.passes(timedelta(minutes=5))
        await there.sends()
        assert len(await moved.posts()) == 2
        assert await rows(there.database, ADDRESS.c.key) == [(str(moved.id),)]


async def test_a_group_that_is_let_go_gets_nothing(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    async with house(telegram, post, bot_api) as there:
        _, one = await there.bound()
        await there.database.write(lambda tx: groups.end(tx, there.scope, one.id, NOW))
        said = Composed(
            there.place, {"lt": "a"}, confirms=False, rule=EVERYBODY, groups=(one.id,), people=False
        )
        reached = await there.database.read(lambda tx: compose.reach(tx, said, NOW))
        faults = await there.database.read(lambda tx: compose.faults(tx, there.scope, said, reached))
        assert [each.what for each in faults] == ["empty", "group"]
        elsewhere = replace(there.scope, organisations=frozenset())
        assert await there.database.read(lambda tx: kept.of_scope(tx, elsewhere)) == []


async def test_a_group_that_moved_to_where_another_address_is_known_gets_nothing(
    telegram: Telegram, post: StorePost, bot_api: BotApi
) -> None:
    async with house(telegram, post, bot_api) as there:
        crowd, one = await there.bound()
        _, two = await there.bound()
        taken = await there.database.read(lambda tx: addresses.get(tx, two.address))
        assert taken is not None
        moved = int(taken.key)
        await bot_api.fails("sendMessage", chat=str(crowd.id), status=400, migrate_to=moved)
        await there.tells(one.id)
        await there.sends()
        await there.desk.passes(timedelta(minutes=5))
        await there.sends()
        assert [state for state, _ in await there.fates()] == ["failed"]
        assert sorted(each.reachable for each in await there.groups()) == [False, True]
