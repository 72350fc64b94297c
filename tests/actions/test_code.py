"""A code by e-mail before a test, on a store: sent, typed, mistyped, sent anew; its time, its tries, two devices."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Insert, update

from domain.event import Pressed, Said
from domain.mailbox import code_of
from domain.message import Notice, Secret
from scheduler.jobs import sweep
from storage.activity import ACTIVITY
from storage.addresses import ADDRESS
from storage.codec import load_message
from storage.codes import MAILED_CODE
from storage.database import Database
from storage.outbox import OUTBOX
from storage.people import PERSON
from storage.sittings import SITTING
from tests.actions.examinees import HARD, answers, comes, examined, sat
from tests.actions.talk import Talk, in_short
from tests.storage.samples import MONDAY, Town, rows

MINUTE = timedelta(minutes=1)
KEY = b"k" * 32
TAUGHT = examined("ss", exam=replace(HARD, code="email"))
PROMPT = "code.sent+code.nothing_came"


async def stands(database: Database, key: bytes = KEY) -> tuple[Talk, Town]:
    """Ana stands before a test that wants a code."""
    ana, town = await comes(database, TAUGHT)
    ana.code_key = key
    return ana, town


async def mails(database: Database) -> list[tuple[str, str]]:
    """Where mails went, and the code in each."""
    columns = OUTBOX.c.id, ADDRESS.c.key, OUTBOX.c.body
    here = (ADDRESS.c.id == OUTBOX.c.address_id) & (OUTBOX.c.channel == "email")
    return [(to, code_in(body)) for _, to, body in await rows(database, *columns, where=here)]


def code_in(body: str) -> str:
    message = load_message(body)
    assert isinstance(message, Notice)
    found = [each for line in message.lines for each in line.params.values() if isinstance(each, Secret)]
    return code_of(KEY, found[0].seed)


def other(code: str) -> str:
    """Eight digits that are not the code."""
    return f"{(int(code) + 1) % 10**8:08d}"


async def test_a_test_begins_once_its_code_is_typed(database: Database) -> None:
    ana, town = await stands(database)
    assert in_short(ana.heard[-1:]) == [
        "test.head+test.questions+test.limit+test.attempts+test.code+test.silent"
    ]
    assert await ana.presses("next") == [PROMPT]
    assert await sat(database, town.ana) == []
    ((to, code),) = await mails(database)
    email = await rows(database, PERSON.c.email, where=PERSON.c.id == town.ana)
    assert [(to,)] == email
    ana.at += 9 * MINUTE
    begun = await ana.says(f" {code[:4]}-{code[4:]} ")
    assert [begun[0], begun[1][:7]] == ["test.until", "card 0."]
    ((started, ends),) = await rows(database, SITTING.c.started_at, SITTING.c.ends_at)
    assert (started, ends) == (MONDAY + 9 * MINUTE, MONDAY + 39 * MINUTE)
    notes = await rows(database, ACTIVITY.c.details, where=ACTIVITY.c.what == "test_begun")
    assert '"code":"email"' in notes[0][0]
    await answers(ana, TAUGHT, right=True)
    (end,) = await answers(ana, TAUGHT, right=True)
    assert end.startswith("test.passed")


async def test_the_mail_is_a_code_of_ten_minutes_to_nobodys_place_to_learn(database: Database) -> None:
    ana, town = await stands(database)
    await ana.presses("next")
    columns = OUTBOX.c.id, OUTBOX.c.key, OUTBOX.c.kind, OUTBOX.c.state, OUTBOX.c.not_after, OUTBOX.c.person_id
    (row,) = await rows(database, *columns, where=OUTBOX.c.channel == "email")
    assert (row[1][:5], *row[2:]) == ("code:", "code", "ready", MONDAY + 10 * MINUTE, town.ana)
    people = await rows(database, ADDRESS.c.person_id, where=ADDRESS.c.channel == "email")
    assert people == [(None,)]


async def test_the_code_is_kept_nowhere(database: Database) -> None:
    ana, _ = await stands(database)
    await ana.presses("next")
    ((_, code),) = await mails(database)
    await ana.says(other(code))
    for table in (OUTBOX, MAILED_CODE, ADDRESS):
        everything = str(await rows(database, *table.columns))
        assert code not in everything
        assert "ana" in everything or "step" in everything, "there is something to look at"


async def test_what_is_mistyped_is_counted_to_five(database: Database) -> None:
    ana, town = await stands(database)
    await ana.presses("next")
    ((_, code),) = await mails(database)
    told = [await ana.says(other(code)) for _ in range(5)]
    assert told == [["code.wrong"]] * 4 + [["code.no_tries"]]
    left = [line.params.get("left") for each in ana.heard if isinstance(each, Notice) for line in each.lines]
    assert [each for each in left if each is not None][-4:] == [4, 3, 2, 1]
    assert await ana.says(code) == ["code.no_tries"]
    assert await sat(database, town.ana) == []
    assert await ana.presses("anew") == [PROMPT]
    second = (await mails(database))[1][1]
    assert await ana.says(code) == ["code.wrong"], "only the newest counts"
    assert (await ana.says(second))[0] == "test.until"


async def test_a_code_lasts_ten_minutes(database: Database) -> None:
    ana, town = await stands(database)
    await ana.presses("next")
    ((_, code),) = await mails(database)
    ana.at += 10 * MINUTE
    assert await ana.says(code) == ["code.expired"]
    assert await sat(database, town.ana) == []
    assert await ana.says("/continue") == [
        "test.head+test.questions+test.limit+test.attempts+test.code+test.silent"
    ]
    assert await ana.presses("next") == [PROMPT]
    assert (await ana.says((await mails(database))[1][1]))[0] == "test.until"


async def test_three_codes_an_hour(database: Database) -> None:
    ana, _ = await stands(database)
    assert await ana.presses("next") == [PROMPT]
    assert await ana.presses("anew") == [PROMPT]  # a double tap
    assert len(await mails(database)) == 1
    for count in (2, 3):
        ana.at += MINUTE
        assert await ana.presses("anew") == [PROMPT]
        assert len(await mails(database)) == count
    ana.at = MONDAY + 60 * MINUTE - MINUTE
    assert await ana.presses("anew") == ["code.enough"]
    ana.at = MONDAY + 60 * MINUTE
    assert await ana.presses("anew") == [PROMPT]
    assert len(await mails(database)) == 4


async def test_taps_and_codes_from_two_devices_have_one_winner(database: Database) -> None:
    ana, town = await stands(database)
    phone = Talk(database, key="ana's phone", tag="lt", channel="telegram", code_key=KEY)
    await database.write(lambda tx: tx.execute(_bound(phone, town)))
    step = ana.step
    await asyncio.gather(*(each.does(Pressed(f"{step}:next")) for each in (ana, phone, ana)))
    ((_, code),) = await mails(database)
    heard = await asyncio.gather(*(each.does(Said(code)) for each in (ana, phone, ana)))
    began = sorted(in_short(each)[0] for each in heard)
    assert began == ["code.before", "code.before", "test.until"]
    assert len(await sat(database, town.ana)) == 1
    assert await phone.does(Pressed(f"{step}:anew"))
    assert in_short(phone.heard[-1:]) == ["study.behind"]


def _bound(phone: Talk, town: Town) -> Insert:
    return ADDRESS.insert().values(
        channel=phone.channel,
        key=phone.key,
        person_id=town.ana,
        agreed_name=False,
        language="lt",
        offers="[]",
        reachable=True,
        created_at=MONDAY,
    )


async def test_wrong_tries_at_the_same_time_all_count(database: Database) -> None:
    ana, _ = await stands(database)
    await ana.presses("next")
    ((_, code),) = await mails(database)
    await asyncio.gather(*(ana.does(Said(other(code))) for _ in range(4)))
    assert await rows(database, MAILED_CODE.c.wrong) == [(4,)]


async def test_words_that_are_no_code_are_what_they_always_are(database: Database) -> None:
    ana, _ = await stands(database)
    await ana.presses("next")
    assert await ana.says("1234567") == ["code.not_whole"]
    assert await rows(database, MAILED_CODE.c.wrong) == [(0,)]
    assert await ana.says("/help") == ["help.text"]
    assert (await ana.says("kas yra duomenys"))[0].startswith(("find.", "help."))
    assert await ana.says("/continue") == [PROMPT]


@pytest.mark.parametrize(("key", "email", "told"), [(b"", "ana@x.lt", "no_mail"), (KEY, "", "no_address")])
async def test_where_no_mail_can_go_it_is_said_whom_to_ask(
    sqlite: Database, key: bytes, email: str, told: str
) -> None:
    ana, town = await stands(sqlite, key)
    await sqlite.write(
        lambda tx: tx.execute(update(PERSON).where(PERSON.c.id == town.ana).values(email=email))
    )
    assert await ana.presses("next") == [f"code.{told}"]
    assert await ana.presses("next") == [f"code.{told}"], "it can be tried again when that was mended"
    assert (await mails(sqlite), await sat(sqlite, town.ana)) == ([], [])


async def test_what_is_known_of_codes_is_forgotten_after_a_day(database: Database) -> None:
    ana, _ = await stands(database)
    await ana.presses("next")
    await sweep.JOB.run(database, MONDAY + timedelta(days=1))
    assert len(await rows(database, MAILED_CODE.c.seed)) == 1
    await sweep.JOB.run(database, MONDAY + timedelta(days=1, seconds=1))
    assert await rows(database, MAILED_CODE.c.seed) == []
