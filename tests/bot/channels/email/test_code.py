"""From the tap that begins a test, over real SMTP, to the code that begins it: with the rooms that the service runs."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.email import Email
from bot.delivery import Delivery
from bot.lease import Lease
from bot.process import this_process
from bot.words import Words
from domain.programme import Exam
from storage.addresses import ADDRESS
from storage.codes import MAILED_CODE
from storage.database import Database
from storage.outbox import ATTEMPT, OUTBOX
from storage.sittings import SITTING
from tests.actions.examinees import comes, examined
from tests.actions.talk import Talk, texts
from tests.fakes.mail import MailServer, plain_of
from tests.storage.samples import MONDAY, rows

KEY = b"k" * 32
TAUGHT = examined("ss", exam=Exam(50, 30, code="email"))
ANA = "ana@a.example"
MINUTE = timedelta(minutes=1)
CODE = re.compile(r"\b\d{8}\b")


@pytest.fixture
async def ana(database: Database) -> Talk:
    """She stands before a test that wants a code."""
    talk, _ = await comes(database, TAUGHT)
    talk.code_key = KEY
    return talk


@asynccontextmanager
async def delivering(database: Database, channel: Email, key: bytes = KEY) -> AsyncIterator[None]:
    """Mail is delivered meanwhile, by what the service delivers with."""
    lease = Lease(database, "email", this_process())
    words = Words(replace(texts(), key=key))
    delivery = Delivery(database, channel, words, lease, lambda: MONDAY)
    running = asyncio.create_task(delivery.run())
    try:
        yield
    finally:
        delivery.stop()
        await asyncio.wait_for(running, 10)


async def test_a_code_goes_by_mail_and_begins_the_test(
    database: Database, ana: Talk, both: tuple[Email, MailServer], capsys: pytest.CaptureFixture[str]
) -> None:
    channel, server = both
    async with delivering(database, channel):
        assert await ana.presses("next") == ["code.sent+code.nothing_came"]
        mail = await server.arrives(ANA)
    assert (mail["To"], mail["Subject"]) == (ANA, "Kodas testui „01 lt“ pradėti")
    (code,) = CODE.findall(plain_of(mail))
    assert code not in mail["Subject"]
    sent = await rows(database, OUTBOX.c.state, OUTBOX.c.kind, where=OUTBOX.c.channel == "email")
    assert sent == [("sent", "code")]
    for table in (OUTBOX, ATTEMPT, MAILED_CODE, ADDRESS):
        assert code not in str(await rows(database, *table.columns)), "no table has it"
    assert (await ana.says(code))[0] == "test.until"
    assert len(await rows(database, SITTING.c.number)) == 1
    said = capsys.readouterr()
    assert "lease taken" in said.out + said.err
    assert [each for each in (code, ANA) if each in said.out + said.err] == []


async def test_the_prompt_says_where_it_went_and_no_more(ana: Talk) -> None:
    await ana.presses("next")
    (content,) = await ana.contents("lt", ana.heard[-1:])
    assert "Į a…@a.example išsiuntėme 8 skaitmenų kodą" in content.text.plain
    assert [button.label for button in content.buttons] == ["Siųsti naują kodą", "Meniu"]


async def test_who_looks_without_the_key_sees_dots(ana: Talk) -> None:
    await ana.presses("next")
    mail = [each async for each in _mails(ana)]
    (content,) = await ana.contents("lt", mail)
    assert "Jūsų kodas: ••••••••" in content.text.plain


async def _mails(talk: Talk) -> AsyncIterator[Any]:
    elsewhere = replace(talk, key=ANA, channel="email")
    for each in await elsewhere.written("code:"):
        yield each


async def test_a_mailbox_that_is_gone_gives_the_code_to_no_other_place(
    database: Database, ana: Talk, both: tuple[Email, MailServer]
) -> None:
    channel, server = both
    server.refuses[ANA] = "550 5.1.1 no such mailbox"
    async with delivering(database, channel):
        await ana.presses("next")
        await _until(database, "failed")
    where = await rows(database, OUTBOX.c.state, OUTBOX.c.channel, where=OUTBOX.c.key.startswith("code:"))
    assert where == [("failed", "email")]
    del server.refuses[ANA]
    ana.at += MINUTE
    async with delivering(database, channel):
        await ana.presses("anew")
        assert CODE.search(plain_of(await server.arrives(ANA))), "whoever asks again has it tried again"


async def test_a_code_that_may_have_arrived_is_not_sent_twice(
    database: Database, ana: Talk, both: tuple[Email, MailServer]
) -> None:
    channel, server = both
    server.answers["DATA"] = [""]
    async with delivering(database, channel):
        await ana.presses("next")
        await _until(database, "unknown")
    assert server.taken == []


async def _until(database: Database, state: str) -> None:
    here = (OUTBOX.c.channel == "email") & (OUTBOX.c.state == state)
    async with asyncio.timeout(10):
        while not await rows(database, OUTBOX.c.id, where=here):
            await asyncio.sleep(0.01)
