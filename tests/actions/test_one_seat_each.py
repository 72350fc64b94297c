"""Everybody registers at once, from several processes: seats are given once, and the rest wait in their order."""

import asyncio
import json
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from storage import people, registrations, webinars
from storage.database import Connection, Database
from tests.actions import hall
from tests.actions.hall import Hall
from tests.actions.land import join
from tests.storage import stores
from tests.storage.samples import MONDAY

ROOT = Path(__file__).parents[2]
PROCESSES = 4


def crowd(tx: Connection, held: Hall, many: int) -> list[int]:
    """People who have not joined, which registering does not ask about; but the first, who will be told."""
    place = held.land.library
    added = [
        people.add(tx, organisation=place, name=f"p{each}", email=f"p{each}@a.example", language="lt")
        for each in range(many)
    ]
    for who in added[:20]:
        join(tx, who, f"p{who}")
    return added


async def burst(database: Database, many: int, seats: int) -> Hall:
    """So many want a seat at once, each once; who goes again gives it to who is next."""
    held = await hall.opened(database, capacity=seats)
    everybody = await database.write(partial(crowd, held=held, many=many))
    parts = [everybody[part::PROCESSES] for part in range(PROCESSES)]
    crowds = [await _process(database, held.webinar, part) for part in parts]
    for each in crowds:
        assert each.stdout
        assert await each.stdout.readline() == b"open\n"
    told = await asyncio.gather(*(each.communicate(b"come\n") for each in crowds))
    said = [json.loads(out.splitlines()[-1]) for out, _ in told]
    came = Counter(word for part in said for word in part)
    assert came == {"seated": seats, "waiting": many - seats}
    line = await database.read(partial(registrations.active, webinar=held.webinar))
    assert [each.arrival for each in line] == list(range(1, many + 1))
    assert [each.state for each in line] == ["seated"] * seats + ["waiting"] * (many - seats)
    assert sorted(each.person for each in line) == sorted(everybody)
    return held


async def _process(database: Database, webinar: int, part: list[int]) -> asyncio.subprocess.Process:
    who = json.dumps({"url": stores.url_of(database), "webinar": webinar, "people": part})
    command = (sys.executable, "-m", "tests.actions.registering", who)
    return await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )


async def test_several_processes_give_each_seat_once(database: Database) -> None:
    held = await burst(database, 240, 25)
    line = await database.read(partial(registrations.active, webinar=held.webinar))
    goes = [each.person for each in line[:10]]
    async with stores.again(database) as other:
        doors = [(database, other)[number % 2] for number in range(len(goes))]
        left = await asyncio.gather(
            *(hall.go(door, held, who) for door, who in zip(doors, goes, strict=True))
        )
    assert left == ["left"] * 10
    after = await database.read(partial(registrations.active, webinar=held.webinar))
    assert [each.person for each in after if each.state == "seated"] == [each.person for each in line[10:35]]
    assert [each.person for each in after if each.state == "waiting"] == [each.person for each in line[35:]]


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_ten_thousand_want_five_hundred_seats(database: Database) -> None:
    held = await burst(database, 10_000, 500)
    found = await database.read(partial(webinars.find, webinar=held.webinar))
    assert found
    seats = await database.read(partial(registrations.seats, webinar=found, now=MONDAY))
    assert (seats.taken, seats.spare) == ({None: 500}, 0)
