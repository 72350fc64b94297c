"""A7: passwords are chosen, used, changed and guessed at."""

import asyncio
from statistics import median
from time import perf_counter

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from starlette.applications import Starlette

from console.app import create
from console.entrance import network_of
from console.hashing import PARALLEL, WAITING, Busy, Hashing
from domain.message import Place
from domain.texts import Texts
from storage.database import Database
from storage.outbox import OUTBOX
from storage.passwords import PASSWORD as STORED
from storage.sessions import LINK
from tests.console.conftest import KEY, SAME_ORIGIN, Door
from tests.console.keys import OTHER, PASSWORD, RASA, choose, enter, entrance, post
from tests.console.planted import plant, secret
from tests.console.town import Cast, Clock


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=entrance(mails=True))


async def test_who_came_by_a_link_chooses_a_password_and_signs_in_with_it(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser, door.browser() as other:
        assert (await choose(browser)).headers["location"] == "/console/account?done=password"
        assert "The password is changed" in (await browser.get("/console/account?done=password")).text
        answer = await enter(other, email="  Rasa.Rasaitė.1@EXAMPLE.org ")
        assert (answer.status_code, answer.headers["location"]) == (303, "/console")
        assert (await other.get("/console")).status_code == 200


async def test_the_same_characters_are_the_same_however_they_are_composed(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser, door.browser() as other:
        await choose(browser, "trys z\u030calios varle\u0307s")
        assert (await enter(other, "trys žalios varlės")).status_code == 303


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "at least 12"),
        ("", "at least 12"),
        ("x" * 257, "at most 256"),
        ("passwordpassword", "easy to guess"),
        ("aaaaaaaaaaaaaaaaaaaa", "easy to guess"),
        ("1234567890123", "easy to guess"),
        ("Rasa Rasaitė", "easy to guess"),
    ],
)
async def test_what_is_no_password_is_said_and_changes_nothing(
    coordinator: httpx.AsyncClient, database: Database, password: str, why: str
) -> None:
    answer = await choose(coordinator, password)
    assert (answer.status_code, why in answer.text) == (422, True)
    assert await database.read(lambda tx: tx.execute(select(STORED)).all()) == []


async def test_no_password_is_made_of_what_the_house_is_called(door: Door, database: Database) -> None:
    planted = await database.write(plant)
    async with door.signed_in(planted.actors["coordinator", "own"]) as browser:
        for place in ("own", "sector", "land", "unit"):  # their own, those above it and under it
            answer = await choose(browser, f"{place} {secret(place)}")
            assert (answer.status_code, "easy to guess" in answer.text) == (422, True), place
        assert (await choose(browser, f"other {secret('other')}")).status_code == 303


@pytest.mark.parametrize(
    "password", ["correct horse battery", "žąsys skrenda į pietus " * 10, "vienas du trys keturi"]
)
async def test_no_kind_of_character_is_asked_for(
    coordinator: httpx.AsyncClient, door: Door, password: str
) -> None:
    assert (await choose(coordinator, password)).status_code == 303
    async with door.browser() as browser:
        assert (await enter(browser, password)).status_code == 303


async def test_only_a_hash_is_stored(coordinator: httpx.AsyncClient, database: Database) -> None:
    await choose(coordinator)
    ((_, hashed, _),) = await database.read(lambda tx: tx.execute(select(STORED)).all())
    assert hashed.startswith("$argon2id$v=19$")
    assert PASSWORD not in hashed


def test_the_parameters_are_those_of_the_standard() -> None:
    hasher = PasswordHasher()  # RFC 9106, 4: the second recommended option
    assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (65536, 3, 4)


async def test_changing_it_ends_all_other_sessions_and_unused_links(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser, door.browser() as thief, door.browser() as third:
        thief.cookies.set("zinute_session", browser.cookies["zinute_session"])
        link = await door.link(cast.coordinator)
        await choose(browser)
        await enter(third)
        assert [(await each.get("/console")).status_code for each in (browser, thief, third)] == [
            200,
            303,
            200,
        ]
        await choose(browser, OTHER)
        assert [(await each.get("/console")).status_code for each in (browser, third)] == [200, 303]
        assert (await post(third, "/sign-in", token=link)).status_code == 410
        assert (await enter(third)).status_code == 422
        assert (await enter(third, OTHER)).status_code == 303


async def test_whoever_came_by_password_has_to_know_it_to_change_it(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser:
        await choose(browser)
    async with door.browser() as browser:
        await enter(browser)
        refused = await choose(browser, OTHER, current="something else")
        assert (refused.status_code, "present password is not right" in refused.text) == (422, True)
        assert (await choose(browser, OTHER, current=PASSWORD)).status_code == 303


async def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser:
        await choose(browser)
    async with door.browser() as browser:
        pages = [
            (await enter(browser, OTHER, email)).text.replace(email, "")
            for email in (RASA, "nobody@example.org", "ona.onaitė.1@example.org")
        ]
    assert len(set(pages)) == 1
    assert "The address or the password is not right" in pages[0]


async def test_they_take_the_same_time(
    database: Database, texts: Texts, clock: Clock, cast: Cast, coordinator: httpx.AsyncClient
) -> None:
    """With real parameters, so that a hash which is left out would be seen."""
    await choose(coordinator)
    hashing = Hashing(PasswordHasher(time_cost=2, memory_cost=16384))
    await hashing.hash("warm")

    async def taken(hashed: str | None) -> float:
        begun = perf_counter()
        assert not await hashing.is_right("wrong", hashed)
        return perf_counter() - begun

    known = await hashing.hash(PASSWORD)
    pairs = [(await taken(known), await taken(None)) for _ in range(15)]
    of_known, of_nobody = (median(each) for each in zip(*pairs, strict=True))
    assert 0.5 < of_nobody / of_known < 2


async def test_ten_wrong_ones_an_hour_for_an_account_and_then_a_calm_page(
    door: Door, cast: Cast, clock: Clock
) -> None:
    async with door.signed_in(cast.coordinator) as browser:
        await choose(browser)
    async with door.browser() as browser:
        codes = [(await enter(browser, OTHER, "nobody@example.org")).status_code for _ in range(11)]
        assert codes == [422] * 10 + [429]
        clock.move(hours=1)
        codes = [(await enter(browser, OTHER)).status_code for _ in range(9)]
        clock.move(minutes=30)
        assert (await enter(browser, OTHER)).status_code == 422
        refused = await enter(browser)
        assert (refused.status_code, "Try again in 30 minutes" in refused.text) == (429, True)
        assert refused.headers["retry-after"] == "1800"
        clock.move(minutes=30)
        assert (await enter(browser)).status_code == 303


async def test_right_ones_do_not_count(door: Door, cast: Cast, clock: Clock) -> None:
    async with door.signed_in(cast.coordinator) as browser:
        await choose(browser)
    async with door.browser() as browser:
        assert [(await enter(browser)).status_code for _ in range(25)] == [303] * 25


async def test_twenty_an_hour_from_one_place_whoever_is_guessed_at(door: Door, cast: Cast) -> None:
    async with door.browser() as browser:
        answers = [(await enter(browser, OTHER, f"p{each}@example.org")).status_code for each in range(21)]
        spoofed = await browser.post(
            "/sign-in/password",
            data={"email": RASA, "password": OTHER},
            headers=SAME_ORIGIN | {"X-Forwarded-For": "203.0.113.7"},
        )
    assert (answers, spoofed.status_code) == ([422] * 20 + [429], 429)


async def test_twenty_wrong_ones_a_day_for_an_account(
    door: Door, cast: Cast, database: Database, clock: Clock
) -> None:
    async with door.browser() as browser:
        codes = []
        for _ in range(3):
            codes += [(await enter(browser, OTHER)).status_code for _ in range(8)]
            clock.move(hours=2)
    assert codes == [422] * 20 + [429] * 4


async def test_many_who_guess_at_once_are_counted_one_by_one(door: Door, cast: Cast) -> None:
    async with door.browser() as browser:
        answers = await asyncio.gather(*(enter(browser, OTHER) for _ in range(15)))
    assert sorted(each.status_code for each in answers) == [422] * 10 + [429] * 5


async def test_whoever_is_locked_out_by_a_stranger_comes_in_by_a_link(door: Door, cast: Cast) -> None:
    async with door.browser() as stranger:
        for _ in range(12):
            await enter(stranger, OTHER)
    async with door.signed_in(cast.coordinator) as browser:
        assert (await browser.get("/console")).status_code == 200


async def test_a_refused_try_fills_no_other_bucket(door: Door, cast: Cast, clock: Clock) -> None:
    async with door.signed_in(cast.coordinator) as browser:
        await choose(browser)
    async with door.browser() as stranger:
        for _ in range(3):
            assert [(await enter(stranger, OTHER)).status_code for _ in range(5)] == [422] * 5
            clock.move(minutes=61)
        codes = [(await enter(stranger, OTHER, "nobody@example.org")).status_code for _ in range(30)]
        assert codes == [422] * 10 + [429] * 20
        assert (await enter(stranger, OTHER)).status_code == 422, "the address has tries left"
        assert (await enter(stranger)).status_code == 303


async def test_strangers_use_up_no_try_of_whoever_is_signed_in(
    door: Door, coordinator: httpx.AsyncClient, clock: Clock
) -> None:
    await choose(coordinator)
    codes = list[int]()
    async with door.browser() as stranger:
        for _ in range(6):
            codes = [(await enter(stranger, OTHER)).status_code for _ in range(6)]
            clock.move(minutes=25)
            await coordinator.get("/console")
    assert codes == [429] * 6
    proof = {"next": "/console/account", "password": PASSWORD}
    assert (await post(coordinator, "/console/proof", **proof)).headers["location"] == proof["next"]
    assert (await choose(coordinator, OTHER)).status_code == 303


@pytest.mark.parametrize("charset", ["utf-7", "undefined", "idna", "punycode", "raw_unicode_escape", "hex"])
async def test_what_nobody_can_read_is_no_fault_of_ours(door: Door, cast: Cast, charset: str) -> None:
    odd = {"utf-7": "+2AA-", "raw_unicode_escape": "\\ud800"}.get(charset, "\xff\xfe-0-")
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{odd}\r\n'
        for name in ("email", "password", "language", "next")
    )
    kind = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    async with door.browser() as browser:
        for path in ("/sign-in/password", "/sign-in/link", "/console/language"):
            answer = await browser.post(
                path, content=f"{parts}--x--\r\n".encode("latin-1"), headers=SAME_ORIGIN | kind
            )
            assert answer.status_code < 500


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::1", "::2", True),
        ("a socket", "another", False),
    ],
)
def test_one_customer_is_one_network(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) == same


async def test_two_are_hashed_at_a_time_twenty_wait_and_the_rest_is_sent_away() -> None:
    hashing = Hashing(PasswordHasher(time_cost=1, memory_cost=8192))
    tasks = [asyncio.create_task(hashing.hash("password")) for _ in range(40)]
    done = await asyncio.gather(*tasks, return_exceptions=True)
    busy = sum(isinstance(each, Busy) for each in done)
    assert (busy, len(done) - busy) == (40 - PARALLEL - WAITING, PARALLEL + WAITING)
    assert (PARALLEL, WAITING) == (2, 20)
    assert await hashing.is_right("password", next(each for each in done if isinstance(each, str)))


async def test_a_storm_of_passwords_gets_429_and_does_not_count(
    database: Database, texts: Texts, clock: Clock, cast: Cast
) -> None:
    slow = entrance()
    object.__setattr__(slow, "hashing", Hashing(PasswordHasher(time_cost=4, memory_cost=16384)))
    door = Door(create(database, texts, clock, entrance=slow), database, clock)
    async with door.browser() as browser:
        storm = (
            browser.post(
                "/sign-in/password",
                data={"email": f"p{each}@example.org", "password": OTHER},
                headers=SAME_ORIGIN,
            )
            for each in range(20)
        )
        hashes = [asyncio.create_task(slow.hashing.hash(OTHER)) for _ in range(PARALLEL + WAITING)]
        answers = await asyncio.gather(*storm)
        await asyncio.gather(*hashes)
        again = [await enter(browser, OTHER, f"q{each}@example.org") for each in range(3)]
    sent_away = [each for each in answers if each.status_code == 429]
    assert sent_away
    assert {each.headers["retry-after"] for each in sent_away} == {"5"}
    assert "Please wait a little" in sent_away[0].text
    assert {each.status_code for each in again} <= {422}


async def test_the_event_loop_goes_on_while_a_password_is_hashed() -> None:
    hashing = Hashing(PasswordHasher(time_cost=8, memory_cost=65536, parallelism=1))
    task, ticks = asyncio.create_task(hashing.hash("password")), 0
    while not task.done():
        ticks += 1
        await asyncio.sleep(0.001)
    assert ticks > 20


async def test_a_link_by_mail_goes_to_the_roster_s_address_and_is_nowhere_in_the_store(
    door: Door, cast: Cast, database: Database
) -> None:
    async with door.browser() as browser:
        answer = await post(browser, "/sign-in/link", email="Kari.Nordmann.2@example.org")
        cookies = dict(browser.cookies)
    assert "a link is on its way" in answer.text
    rows = await database.read(
        lambda tx: tx.execute(select(OUTBOX.c.kind, OUTBOX.c.channel, OUTBOX.c.body)).all()
    )
    assert [(kind, channel) for kind, channel, _ in rows] == [("code", "email")]
    assert await database.read(lambda tx: len(tx.execute(select(LINK)).all())) == 1
    token = link_in(rows[0][2])
    assert token not in str(rows)
    async with door.browser() as browser:
        assert (await post(browser, "/sign-in", token=token)).status_code == 410
        browser.cookies.update(cookies)
        assert (await post(browser, "/sign-in", token=token)).status_code == 303


async def test_nobody_learns_whom_a_link_was_sent_to(door: Door, cast: Cast, database: Database) -> None:
    async with door.browser() as browser:
        emails = ("kari.nordmann.2@example.org", "ona.onaitė.1@example.org", "nobody@example.org", "x", "")
        pages = [(await post(browser, "/sign-in/link", email=email)).text for email in emails]
    assert len(set(pages)) == 1
    assert await database.read(lambda tx: len(tx.execute(select(LINK)).all())) == 1


async def test_three_links_an_hour_for_an_address(door: Door, cast: Cast) -> None:
    async with door.browser() as browser:
        sent = [(await post(browser, "/sign-in/link", email=RASA)).status_code for _ in range(4)]
    assert sent == [200, 200, 200, 429]


def link_in(body: str) -> str:
    """The token that the mail will show."""
    from domain.signing import link_token
    from storage.codec import load_message

    (place,) = (
        value
        for line in load_message(body).lines  # type: ignore[union-attr]
        for value in line.params.values()
        if isinstance(value, Place)
    )
    assert place.secret
    return link_token(KEY, place.secret.seed)
