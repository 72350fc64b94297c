"""A person's own data in the chat: seen, copied, corrected, stopped, erased."""

import json
from datetime import timedelta
from functools import partial

import pytest

from actions import edit_person, employ, my_data
from domain.message import Notice, OwnData
from domain.report import Elsewhere, Report
from storage import addresses, erasures, invitations
from storage.database import Connection, Database
from storage.erasures import A_MOMENT, LASTS
from storage.outbox import OUTBOX
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, Town, rows, settle_down


async def joined(database: Database) -> tuple[Town, Talk]:
    """Ana learns in the web chat, and has answered one question."""

    def build(tx: Connection) -> Town:
        town = settle_down(tx)
        ends = MONDAY + timedelta(days=14)
        invitations.add(tx, person=town.ana, programme=town.programme, code="one", expires_at=ends)
        edit_person.change(tx, None, town.ana, {"job": "librarian"}, now=MONDAY)
        return town

    town, ana = await database.write(build), Talk(database)
    await ana.join("one")
    await ana.presses("next")
    await ana.presses("1")
    return town, ana


def lines(talk: Talk) -> dict[str, dict[str, object]]:
    """The sentences said last, with what stands in them."""
    said = talk.heard[-1]
    assert isinstance(said, Notice)
    return {line.text: dict(line.params) for line in said.lines}


async def test_everybody_sees_what_is_kept_in_short(database: Database) -> None:
    _, ana = await joined(database)
    assert await ana.says("/mydata") == ["mydata.head+mydata.who+mydata.counts+mydata.ways"]
    assert lines(ana)["mydata.who"] == {
        "name": "Ana Anaitė",
        "email": "ana@a.example",
        "organisation": "Biblioteka",
    }
    assert lines(ana)["mydata.counts"] == {"programmes": 1, "answers": 1, "certificates": 0}


@pytest.mark.parametrize("kind", ["json", "pdf"])
async def test_a_copy_comes_by_a_link_of_ones_own_that_ends_soon(database: Database, kind: str) -> None:
    town, ana = await joined(database)
    assert await ana.says(f"/mydata {kind}") == [f"copy {kind}"]
    copy = ana.heard[-1]
    assert isinstance(copy, OwnData)
    for later, expected in ((timedelta(), town.ana), (LASTS, None)):
        now = MONDAY + later
        assert await database.read(partial(erasures.linked, seed=copy.seed, now=now)) == expected
    assert await database.read(partial(erasures.linked, seed="x" * 22, now=MONDAY)) is None


async def test_the_copy_has_every_row_and_no_secret(database: Database) -> None:
    town, _ = await joined(database)
    written = await database.read(partial(my_data.as_json, person=town.ana, now=MONDAY))
    copy = json.loads(written)
    assert copy["tables"]["person"][0]["email"] == "ana@a.example"
    assert [row["chosen"] for row in copy["tables"]["answer"]] == ["1"]
    assert [row["key"] for row in copy["tables"]["address"]] == ["ana"]
    assert copy["programmes"][0]["title"] == "small en"
    assert set(copy["about"]) == set(copy["tables"])
    assert {"code_hash", "token_hash"} & {
        name for rows in copy["tables"].values() for name in rows[0]
    } == set()
    assert "Ben" not in written.decode()


async def test_the_copy_to_read_says_the_same(database: Database) -> None:
    town, _ = await joined(database)
    report = await database.read(partial(my_data.report, person=town.ana, now=MONDAY))
    assert isinstance(report, Report)
    assert (report.name, report.email, report.job) == ("Ana Anaitė", "ana@a.example", "librarian")
    assert report.studies == (("small en", 0, 2, 1, 1),)
    assert report.addresses == (("web", "ana"),)
    assert dict(report.tables)["answer"] == 1


async def test_both_copies_name_where_else_somebody_works(database: Database) -> None:
    town, _ = await joined(database)

    def work(tx: Connection) -> None:
        said = {"job": "gidė", "number": "7", "hired_on": "2026-11-01"}
        employ.join(tx, employ.Named(town.ana, town.elsewhere, said), MONDAY, by=None, why="sure")

    await database.write(work)
    copy = json.loads(await database.read(partial(my_data.as_json, person=town.ana, now=MONDAY)))
    [row] = copy["tables"]["employment"]
    assert (row["organisation_id"], row["job"], row["number"]) == (town.elsewhere, "gidė", "7")
    assert copy["organisations"] == [
        {"organisation_id": town.here, "name": "Biblioteka"},
        {"organisation_id": town.elsewhere, "name": "Kommune"},
    ]
    report = await database.read(partial(my_data.report, person=town.ana, now=MONDAY))
    assert report.further == (Elsewhere("Kommune", "gidė", "7", "2026-11-01", "", "", "agreed"),)


async def test_who_stops_a_messenger_is_told_nothing_there_any_more(database: Database) -> None:
    town, ana = await joined(database)
    assert await ana.says("/mydata correct") == ["mydata.correcting"]
    assert await ana.says("/mydata stop") == ["mydata.stopping"]
    assert await ana.says("/mydata stop here") == ["mydata.stopped"]
    assert await database.read(partial(addresses.of_person, person=town.ana)) is None
    assert await ana.says("/menu") == ["join.stranger"]
    assert set(await rows(database, OUTBOX.c.state)) == {("ready",)}  # replies


async def test_an_erasure_takes_two_taps_and_says_what_stays(database: Database) -> None:
    town, ana = await joined(database)
    assert await ana.says("/mydata erase") == ["mydata.erasing"]
    assert not await database.read(partial(erasures.asked, person=town.ana))
    assert await ana.says("/mydata erase now") == ["mydata.erased"]
    assert await ana.says("/mydata erase now") == ["mydata.erased"]
    assert await database.read(partial(erasures.due, most=9, now=MONDAY)) == []
    assert await database.read(partial(erasures.due, most=9, now=MONDAY + A_MOMENT)) == [town.ana]
