"""Announcements in the console that have gone: who was reached, who is told again, and the same once more."""

import httpx
import pytest
from sqlalchemy import update

from storage.announcements import ANNOUNCEMENT
from storage.audit import AUDIT
from storage.confirmations import confirm
from storage.database import Database
from storage.outbox import OUTBOX
from storage.people import PERSON
from tests.console.test_announcements import passed, post, written
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows


async def sent(database: Database, state: str = "sent", reason: str = "") -> int:
    """The only message is where it is said to be, and whose announcement that is."""
    values = {"state": state, "reason": reason, "ended_at": MONDAY}
    await database.write(lambda tx: tx.execute(update(OUTBOX).values(**values)))
    ((_, number),) = await rows(database, OUTBOX.c.id, OUTBOX.c.announcement_id)
    return int(number)


@pytest.mark.parametrize(
    ("button", "state_", "rule"),
    [
        ("missed", "failed", "did not reach them:"),
        ("silent", "sent", "got: “Hello, library!” and not (confirmed:"),
    ],
)
async def test_those_not_reached_or_silent_are_told_again(
    *,
    coordinator: httpx.AsyncClient,
    cast: Cast,
    database: Database,
    clock: Clock,
    button: str,
    state_: str,
    rule: str,
) -> None:
    page = await written(coordinator, cast, confirms="on")
    await post(coordinator, page, do="send")
    await passed(database, clock)
    number = await sent(database, state_, "chat not found")
    first = (await coordinator.get(page)).text
    assert ("chat not found: 1" in first) == (button == "missed")
    again = (await post(coordinator, page, do=button)).headers["location"]
    assert again != page
    shown = (await coordinator.get(again)).text
    assert rule in shown
    assert "Reaches <strong>1 person</strong>" in shown
    if button == "silent":
        await database.write(lambda tx: confirm(tx, number, cast.learner, MONDAY))
        assert "Nobody to send it to" in (await coordinator.get(again)).text
        assert "<strong>1</strong> of 1 confirmed" in (await coordinator.get(page)).text


@pytest.mark.parametrize("state_", ["ready", "waiting", "held", "sending", "unknown", "sent"])
async def test_whoever_waits_or_may_have_it_is_not_told_again(
    *, coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock, state_: str
) -> None:
    page = await written(coordinator, cast)
    await post(coordinator, page, do="send")
    await passed(database, clock)
    await sent(database, state_)
    assert 'value="missed"' not in (await coordinator.get(page)).text
    again = (await post(coordinator, page, do="missed")).headers["location"]
    assert "Nobody to send it to" in (await coordinator.get(again)).text


async def test_that_somebody_stopped_the_messages_there_is_said_in_words(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast)
    await post(coordinator, page, do="send")
    await passed(database, clock)
    await sent(database, "dropped", "stopped here")
    assert "the person stopped messages in this messenger: 1" in (await coordinator.get(page)).text


async def test_everybody_is_listed_with_where_their_message_stands_and_given_as_a_file(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast, confirms="on")
    await post(coordinator, page, do="send")
    await passed(database, clock)
    number = await sent(database)
    everybody = (await coordinator.get(f"{page}/people")).text
    assert "Ona Onaitė" in everybody
    assert "Ona Onaitė" in (await coordinator.get(f"{page}/people?state=silent")).text
    assert "Ona Onaitė" not in (await coordinator.get(f"{page}/people?state=confirmed")).text
    await database.write(lambda tx: confirm(tx, number, cast.learner, MONDAY))
    assert "Ona Onaitė" in (await coordinator.get(f"{page}/people?state=confirmed")).text
    file = await coordinator.get(f"{page}/people.csv")
    assert file.text.splitlines() == [
        "\ufeffperson,name,organisation,messenger,state,reason,ended_at,confirmed_at,answer",
        f"{cast.learner},Ona Onaitė,Library,web,sent,,{MONDAY.isoformat()},{MONDAY.isoformat()},",
    ]
    moved = PERSON.update().where(PERSON.c.id == cast.learner).values(organisation_id=cast.museum)
    await database.write(lambda tx: tx.execute(moved))
    for address in (f"{page}/people", f"{page}/people.csv"):
        assert "Ona Onaitė" not in (await coordinator.get(address)).text
    whats = [row[1] for row in await rows(database, AUDIT.c.number, AUDIT.c.what)]
    assert ("announcement.given" in whats, "list.seen" in whats) == (True, True)


async def test_what_was_announced_once_can_be_used_again(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast, what="language:lt", how="is", join="and")
    await post(coordinator, page, do="send")
    await passed(database, clock)
    again = (await post(coordinator, page, do="copy")).headers["location"]
    shown = (await coordinator.get(again)).text
    assert ("language: Lithuanian" in shown, "draft" in shown) == (True, True)
    kept = await rows(database, ANNOUNCEMENT.c.id, ANNOUNCEMENT.c.texts, ANNOUNCEMENT.c.audience)
    assert kept[0][1:] == kept[1][1:]
