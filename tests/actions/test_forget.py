"""What has been kept for long enough is forgotten, and nothing earlier."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from actions.apologise import slow_down
from actions.certify import issue
from actions.enlist import set_here
from domain.message import Kind
from scheduler.jobs import forget
from storage import addresses, enrolments, invitations, outbox, webchat
from storage.activity import ACTIVITY
from storage.addresses import ADDRESS
from storage.answers import ANSWER
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.invitations import INVITATION
from storage.outbox import OUTBOX
from storage.schema import METADATA
from storage.steps import STEP
from storage.webchat import ENTRY
from tests.storage import open_answers
from tests.storage.outgoing import HELLO
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

DAY = timedelta(days=1)
YEAR = 365 * DAY
KINDS: tuple[Kind, ...] = ("reply",)
MOMENT = timedelta(seconds=1)


async def one_message(database: Database, *, ended: datetime | None) -> None:
    def write(tx: Connection) -> None:
        town = settle_down(tx)
        to = outbox.To(address(tx, "ana", town.ana), "web", town.ana, town.here)
        outbox.add(tx, outbox.New(to, HELLO, "k", "reply"), MONDAY)
        state = "ready" if ended is None else "sent"
        tx.execute(OUTBOX.update().values(state=state, ended_at=ended))

    await database.write(write)


@pytest.mark.parametrize(("ended", "silent"), [(None, False), (MONDAY, True), (MONDAY + MOMENT * 2, False)])
async def test_the_words_of_a_message_go_after_thirty_days(
    database: Database, ended: datetime | None, silent: bool
) -> None:
    await one_message(database, ended=ended)
    assert await forget.JOB.run(database, MONDAY + 30 * DAY + MOMENT) == silent
    [(body, key)] = await rows(database, OUTBOX.c.body, OUTBOX.c.key)
    assert ((body == ""), key) == (silent, "k")
    assert await forget.JOB.run(database, MONDAY + 30 * DAY + MOMENT) == 0


async def test_what_was_said_is_asked_for_though_its_words_are_gone(database: Database) -> None:
    await one_message(database, ended=MONDAY)
    await forget.JOB.run(database, MONDAY + 31 * DAY)
    [(place, person)] = await rows(database, OUTBOX.c.address_id, OUTBOX.c.person_id)
    said = await database.read(lambda tx: outbox.told(tx, place, person, kinds=KINDS, most=8))
    assert said == []


async def test_a_chat_in_the_browser_goes_after_a_year(database: Database) -> None:
    def write(tx: Connection) -> None:
        for number, at in enumerate((MONDAY, MONDAY + 2 * DAY)):
            webchat.append(tx, "a", webchat.New("me", f"id{number}", "{}", at))

    await database.write(write)
    assert await forget.JOB.run(database, MONDAY + YEAR + DAY) == 1
    assert len(await rows(database, ENTRY.c.seq)) == 1


async def test_an_unused_invitation_goes_thirty_days_after_its_end(database: Database) -> None:
    def write(tx: Connection) -> None:
        town = settle_down(tx)
        for person, code in ((town.ana, "unused"), (town.ben, "used")):
            invitations.add(tx, person=person, programme=town.programme, code=code, expires_at=MONDAY)
        used = invitations.by_code(tx, "used")
        assert used
        assert invitations.redeem(tx, used.id, address(tx, "ben", town.ben), MONDAY - DAY)

    await database.write(write)
    assert await forget.JOB.run(database, MONDAY + 30 * DAY) == 0
    assert await forget.JOB.run(database, MONDAY + 31 * DAY) == 1
    assert [used is not None for (used,) in await rows(database, INVITATION.c.used_at)] == [True]


async def test_nothing_names_a_stranger_who_sent_too_much_once_they_are_forgotten(database: Database) -> None:
    def write(tx: Connection) -> None:
        slow_down(tx, channel="telegram", key="7318004412", now=MONDAY)
        tx.execute(OUTBOX.update().values(state="sent", ended_at=MONDAY))

    def everything(tx: Connection) -> str:
        return "\n".join(str(row) for table in METADATA.sorted_tables for row in tx.execute(select(table)))

    await database.write(write)
    assert "7318004412" in await database.read(everything)
    for days in (31, 62):
        await forget.JOB.run(database, MONDAY + days * DAY)
    assert await rows(database, OUTBOX.c.key) != []
    assert "7318004412" not in await database.read(everything)


async def test_a_stranger_is_forgotten_after_thirty_days_of_silence(database: Database) -> None:
    def write(tx: Connection) -> None:
        town = settle_down(tx)
        address(tx, "ana", town.ana)
        for key in ("quiet", "spoken"):
            address(tx, key)
        place = addresses.find_or_add(tx, "web", "spoken", None, MONDAY)
        outbox.add(tx, outbox.New(outbox.To(place.id, "web"), HELLO, "k", "reply"), MONDAY + 20 * DAY)

    await database.write(write)
    assert await forget.JOB.run(database, MONDAY + 31 * DAY) == 1
    keys = {key for (key,) in await rows(database, ADDRESS.c.key)}
    assert (keys >= {"ana", "spoken"}, "quiet" in keys, len(keys)) == (True, False, 3)


@dataclass(frozen=True)
class Learned:
    """Ana's study."""

    town: Town
    enrolment: int


def learn(tx: Connection, *, certified: bool, years: int | None) -> Learned:
    town = settle_down(tx, open_answers.PROGRAMME)
    open_answers.write(tx, person=town.ana, where=(town.programme, town.version), words="mano", at=MONDAY)
    enrolment = int(tx.execute(ENROLMENT.select()).one().id)
    if certified:
        issue(tx, enrolment, code="c" * 22, now=MONDAY)
    if years:
        set_here(tx, town.here, {"keep": years}, MONDAY)
    return Learned(town, enrolment)


@pytest.mark.parametrize("certified", [False, True])
@pytest.mark.parametrize("years", [None, 1])
async def test_what_was_learned_goes_after_the_organisations_years(
    database: Database, certified: bool, years: int | None
) -> None:
    learned = await database.write(partial(learn, certified=certified, years=years))
    end = MONDAY + (years or 3) * YEAR
    assert await forget.JOB.run(database, end) == 0
    assert await forget.JOB.run(database, end + MOMENT) == 1
    for column in (ANSWER.c.id, STEP.c.key, ACTIVITY.c.id):
        assert await rows(database, column) == []
    left = [(learned.enrolment,)] if certified else []
    assert await rows(database, ENROLMENT.c.id) == left
    assert await forget.JOB.run(database, end + MOMENT) == 0


async def test_who_learns_on_keeps_what_they_learned(database: Database) -> None:
    learned = await database.write(partial(learn, certified=False, years=1))
    move = partial(enrolments.move, enrolment=learned.enrolment, lesson=0, card=0, at=MONDAY + YEAR)
    await database.write(move)
    assert await forget.JOB.run(database, MONDAY + YEAR + DAY) == 0
