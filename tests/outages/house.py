"""A store to begin with: an organisation, its coordinator who is signed in, and learners in Telegram."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Final

from storage import addresses, organisations, people, sessions
from storage.database import Connection, Database
from storage.migrate import migrate
from tests.faults.place import place
from tests.faults.store import FILE

SESSION: Final = "a-session-for-outages"
SIGNED_IN: Final = {"Cookie": f"zinute_session={SESSION}"}
EVERY_DAY: Final = frozenset(range(1, 8))


async def build(url: str, learners: Sequence[int] = ()) -> int:
    """Make the store; `learners` are chats in Telegram. The organisation's id."""
    database = Database(url)
    await migrate(database)
    await database.open()
    try:
        return await database.write(lambda tx: _settle(tx, learners))
    finally:
        await database.close()


async def build_in(data: Path, learners: Sequence[int] = ()) -> int:
    """The same, as a SQLite file in a new data folder."""
    data.mkdir(exist_ok=True)
    return await build(f"sqlite:///{data / FILE}", learners)


def _settle(tx: Connection, learners: Sequence[int]) -> int:
    now = datetime.now(UTC)
    country, zone = place(now)  # where it is a working morning: nothing waits for hours
    here = organisations.add(tx, name="House", country=country, zone=zone, language="en", contact="Rasa")
    coordinator = people.add(tx, organisation=here, name="Rasa", email="rasa@house.example", language="en")
    people.grant(tx, coordinator, here, "coordinator")
    seen = now - timedelta(minutes=5)  # so long ago that the next page writes it down anew
    sessions.start(tx, person=coordinator, token=SESSION, now=seen, strong=True)
    for chat in learners:
        _settle_learner(tx, here, chat, now)
    return here


def _settle_learner(tx: Connection, here: int, chat: int, now: datetime) -> None:
    person = people.add(tx, organisation=here, name=f"L{chat}", email=f"{chat}@house.example", language="lt")
    people.set_hour(tx, person, time(0))
    people.set_days(tx, person, EVERY_DAY)
    people.consent(tx, person, now)
    addresses.bind(tx, addresses.find_or_add(tx, "telegram", str(chat), "lt", now).id, person)
