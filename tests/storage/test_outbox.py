"""Messages get into the outbox: once for each key, with what the gate said, as they are to be read later."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest

from domain.delivery import POLICIES
from domain.facts import Step
from domain.message import (
    Announcement,
    Choice,
    Feedback,
    Kind,
    Line,
    Message,
    Moment,
    Notice,
    ShowCard,
    Weekdays,
)
from storage import addresses, enrolments, outbox, steps
from storage.addresses import ADDRESS
from storage.claiming import Claimed
from storage.codec import dump_message
from storage.database import Connection, Database
from storage.outbox import OUTBOX, New, Passed, To
from tests.storage.outgoing import HELLO, SECOND, add, claim, keys, settle, states, to
from tests.storage.samples import MONDAY, address, rows, settle_down

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "message",
    [
        Notice(
            (
                Line("a", {"when": Moment(datetime(2026, 11, 24, 9, 30))}),  # noqa: DTZ001 (a wall time)
                Line("b", {"days": Weekdays("135"), "n": 3, "name": "Šarūnė {x} 👩‍🏫"}),
            ),
            (Choice("menu.menu", "/menu"), Choice("Żółw", "/enrol x", literal=True)),
        ),
        ShowCard(1, 2, 3, "key", heading=True),
        ShowCard(1, 2, 3, "key", selected=(0, 2)),
        Feedback(1, 2, 3, (0,), correct=None, step="key"),
        Feedback(1, 2, 3, (1, 2), correct=True),
        Announcement(7),
    ],
    ids=lambda message: message.form,
)
async def test_a_message_is_claimed_as_it_was_written(database: Database, message: Message) -> None:
    await database.write(partial(add, key="k", message=message, kind="lesson"))
    (claimed,) = await claim(database)
    assert claimed == Claimed(
        id=claimed.id,
        key="k",
        attempt=1,
        doubtful=0,
        to=To(claimed.to.address, "web"),
        place="ana",
        language="en",
        kind="lesson",
        body=dump_message(message),
        step="key" if isinstance(message, ShowCard) else "",
        edits=False,
        target="",
        due_at=MONDAY,
        not_after=MONDAY + POLICIES["lesson"].late_after,
        until=None,
        reachable=True,
        allowed=True,
    )
    assert claimed.message == message


async def test_who_has_joined_is_written_to_in_their_own_language(database: Database) -> None:
    def joined(tx: Connection) -> To:
        town = settle_down(tx)
        place = To(address(tx, "kari", town.kari), "web", town.kari, town.elsewhere)
        outbox.add(tx, New(place, HELLO, "k", "reply"), MONDAY)
        return place

    place = await database.write(joined)
    assert [(each.language, each.to) for each in await claim(database)] == [("nb", place)]


async def test_the_same_key_is_written_once_however_often_it_comes(database: Database) -> None:
    await database.write(address)
    added = await asyncio.gather(*(database.write(partial(add, key="k")) for _ in range(20)))
    assert [each is None for each in added].count(False) == 1
    assert len(await rows(database, OUTBOX.c.id)) == 1


async def test_many_at_once_leave_those_that_are_there_as_they_are(database: Database) -> None:
    def again(tx: Connection) -> None:
        here = to(tx)
        outbox.add_many(tx, [New(here, HELLO, key, "lesson") for key in ("1", "2", "3", "2")], MONDAY + HOUR)

    await database.write(partial(add, key="2"))
    await database.write(again)
    await database.write(lambda tx: outbox.add_many(tx, [], MONDAY))
    found = await rows(database, OUTBOX.c.key, OUTBOX.c.kind, OUTBOX.c.created_at)
    later = MONDAY + HOUR
    assert found == [("1", "lesson", later), ("2", "reply", MONDAY), ("3", "lesson", later)]


@pytest.mark.parametrize(
    ("passed", "state", "day", "due", "reason"),
    [
        (None, "ready", "", MONDAY, ""),
        (Passed("now", until=MONDAY + HOUR, day="2026-11-23"), "ready", "2026-11-23", MONDAY, ""),
        (Passed("now", at=MONDAY - HOUR, day="2026-11-23"), "ready", "2026-11-23", MONDAY - HOUR, ""),
        (Passed("early", at=MONDAY + HOUR, day="2026-11-23"), "waiting", "", MONDAY + HOUR, ""),
        (Passed("late", dropped=True), "dropped", "", MONDAY, "late"),
    ],
    ids=["not asked", "now", "due before", "waits", "dropped"],
)
async def test_what_the_gate_said_is_kept(
    *, database: Database, passed: Passed | None, state: str, day: str, due: datetime, reason: str
) -> None:
    await database.write(partial(add, key="k", passed=passed))
    kept = (OUTBOX.c.state, OUTBOX.c.gate, OUTBOX.c.day, OUTBOX.c.due_at, OUTBOX.c.until, OUTBOX.c.reason)
    gate, until = (passed.gate, passed.until) if passed else ("", None)
    assert await rows(database, *kept) == [(state, gate, day, due, until, reason)]
    ended = MONDAY if state == "dropped" else None
    assert await rows(database, OUTBOX.c.ended_at) == [(ended,)]
    assert len(await claim(database)) == (state == "ready")


async def test_each_kind_has_its_lane_and_its_end(database: Database) -> None:
    kinds: tuple[Kind, ...] = ("reply", "code", "reminder", "lesson", "announcement", "timely", "mandatory")
    for kind in kinds:
        await database.write(partial(add, key=kind, place=kind, kind=kind))
    found = await rows(database, OUTBOX.c.id, OUTBOX.c.kind, OUTBOX.c.lane, OUTBOX.c.not_after)
    assert [row[1:] for row in found] == [
        (kind, POLICIES[kind].lane, MONDAY + POLICIES[kind].late_after) for kind in kinds
    ]


async def test_an_end_of_its_own_goes_before_that_of_its_kind(database: Database) -> None:
    new = partial(New, message=HELLO, key="k", kind="reply", not_after=MONDAY + HOUR)
    await database.write(lambda tx: outbox.add(tx, new(to(tx)), MONDAY))
    assert await rows(database, OUTBOX.c.not_after) == [(MONDAY + HOUR,)]


async def test_a_change_knows_the_messengers_id_of_what_it_changes(database: Database) -> None:
    card, ticked = ShowCard(1, 0, 2, "key"), ShowCard(1, 0, 2, "key", selected=(1,))
    first = await database.write(partial(add, key="1", message=card))
    second = await database.write(partial(add, key="2", message=card))
    place = await database.write(address)
    newest = await database.read(partial(outbox.newest_of_step, address=place, step="key"))
    assert (newest, first) == (second, first)
    await database.write(partial(add, key="3", message=ticked, edits=newest))
    assert await database.read(partial(outbox.newest_of_step, address=place, step="key")) == second
    for expected in (("", False), ("", False), ("m1", True)):
        (claimed,) = await claim(database)
        assert (claimed.target, claimed.edits) == expected
        await settle(database, claimed)


async def test_a_step_is_looked_for_at_one_address_only(database: Database) -> None:
    await database.write(partial(add, key="1", message=ShowCard(1, 0, 2, "key")))
    other = await database.write(lambda tx: addresses.find_or_add(tx, "web", "ben", None, MONDAY).id)
    assert await database.read(partial(outbox.newest_of_step, address=other, step="key")) is None
    assert await database.read(partial(outbox.newest_of_step, address=other, step="")) is None


async def test_open_questions_are_found_at_each_address_once(database: Database) -> None:
    """Not where there is no question, where it was answered, where it was asked long ago, or elsewhere."""

    def build(tx: Connection) -> None:
        town = settle_down(tx)
        people = {"ana": town.ana, "ben": town.ben, "kari": town.kari}
        for who, person in people.items():
            new = enrolments.enrol(
                tx, person=person, programme=town.programme, version=town.version, at=MONDAY
            )
            assert new
            steps.put(tx, Step(who, new, 0, 1, question=who != "ben"), MONDAY)
            for number, channel in enumerate(("web", "telegram") if who == "ana" else ("web", "web")):
                at = MONDAY - SECOND if who == "kari" else MONDAY
                place = To(address(tx, f"{who} {channel}", person, channel), channel, person, town.here)
                card = ShowCard(town.version, 0, 1, who)
                outbox.add(tx, New(place, card, f"{who} {number}", "reply"), at)
        tx.execute(OUTBOX.update().values(state="sent"))

    await database.write(build)
    web = partial(outbox.asked, channel="web")
    long = await database.read(partial(web, since=MONDAY - SECOND))
    assert [each.channel for each in long] == ["web", "web"]
    (ana,) = await database.read(partial(web, since=MONDAY))
    assert await rows(database, ADDRESS.c.key, where=ADDRESS.c.id == ana.address) == [("ana web",)]
    await database.write(partial(steps.close, key="ana", at=MONDAY))
    assert await database.read(partial(web, since=MONDAY)) == []


async def test_messages_of_other_channels_are_left_alone(database: Database) -> None:
    for key, channel in (("w", "web"), ("t", "telegram")):
        await database.write(partial(add, key=key, channel=channel))
    assert keys(await claim(database, channel="terminal")) == []
    assert keys(await claim(database, channel="telegram")) == ["t"]
    assert keys(await claim(database, channel="web")) == ["w"]
    assert await states(database) == {"w": "sending", "t": "sending"}
