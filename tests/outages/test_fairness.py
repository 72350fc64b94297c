"""L6: one organisation has queued very much, many others a little: these wait hardly longer than without it."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Final

import pytest

from domain.message import Kind
from storage import addresses, claiming, organisations, outbox, people, senders, settling
from storage.database import Connection, Database
from storage.outbox import New, To
from tests.bot.messenger import MENU
from tests.storage import stores
from tests.storage.samples import MONDAY

CHANNEL: Final = "web"
IN_FLIGHT: Final = 8
EACH: Final = 10
CROWD: Final = 500  # people of the large one
SENT_BEFORE: Final = 400
AT_ONCE: Final = 1_000
TWICE: Final = 2.0
FULL: Final = pytest.param(100_000, 200, marks=[pytest.mark.slow, pytest.mark.timeout(900)])


@pytest.fixture(params=stores.BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Each of the two stores, migrated, open and empty."""
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield database


def house(tx: Connection, name: str, number: int) -> list[To]:
    """An organisation with so many people who can be written to."""
    here = organisations.add(
        tx, name=name, country="LT", zone="Europe/Vilnius", language="lt", contact="Rasa"
    )
    found = []
    for each in range(number):
        email = f"{each}@{name}.example"
        person = people.add(tx, organisation=here, name=email, email=email, language="lt")
        place = addresses.find_or_add(tx, CHANNEL, email, "lt", MONDAY)
        addresses.bind(tx, place.id, person)
        found.append(To(place.id, CHANNEL, person, here))
    return found


def queue(tx: Connection, to: Sequence[To], name: str, *, first: int, last: int, kind: Kind) -> None:
    """Messages number `first` to `last` of a name, for one after another of these people."""
    news = [New(to[each % len(to)], MENU, f"{name}:{each}", kind) for each in range(first, last)]
    outbox.add_many(tx, news, MONDAY)


def send(tx: Connection, fence: int) -> list[str]:
    """As many as are in flight at once are sent; their keys."""
    claimed = claiming.claim(tx, CHANNEL, fence, MONDAY, IN_FLIGHT)
    settling.settle_sent(tx, [(each, "1") for each in claimed], fence, MONDAY)
    return [each.key for each in claimed]


async def waits(database: Database, small: int) -> list[int]:
    """Send until so many of the small ones are sent: how many messages went before each of them."""
    sender = await database.read(partial(senders.get, channel=CHANNEL))
    assert sender is not None
    order, found = 0, list[int]()
    while len(found) < small:
        keys = await database.write(partial(send, fence=sender.fence))
        assert keys, "there is nothing left"
        for key in keys:
            if not key.startswith("large"):
                found.append(order)
            order += 1
    return found


@pytest.mark.parametrize("kind", ["announcement", "lesson"])
@pytest.mark.parametrize(("large", "others"), [(5_000, 50), FULL])
async def test_l6_a_large_organisation_and_small_ones(
    database: Database, large: int, others: int, kind: Kind
) -> None:
    await database.write(lambda tx: senders.take(tx, CHANNEL, "test", None))
    crowd = await database.write(partial(house, name="large", number=CROWD))
    small = [await database.write(partial(house, name=f"small{n}", number=EACH)) for n in range(others)]

    async def small_queue(name: str) -> None:
        for n, to in enumerate(small):
            unit = partial(queue, to=to, name=f"{name}-{n}", first=0, last=EACH, kind=kind)
            await database.write(unit)

    await small_queue("solo")
    solo = await waits(database, others * EACH)
    for first in range(0, large, AT_ONCE):
        last = min(first + AT_ONCE, large)
        await database.write(partial(queue, to=crowd, name="large", first=first, last=last, kind=kind))
    sender = await database.read(partial(senders.get, channel=CHANNEL))
    assert sender is not None
    for _ in range(SENT_BEFORE // IN_FLIGHT):
        await database.write(partial(send, fence=sender.fence))
    await small_queue("beside")
    beside = await waits(database, others * EACH)
    ratio = quantiles(beside, n=20)[18] / quantiles(solo, n=20)[18]
    print(
        f"p95: {quantiles(solo, n=20)[18]:.0f} messages before theirs alone, {ratio:.2f} times that beside it"
    )
    assert ratio <= TWICE
