"""What people sign in with, on both stores: each thing that works once works for one of many who race."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from actions.secure import Owner, start_anew
from domain.bucket import Limit
from storage import buckets, ceremonies, passkeys, passwords, providers, second_factors, sessions
from storage.database import Connection, Database
from storage.passkeys import Passkey
from tests.console.town import MONDAY, Cast, settle

LIMIT = Limit("guess", 5, timedelta(hours=1))
NOTHING = timedelta(0)


@pytest.fixture
async def cast(database: Database) -> Cast:
    return await database.write(settle)


async def test_of_many_who_try_at_once_as_many_as_allowed_are_counted(database: Database) -> None:
    race = (database.write(partial(buckets.take, limit=LIMIT, whose="rasa", now=MONDAY)) for _ in range(20))
    waits = await asyncio.gather(*race)
    assert (waits.count(NOTHING), waits.count(timedelta(hours=1))) == (5, 15)
    assert await database.write(partial(buckets.take, limit=LIMIT, whose="ona", now=MONDAY)) == NOTHING


async def test_what_was_right_is_given_back_and_what_is_old_forgotten(database: Database) -> None:
    def tries(tx: Connection) -> tuple[timedelta, int, int]:
        for _ in range(5):
            buckets.take(tx, LIMIT, "rasa", MONDAY)
        buckets.give_back(tx, LIMIT, "rasa", MONDAY)
        buckets.give_back(tx, LIMIT, "rasa", MONDAY - timedelta(seconds=1))
        again = buckets.take(tx, LIMIT, "rasa", MONDAY)
        early = buckets.forget(tx, MONDAY + timedelta(minutes=59))
        return again, early, buckets.forget(tx, MONDAY + timedelta(hours=1))

    assert await database.write(tries) == (NOTHING, 0, 1)


async def test_a_code_and_a_ceremony_are_somebodys_once(database: Database, cast: Cast) -> None:
    def begin(tx: Connection) -> None:
        second_factors.put(tx, cast.coordinator, "seed", 10, MONDAY)
        second_factors.put_codes(tx, cast.coordinator, ["CODE"])
        ceremonies.begin(tx, "second", "t", MONDAY, person=cast.coordinator, how="link")

    await database.write(begin)
    for once in (
        partial(second_factors.spend_step, person=cast.coordinator, step=11),
        partial(second_factors.spend_code, person=cast.coordinator, code="CODE"),
        partial(ceremonies.take, kind="second", token="t", now=MONDAY),
    ):
        done = await asyncio.gather(*(database.write(once) for _ in range(8)))
        assert [bool(each) for each in done].count(True) == 1
    assert not await database.write(partial(second_factors.spend_step, person=cast.coordinator, step=10))


async def test_a_ceremony_is_of_its_kind_and_lasts_for_its_time(database: Database, cast: Cast) -> None:
    await database.write(partial(ceremonies.begin, kind="passkey", token="t", now=MONDAY, challenge="c"))

    def look(tx: Connection) -> list[bool]:
        late = MONDAY + ceremonies.LASTS
        return [
            ceremonies.look(tx, "second", "t", MONDAY) is None,
            ceremonies.look(tx, "passkey", "t", late) is None,
            ceremonies.look(tx, "passkey", "t", late - timedelta(seconds=1)) is None,
        ]

    assert await database.read(look) == [True, True, False]
    assert await database.write(partial(ceremonies.forget, now=MONDAY + ceremonies.LASTS)) == 1


async def test_starting_anew_leaves_one_person_with_nothing_and_others_with_all(
    database: Database, cast: Cast
) -> None:
    both = (cast.coordinator, cast.sector)

    def fill(tx: Connection) -> None:
        providers.put(tx, cast.library, "V", "https://id.example", client="z", secret_file="")
        (trusted,) = providers.all_of_them(tx)
        for who in both:
            passwords.put(tx, who, "hash", MONDAY)
            second_factors.put(tx, who, "seed", 1, MONDAY)
            second_factors.put_codes(tx, who, [f"CODE{who}"])
            passkeys.add(tx, Passkey(f"key{who}", who, "Work", b"k", 0, MONDAY, None))
            providers.link(tx, trusted, f"s{who}", who, MONDAY)
            sessions.start(tx, person=who, token=f"t{who}", now=MONDAY)
        start_anew(tx, Owner(cast.coordinator, MONDAY, mails=False))

    def has(tx: Connection, who: int) -> list[bool]:
        return [
            passwords.get(tx, who) is not None,
            second_factors.seed(tx, who) is not None,
            second_factors.codes_left(tx, who) == 1,
            passkeys.of_person(tx, who) != [],
            providers.linked(tx, who) != frozenset(),
            sessions.of_person(tx, who, MONDAY) != [],
        ]

    await database.write(fill)
    assert await database.read(lambda tx: [set(has(tx, who)) for who in both]) == [{False}, {True}]
