"""Fifty thousand messages: each look goes along an index, stops after a bounded number of rows, and says so."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text

from storage import message, messages, outbox, oversight
from storage.database import Connection, Database
from storage.messages import LOOK, PAGE, Total, Wanted
from storage.outbox import OUTBOX
from storage.progress import LARGEST_ID
from tests.storage.samples import Town, rows, settle_down
from tests.storage.test_messages import seeing, written


@pytest.fixture
async def town(database: Database) -> Town:
    return await database.write(settle_down)


MANY = 50_000
FILL = f"""
WITH RECURSIVE counted(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM counted WHERE i < {MANY - 1})
INSERT INTO outbox (key, address_id, channel, person_id, organisation_id, kind, lane, body, step, state, due_at,
                    not_after, created_at, sent_as, reason)
SELECT 'm' || i, address_id, 'web', person_id, organisation_id,
       CASE WHEN i < 20 THEN 'reminder' ELSE 'lesson' END, 3, body, '',
       CASE WHEN i % 100 = 0 THEN 'unknown' WHEN i % 11 = 1 THEN 'failed'
            WHEN i % 11 = 2 THEN 'waiting' ELSE 'sent' END,
       due_at, not_after, created_at, '', ''
FROM counted JOIN outbox ON outbox.key = CASE WHEN i % 10 = 0 THEN 'rare' ELSE 'often' END ORDER BY i
"""


def fill(tx: Connection, town: Town) -> None:
    """So many messages: Ana's, of which every tenth is Kari's; odd states among them, reminders rare and old."""
    models = [written(tx, town, town.ana, "often"), written(tx, town, town.kari, "rare")]
    tx.execute(text(FILL))
    tx.execute(OUTBOX.delete().where(OUTBOX.c.id.in_(models)))


@contextmanager
def listening(tx: Connection) -> Iterator[list[tuple[str, Any]]]:
    """What is executed meanwhile, and with which values."""
    heard: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        heard.append((statement, values))

    event.listen(tx, "before_cursor_execute", hear)
    yield heard
    event.remove(tx, "before_cursor_execute", hear)


def plan(tx: Connection, statement: str, values: Any) -> list[str]:
    """How the store goes about a statement."""
    if tx.dialect.name == "sqlite":
        cursor = tx.connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        return [row[3] for row in cursor.fetchall()]
    return [row[0] for row in tx.exec_driver_sql(f"EXPLAIN {statement}", values)]


# A scan of a partial index (what waits, say) is bounded by its LIMIT; one of the table or a whole index is not wanted.
WHOLE = re.compile(
    r"SCAN outbox(?! USING (COVERING )?INDEX outbox_(due|ready|sending|odd))|Seq Scan on outbox"
)
WANTED: list[dict[str, Any]] = [
    {},
    {"state": "sent"},
    {"state": "unknown"},
    {"state": "failed", "kind": "lesson"},
    {"kind": "reminder"},
    {"before": 25_000, "state": "waiting"},
]


async def test_fifty_thousand_messages_are_never_looked_through(database: Database, town: Town) -> None:
    """Every statement goes along an index of the outbox, whatever is asked for and however wide the scope is."""
    await database.write(lambda tx: fill(tx, town))
    await database.write(lambda tx: tx.execute(text("ANALYZE")))
    wide = seeing(town.here, town.elsewhere, *range(1_000, 1_040))
    scopes = (seeing(town.here), seeing(town.here, town.elsewhere), wide)
    people = (None, frozenset({town.ana}), frozenset(range(1, 40)))

    def look(tx: Connection) -> list[tuple[str, list[str]]]:
        with listening(tx) as heard:
            for scope in scopes:
                for who in people:
                    for wanted in WANTED:
                        messages.page(tx, scope, Wanted(people=who, **wanted))
                    messages.totals(tx, scope, Wanted(people=who))
            message.get(tx, scopes[0], 40_000)
            oversight.find(tx, "m1234")
            oversight.odd(tx, 20)
            oversight.counts(tx)
        return [
            (statement, plan(tx, statement, values))
            for statement, values in dict.fromkeys(map(_fixed, heard))
        ]

    plans = await database.read(look)
    scanned = [(statement, how) for statement, how in plans if any(map(WHOLE.search, how))]
    assert scanned == []
    assert len(plans) > 100


def _fixed(heard: tuple[str, Any]) -> tuple[str, tuple[Any, ...]]:
    return heard[0], tuple(tuple(each) if isinstance(each, list) else each for each in heard[1])


async def test_a_page_and_its_totals_of_fifty_thousand_are_quick(database: Database, town: Town) -> None:
    await database.write(lambda tx: fill(tx, town))
    scope, took = seeing(town.here, town.elsewhere), list[float]()
    for _ in range(3):
        began = time.perf_counter()
        await database.read(lambda tx: [messages.page(tx, scope, Wanted(**each)) for each in WANTED])
        await database.read(lambda tx: messages.totals(tx, scope, Wanted()))
        took.append(time.perf_counter() - began)
    assert min(took) < 1


async def test_pages_meet_and_go_to_the_end(database: Database, town: Town) -> None:
    await database.write(lambda tx: fill(tx, town))
    scope, before, pages = seeing(town.here, town.elsewhere), LARGEST_ID, list[list[int]]()
    lessons = (OUTBOX.c.state == "failed") & (OUTBOX.c.kind == "lesson")
    expected = [row[0] for row in await rows(database, OUTBOX.c.id, where=lessons)][::-1]
    while before and len(pages) < 20:
        asked = Wanted(state="failed", kind="lesson", before=before)
        found = await database.read(partial(messages.page, scope=scope, wanted=asked))
        pages.append([each.id for each in found.entries])
        before = found.older or 0
    assert [number for page in pages for number in page] == expected[: 20 * PAGE]
    assert {len(page) for page in pages} == {PAGE}


async def test_what_is_rare_is_found_a_stretch_at_a_time(database: Database, town: Town) -> None:
    """Few of many: the page says that it did not look at all of them, and from where it goes on."""
    await database.write(lambda tx: fill(tx, town))
    for scope in (seeing(town.here), seeing(town.here, *range(1_000, 1_040))):
        before, found, stretches = LARGEST_ID, list[int](), 0
        while before:
            asked = Wanted(kind="reminder", before=before)
            page = await database.read(partial(messages.page, scope=scope, wanted=asked))
            assert page.far == (page.older is not None)
            found += [each.id for each in page.entries]
            before, stretches = page.older or 0, stretches + 1
        assert len(found) == 18
        assert stretches in (45_000 // LOOK + 1, MANY // LOOK + 1)


async def test_totals_stop_counting_and_say_so(database: Database, town: Town) -> None:
    await database.write(lambda tx: fill(tx, town))
    scope = seeing(town.here)
    found = await database.read(lambda tx: messages.totals(tx, scope, Wanted()))
    assert sum(total.count for state, total in found.items() if state not in outbox.ODD) <= LOOK
    assert found["sent"].more
    assert found["unknown"] == Total(0)
    assert found["expired"] == Total(0)
    kari = await database.read(lambda tx: messages.totals(tx, seeing(town.elsewhere), Wanted()))
    assert kari["unknown"] == Total(500)
