"""A8: a link to sign in by the chat: for the browser that asked, once, with the number that the chat shows."""

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from console.app import create
from domain.message import Notice, Place, Secret
from domain.texts import Texts
from storage import addresses, people
from storage.audit import AUDIT
from storage.codec import load_message
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.sessions import LINK, SESSION
from tests.console.conftest import KEY, Door
from tests.console.keys import add_phone, entrance, post
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows

KARI: Final = "kari.nordmann.2@example.org"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=entrance(mails=True))


@pytest.fixture
async def chat(database: Database, cast: Cast) -> int:
    """Kari's place in a messenger."""

    def bind(tx: Connection) -> int:
        place = addresses.find_or_add(tx, "telegram", "kari", None, MONDAY)
        addresses.bind(tx, place.id, cast.coordinator_elsewhere, MONDAY)
        return place.id

    return await database.write(bind)


@dataclass(frozen=True)
class Message:
    """What the chat shows."""

    token: str
    number: str
    code: str


async def newest(database: Database, texts: Texts) -> Message:
    """What was written last, as it is shown by whoever has the key; the store has none of it."""
    look = select(OUTBOX.c.body).order_by(OUTBOX.c.id.desc()).limit(1)
    body = await database.read(lambda tx: tx.execute(look).scalar_one())
    said = load_message(body)
    assert isinstance(said, Notice)
    values = {name: value for line in said.lines for name, value in line.params.items()}
    keyed, link, code = Texts(texts.catalogues, link_key=KEY), values["link"], values["code"]
    assert isinstance(link, Place)
    assert isinstance(code, Secret)
    token = keyed.path_of(link).partition("=")[2]
    typed = keyed.path_of(Place("", code))
    assert (token in body, typed in body) == (False, False)
    return Message(token, str(values.get("number", "")), typed)


async def ask(browser: httpx.AsyncClient, email: str = KARI, to: str = "chat") -> httpx.Response:
    return await post(browser, "/sign-in/link", email=email, to=to)


async def choose(browser: httpx.AsyncClient, message: Message, number: str = "") -> httpx.Response:
    return await post(browser, "/sign-in", token=message.token, number=number or message.number)


async def test_it_signs_in_whoever_chooses_the_number_of_the_chat(
    door: Door, database: Database, cast: Cast, chat: int, texts: Texts
) -> None:
    async with door.browser() as browser:
        assert "Look into the chat" in (await ask(browser)).text
        message = await newest(database, texts)
        page = await browser.get(f"/sign-in?token={message.token}")
        shown = re.findall(r'name="number" value="(\d\d)"', page.text)
        assert (len(shown), message.number in shown) == (3, True)
        answer = await choose(browser, message)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console")
        assert "zinute_link" not in browser.cookies
        account = (await browser.get("/console/account")).text
        assert "Signed in with a link from the chat." in account
        again = await choose(browser, message)
        assert (again.status_code, "has been used" in again.text) == (410, False)
    [row] = await rows(database, OUTBOX.c.kind, OUTBOX.c.channel, OUTBOX.c.state)
    assert tuple(row) == ("code", "telegram", "ready")
    deeds = await rows(database, AUDIT.c.what, AUDIT.c.person_id, AUDIT.c.after)
    assert [tuple(each) for each in deeds] == [
        ("entrance.used", cast.coordinator_elsewhere, '{"how":"chat"}')
    ]
    assert [tuple(each) for each in await rows(database, SESSION.c.how, SESSION.c.strong)] == [
        ("chat", False)
    ]


async def test_in_another_browser_it_is_worth_nothing_and_tells_nobody_s_name(
    door: Door, database: Database, chat: int, texts: Texts
) -> None:
    """Forwarded, opened on another device, or asked for by somebody else who waits for it."""
    async with door.browser() as thief, door.browser() as kari:
        await ask(thief)
        message = await newest(database, texts)
        page = await kari.get(f"/sign-in?token={message.token}")
        told = page.status_code, "for another browser" in page.text, "Kari" in page.text
        assert told == (410, True, False)
        assert (await choose(kari, message)).status_code == 410
        assert (await post(kari, "/sign-in/code", code=message.code)).status_code == 422
        await ask(kari)
        mine = await newest(database, texts)
        assert (await choose(thief, mine)).status_code == 410
        assert (await choose(kari, mine)).status_code == 303


async def test_another_number_ends_it(door: Door, database: Database, chat: int, texts: Texts) -> None:
    async with door.browser() as browser:
        await ask(browser)
        message = await newest(database, texts)
        wrong = f"{(int(message.number) - 9) % 90 + 10}"
        answer = await choose(browser, message, wrong)
        assert (answer.status_code, "The number was another one" in answer.text) == (410, True)
        assert (await choose(browser, message)).status_code == 410
        assert (await post(browser, "/sign-in/code", code=message.code)).status_code == 422
        assert (await post(browser, "/sign-in", token=message.token)).status_code == 410


async def test_looking_and_a_machine_that_looks_first_use_nothing_up(
    door: Door, database: Database, chat: int, texts: Texts
) -> None:
    async with door.browser() as browser, door.browser() as machine:
        await ask(browser)
        message = await newest(database, texts)
        for _ in range(3):
            await machine.get(f"/sign-in?token={message.token}")
            assert (await browser.get(f"/sign-in?token={message.token}")).status_code == 200
        assert (await choose(browser, message)).status_code == 303


@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (600, 410)])
@pytest.mark.usefixtures("chat")
async def test_it_lasts_for_ten_minutes(door: Door, texts: Texts, seconds: int, status: int) -> None:
    async with door.browser() as browser:
        await ask(browser)
        message = await newest(door.database, texts)
        door.clock.move(seconds=seconds)
        assert (await choose(browser, message)).status_code == status


@pytest.mark.parametrize("to", ["chat", "mail"])
async def test_its_code_is_typed_where_it_was_asked_for(
    door: Door, database: Database, chat: int, texts: Texts, to: str
) -> None:
    async with door.browser() as browser:
        await ask(browser, to=to)
        message = await newest(database, texts)
        for wrong in ("", "AAAA-AAAA-AAAA", message.code[:-1]):
            answer = await post(browser, "/sign-in/code", code=wrong, to=to)
            assert (answer.status_code, "does not work here" in answer.text) == (422, True)
        answer = await post(browser, "/sign-in/code", code=message.code.lower().replace("-", " "), to=to)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console")
        assert (await choose(browser, message)).status_code == 410


async def test_five_codes_in_a_quarter_of_an_hour(door: Door, chat: int) -> None:
    async with door.browser() as browser:
        await ask(browser)
        tried = [(await post(browser, "/sign-in/code", code="AAAA-AAAA-AAAA")).status_code for _ in range(6)]
    assert tried == [422] * 5 + [429]


async def test_browsers_that_asked_for_nothing_do_not_use_up_one_anothers_tries(
    door: Door, chat: int, texts: Texts
) -> None:
    """They have no cookie, so there is nothing that tells them apart, and no code that would be right."""
    for _ in range(7):
        async with door.browser() as stranger:
            assert (await post(stranger, "/sign-in/code", code="AAAA-AAAA-AAAA")).status_code == 422
    async with door.browser() as browser:
        await ask(browser)
        message = await newest(door.database, texts)
        assert (await post(browser, "/sign-in/code", code=message.code)).status_code == 303


async def test_where_no_message_can_lead_here_no_link_is_offered(
    door: Door, database: Database, chat: int, texts: Texts
) -> None:
    """Without ZINUTE_PUBLIC_URL nobody knows what to write into it."""
    alone = create(database, texts, door.clock, entrance=entrance(chats=False))
    async with replace(door, app=alone).browser() as browser:
        page, answer = await browser.get("/sign-in/link"), await ask(browser)
    assert (page.text, answer.status_code) == (answer.text, 200)
    assert "Ask whoever runs Zinute for you for a link" in page.text
    assert ('name="to"' in page.text, "Look into the chat" in page.text) == (False, False)
    assert (await rows(database, LINK.c.how), await rows(database, OUTBOX.c.id)) == ([], [])


@pytest.mark.usefixtures("chat")
async def test_whoever_has_an_authenticator_is_asked_for_it(door: Door, cast: Cast, texts: Texts) -> None:
    clock = door.clock
    async with door.signed_in(cast.coordinator_elsewhere) as browser:
        phone, _ = await add_phone(browser, clock())
    clock.move(minutes=1)
    async with door.browser() as browser:
        await ask(browser)
        answer = await choose(browser, await newest(door.database, texts))
        assert answer.headers["location"] == "/sign-in/second"
        assert (await browser.get("/console")).status_code == 303
        done = await post(browser, "/sign-in/second", code=phone.code(clock()))
        assert done.headers["location"] == "/console"
        assert "Signed in with a link from the chat." in (await browser.get("/console/account")).text


async def test_nobody_learns_whom_it_was_sent_to(
    door: Door, database: Database, cast: Cast, chat: int
) -> None:
    """Not to whoever looks after the installation, who has no chat, no role, or is not there."""
    boss = cast.coordinator_elsewhere
    emails = (KARI, "rasa.rasaitė.1@example.org", "ona.onaitė.1@example.org", "nobody@example.org", "")
    async with door.browser() as browser:
        pages = [(await ask(browser, email)).text for email in emails]
        assert len(await rows(database, LINK.c.how)) == 1
        await database.write(partial(people.grant, person=boss, organisation=cast.library, role="platform"))
        pages.append((await ask(browser)).text)
    assert len(set(pages)) == 1
    assert len(await rows(database, LINK.c.how)) == 1
    assert len(await rows(database, OUTBOX.c.id)) == 1


async def test_nothing_goes_to_a_chat_that_was_left(door: Door, database: Database, chat: int) -> None:
    await database.write(partial(addresses.reach, address=chat, reachable=False))
    async with door.browser() as browser:
        await ask(browser)
    assert await rows(database, OUTBOX.c.id) == []


async def test_three_an_hour_by_either_way(door: Door, cast: Cast, chat: int) -> None:
    async with door.browser() as browser:
        statuses = [(await ask(browser, to=to)).status_code for to in ("chat", "mail", "chat", "mail")]
    assert statuses == [200, 200, 200, 429]
