"""Ways in for tests: a link, an invitation, and the mails that go."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Connection

from actions.invite import invite
from actions.join_link import change, renew
from domain.mailbox import secret_of
from domain.message import Message, Notice, Place, Secret
from domain.organisation import Scope
from storage import people
from storage.addresses import ADDRESS
from storage.codec import load_message
from storage.database import Database
from storage.outbox import OUTBOX
from tests.actions.talk import Talk, new_key
from tests.storage.samples import MONDAY, Town, rows, settle_down

KEY = b"k" * 32
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SENT = "join.code_sent+join.nothing_came"
CODE = "AAAAAAAAAAAAAAAAAAAAAA"


def scope(town: Town) -> Scope:
    return Scope(0, frozenset({town.here}))


async def begins(database: Database, domains: tuple[str, ...] = ()) -> tuple[Town, str]:
    """A town whose organisation has a link, and the link's code."""

    def make(tx: Connection) -> tuple[Town, str]:
        town = settle_down(tx)
        made = renew(tx, scope(town), town.here, MONDAY, new_key)
        assert made
        change(tx, scope(town), town.here, MONDAY, domains=domains)
        return town, made.code

    return await database.write(make)


async def invited(database: Database, code: str = CODE) -> Town:
    def make(tx: Connection) -> Town:
        town = settle_down(tx)
        invite(tx, person=town.ana, programme=town.programme, code=code, now=MONDAY)
        return town

    return await database.write(make)


async def email_of(database: Database, person: int) -> str:
    return await database.read(lambda tx: people.email(tx, person))


async def mails(database: Database) -> list[tuple[str, Message]]:
    """Where mails went, and what they say."""
    here = (ADDRESS.c.id == OUTBOX.c.address_id) & (OUTBOX.c.channel == "email")
    found = await rows(database, OUTBOX.c.id, ADDRESS.c.key, OUTBOX.c.body, where=here)
    return [(to, load_message(body)) for _, to, body in found]


def codes_in(messages: Iterable[Message]) -> list[str]:
    """The secrets in messages."""
    lines = [line for each in messages if isinstance(each, Notice) for line in each.lines]
    values = [value for line in lines for value in line.params.values()]
    made = [value.secret if isinstance(value, Place) else value for value in values]
    secrets = [each for each in made if isinstance(each, Secret)]
    return [secret_of(KEY, each.seed, each.form) for each in secrets]


async def newest_code(database: Database) -> str:
    return codes_in(said for _, said in await mails(database))[-1]


def talk(database: Database, key: str = "ana", channel: str = "web") -> Talk:
    return Talk(database, key, channel=channel, code_key=KEY)
