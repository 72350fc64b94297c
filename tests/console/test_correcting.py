"""What was sent is corrected or taken back from its page, which counts how far that is."""

import httpx
from sqlalchemy import update

from storage.database import Database
from storage.outbox import OUTBOX
from tests.console.conftest import SAME_ORIGIN
from tests.console.test_announcements import passed, post, seen, written
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows


async def went(client: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock) -> str:
    """The learner has it."""
    page = await written(client, cast)
    await post(client, page, do="send")
    assert await passed(database, clock) == 1
    sent = update(OUTBOX).values(state="sent", sent_as="1", ended_at=MONDAY)
    await database.write(lambda tx: tx.execute(sent))
    return page


async def change(client: httpx.AsyncClient, page: str, **form: str) -> httpx.Response:
    values = {"seen": await seen(client, f"{page}/correct"), **form}
    return await client.post(f"{page}/correct", data=values, headers=SAME_ORIGIN)


async def test_the_words_are_corrected_and_then_taken_back(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await went(coordinator, cast, database, clock)
    words = {"text-lt": "Labas rytas", "text-en": "Good morning", "text-nb": "God morgen"}
    assert (await change(coordinator, page, **words)).headers["location"] == page
    shown = (await coordinator.get(page)).text
    assert "Labas rytas" in shown
    assert "Messages changed: 0, waiting: 1, failed: 0." in shown
    done = update(OUTBOX).where(OUTBOX.c.edits.is_not(None)).values(state="sent")
    await database.write(lambda tx: tx.execute(done))
    assert "Messages changed: 1, waiting: 0, failed: 0." in (await coordinator.get(page)).text
    assert (await change(coordinator, page, do="withdraw")).headers["location"] == page
    assert "It was taken back." in (await coordinator.get(page)).text
    assert len(await rows(database, OUTBOX.c.id, where=OUTBOX.c.edits.is_not(None))) == 2
    assert (await coordinator.get(f"{page}/correct")).status_code == 303


async def test_what_is_wrong_is_said_and_a_draft_is_not_corrected(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    draft = await written(coordinator, cast)
    assert (await coordinator.get(f"{draft}/correct")).status_code == 303
    await coordinator.post(draft, data={"do": "discard"}, headers=SAME_ORIGIN)
    page = await went(coordinator, cast, database, clock)
    answer = await change(coordinator, page, **{"text-lt": "", "text-en": "a", "text-nb": "b"})
    assert answer.status_code == 422
    assert "There is no text in a language that somebody reads: Lithuanian." in answer.text
    assert (await change(coordinator, page, seen="other", **{"text-lt": "a"})).status_code == 422
    assert await rows(database, OUTBOX.c.id, where=OUTBOX.c.edits.is_not(None)) == []
