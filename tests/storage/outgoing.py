"""Messages for the tests of the outbox: written, claimed and settled with as few words as possible."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from domain.delivery import Next, Outcome, State
from domain.message import Kind, Message
from domain.message import notice as notice_of
from storage import claiming, outbox, settling
from storage.claiming import Claimed
from storage.database import Connection, Database
from storage.outbox import OUTBOX, New, Passed, To
from storage.settling import Ended
from tests.storage.samples import MONDAY, address, rows

SECOND = timedelta(seconds=1)
HELLO = notice_of("menu.head")
FENCE = 1


def to(tx: Connection, key: str = "ana", organisation: int | None = None, channel: str = "web") -> To:
    """An address, which is made when it is not there yet."""
    return To(address(tx, key, channel=channel), channel, None, organisation)


def add(
    tx: Connection,
    key: str,
    place: str = "ana",
    *,
    message: Message = HELLO,
    kind: Kind = "reply",
    at: datetime = MONDAY,
    channel: str = "web",
    organisation: int | None = None,
    edits: int | None = None,
    passed: Passed | None = None,
) -> int | None:
    """A message to an address; its id."""
    where = to(tx, place, organisation, channel)
    return outbox.add(tx, New(where, message, key, kind, passed, edits=edits), at)


async def claim(
    database: Database, now: datetime = MONDAY, channel: str = "web", *, most: int = 100, fence: int = FENCE
) -> list[Claimed]:
    """Claim what may go."""
    return await database.write(partial(claiming.claim, channel=channel, fence=fence, now=now, most=most))


async def settle(
    database: Database,
    claimed: Claimed,
    outcome: Outcome = "sent",
    state: State = "sent",
    wait: int = 0,
    *,
    fence: int = FENCE,
    reason: str = "",
) -> None:
    """How its attempt ended."""
    if outcome == "sent":
        await database.write(lambda tx: settling.settle_sent(tx, [(claimed, "m1")], fence, MONDAY))
        return
    ended = Ended(outcome, Next(state, timedelta(seconds=wait)), reason)
    await database.write(lambda tx: settling.settle(tx, claimed, ended, fence, MONDAY))


async def keys_in_rounds(database: Database, most: int = 100) -> list[list[str]]:
    """Claim and send until nothing is left; the keys of each round."""
    rounds = list[list[str]]()
    while claimed := await claim(database, most=most):
        rounds.append(keys(claimed))
        for each in claimed:
            await settle(database, each)
    return rounds


def keys(claimed: Iterable[Claimed]) -> list[str]:
    """Their keys, in order."""
    return [each.key for each in claimed]


async def states(database: Database) -> dict[str, str]:
    """The state of each message, by its key."""
    return {row[0]: row[1] for row in await rows(database, OUTBOX.c.key, OUTBOX.c.state)}
