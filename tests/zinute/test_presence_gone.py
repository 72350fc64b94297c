"""Certificates of attendance of people who are erased, and of webinars whose organisation is closed."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from alembic import command

from actions import my_data
from storage import certificates, ending
from storage.certificates import CERTIFICATE
from storage.database import Connection, Database
from storage.migrate import migrate, settings
from storage.own_data import erase
from storage.registrations import REGISTRATION
from tests.actions import hall
from tests.actions.hall import HOUR, START, Hall
from tests.storage.samples import rows

HELD = date(2026, 12, 7)
END = START + HOUR


async def certified(database: Database) -> tuple[Hall, int]:
    """Ana was there, and Ben too."""
    found = await hall.opened(database, certifies=True, venue="Salė")
    ana, ben = await hall.guests(database, found.land.library, "ana", "ben")
    for who in (ana, ben):
        await hall.come(database, found, who)
    await hall.tick(database, found, END, _1=True, _2=True)
    await hall.look(database, END)
    return found, ana


async def kept(database: Database) -> list[Mapping[str, Any]]:
    def read(tx: Connection) -> list[Mapping[str, Any]]:
        found = tx.execute(CERTIFICATE.select().order_by(CERTIFICATE.c.id))
        return [dict(row._mapping) for row in found]

    return await database.read(read)


async def test_a_copy_has_it_and_who_is_erased_leaves_a_number_and_no_name(database: Database) -> None:
    _, ana = await certified(database)
    copied = (await database.read(partial(my_data.as_json, person=ana, now=END))).decode()
    assert '"Salė"' in copied
    await database.write(partial(erase, person=ana, now=END))
    hers, his = await kept(database)
    assert (hers["name"], hers["number"], hers["registration_id"]) == ("", "2026-000001", None)
    assert (hers["held_on"], hers["place"], hers["revoked_on"]) == (HELD, "Salė", HELD)
    assert (his["name"], his["registration_id"], his["revoked_on"]) == ("ben", 2, None)
    assert [row[0] for row in await rows(database, REGISTRATION.c.id)] == [2]


async def test_where_the_webinar_goes_with_its_place_what_was_certified_stays(database: Database) -> None:
    found, ana = await certified(database)
    await database.write(lambda tx: ending.clear(tx, {found.land.country}))
    assert await rows(database, REGISTRATION.c.id) == []
    assert [(each["registration_id"], each["held_on"], each["name"]) for each in await kept(database)] == [
        (None, HELD, "ana"),
        (None, HELD, "ben"),
    ]
    held = await database.read(partial(certificates.of_person, person=ana))
    assert [(each.enrolment, each.certificate.programme) for each in held] == [(None, "Virusai")]


async def test_a_store_that_goes_back_has_none(database: Database) -> None:
    await certified(database)
    await database.migrate(lambda tx: command.downgrade(settings(tx), "0048"))
    await migrate(database)
    assert await kept(database) == []
