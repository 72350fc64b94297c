"""Messages as coordinators and the operator read them: whose they see, how far the store looks, what they change."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from domain.delivery import POLICIES, Next, Outcome, State
from domain.facts import Step
from domain.message import Announcement, ShowCard, notice
from domain.organisation import Scope
from storage import (
    announcements,
    claiming,
    enrolments,
    message,
    messages,
    outbox,
    oversight,
    senders,
    settling,
    steps,
)
from storage.database import Connection, Database
from storage.messages import Seen, Total, Wanted
from storage.outbox import OUTBOX, New, Passed, To
from storage.settling import Ended
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

MINUTE = timedelta(minutes=1)
HELLO = notice("menu.head")


def seeing(*organisations: int) -> Scope:
    """What the authenticator makes of a coordinator."""
    return Scope(1, frozenset(organisations))


@pytest.fixture
async def town(database: Database) -> Town:
    return await database.write(settle_down)


def written(tx: Connection, town: Town, person: int, key: str, **more: Any) -> int:
    """A message to a person of the town; its id."""
    place = town.elsewhere if person == town.kari else town.here
    to = To(address(tx, f"of-{person}", person), "web", person, place)
    new = outbox.add(tx, New(**{"to": to, "message": HELLO, "key": key, "kind": "reply", **more}), MONDAY)
    assert new is not None
    return new


def over(tx: Connection, town: Town, person: int, state: State, *, reason: str = "", key: str = "") -> int:
    """A message that went that way after one attempt, and nothing else is ready; its id."""
    number = written(tx, town, person, key or f"{state}-{person}")
    (claimed,) = claiming.claim(tx, "web", 1, MONDAY, 99)
    outcomes: dict[State, Outcome] = {"sent": "sent", "unknown": "ambiguous"}
    ended = Ended(outcomes.get(state, "refused"), Next(state), reason)
    settling.settle(tx, claimed, ended, 1, MONDAY + MINUTE)
    return number


def ids(tx: Connection, scope: Scope, **wanted: Any) -> list[int]:
    return [each.id for each in messages.page(tx, scope, Wanted(**wanted)).entries]


async def test_messages_of_a_scope_and_of_nobody_else(database: Database, town: Town) -> None:
    """Asked from elsewhere, or without a right: there is something that could leak, and it does not."""

    def live(tx: Connection) -> list[int]:
        strangers = To(address(tx, "stranger"), "web")
        outbox.add(tx, New(strangers, HELLO, "s", "reply"), MONDAY)
        return [written(tx, town, who, f"{who}") for who in (town.ana, town.ben, town.kari)]

    ana, ben, kari = await database.write(live)

    def asked(tx: Connection, scope: Scope) -> tuple[Any, ...]:
        return (
            ids(tx, scope),
            ids(tx, scope, people=frozenset({town.ana, town.kari})),
            messages.totals(tx, scope, Wanted()),
            messages.names(tx, scope),
            [message.get(tx, scope, number) is not None for number in (ana, ben, kari, 0, 2**31, 2**70)],
        )

    here, none = [True, True, False, False, False, False], [False] * 6
    people = [(town.ana, "Ana Anaitė"), (town.ben, "Ben Benaitis")]
    odd = {state: Total() for state in outbox.ODD}
    both = odd | {"ready": Total(2)}
    assert await database.read(lambda tx: asked(tx, seeing(town.here))) == (
        [ben, ana],
        [ana],
        both,
        people,
        here,
    )
    nothing: tuple[Any, ...] = ([], [], odd, [], none)
    assert await database.read(lambda tx: asked(tx, seeing())) == nothing
    assert (
        await database.read(lambda tx: asked(tx, replace(seeing(town.here), rights=frozenset()))) == nothing
    )
    sector = seeing(town.here, town.elsewhere)
    assert await database.read(lambda tx: ids(tx, sector)) == [kari, ben, ana]
    assert await database.read(lambda tx: ids(tx, sector, organisation=town.elsewhere)) == [kari]
    assert await database.read(lambda tx: ids(tx, seeing(town.here), organisation=town.elsewhere)) == []


async def test_any_number_of_people_can_be_asked_for(database: Database, town: Town) -> None:
    for who in (town.ana, town.ben):
        await database.write(partial(written, town=town, person=who, key=str(who)))
    many = frozenset(range(1, 40_000)) - {town.ben}
    found = await database.read(partial(ids, scope=seeing(town.here), people=many))
    assert len(found) == 1


async def test_a_name_is_told_only_within_the_scope(database: Database, town: Town) -> None:
    def live(tx: Connection) -> int:
        number = written(tx, town, town.ana, "a")
        tx.execute(text(f"UPDATE person SET organisation_id = {town.elsewhere} WHERE id = {town.ana}"))
        return number

    number = await database.write(live)
    story = await database.read(lambda tx: message.get(tx, seeing(town.here), number))
    assert story
    assert (story.entry.person, story.entry.name) == (town.ana, "")


async def test_a_message_with_its_attempts(database: Database, town: Town) -> None:
    def live(tx: Connection) -> int:
        senders.take(tx, "web", "me", None)
        senders.pause(tx, "web", MONDAY + MINUTE)
        number = over(tx, town, town.ana, "failed", reason="Forbidden", key="lesson:1:0:2026-11-23:1")
        tx.execute(OUTBOX.update().values(gate="now", day="2026-11-23", kind="lesson"))
        return number

    number = await database.write(live)
    story = await database.read(lambda tx: message.get(tx, seeing(town.here), number))
    assert story
    assert story == await database.read(lambda tx: message.get(tx, seeing(town.here), number))
    entry = story.entry
    assert (entry.name, entry.message, entry.kind, entry.state) == ("Ana Anaitė", HELLO, "lesson", "failed")
    assert (entry.gate, entry.day, entry.outcome, entry.reason) == (
        "now",
        "2026-11-23",
        "refused",
        "Forbidden",
    )
    assert (entry.created_at, entry.ended_at, story.paused_until) == (
        MONDAY,
        MONDAY + MINUTE,
        MONDAY + MINUTE,
    )
    assert [(each.number, each.outcome, each.ended_at) for each in story.attempts] == [
        (1, "refused", MONDAY + MINUTE)
    ]
    for known in (str(number), "lesson:1:0:2026-11-23:1"):
        found = await database.read(partial(oversight.find, message=known))
        assert found == replace(story, entry=replace(entry, name=""))
    for unknown in ("", "0", "999", "９", "lesson:1", "9" * 40, str(2**31)):
        assert await database.read(partial(oversight.find, message=unknown)) is None


async def test_what_this_version_cannot_read_is_still_accounted_for(database: Database, town: Town) -> None:
    def live(tx: Connection) -> int:
        number = written(tx, town, town.ana, "a")
        tx.execute(OUTBOX.update().values(body='{"form": "hologram"}'))
        return number

    number = await database.write(live)
    story = await database.read(lambda tx: message.get(tx, seeing(town.here), number))
    assert story
    assert (story.entry.message, story.entry.state) == (None, "ready")


async def test_the_operator_sees_what_did_not_go_well_anywhere(database: Database, town: Town) -> None:
    def live(tx: Connection) -> list[int]:
        states: tuple[State, ...] = ("unknown", "failed", "sent")
        people = (town.ana, town.ben, town.kari)
        made = [over(tx, town, who, state) for who, state in zip(people, states, strict=True)]
        written(tx, town, town.ana, "dropped", kind="lesson", passed=Passed("late", dropped=True))
        written(tx, town, town.ana, "waiting", passed=Passed("early", at=MONDAY + MINUTE))
        return made

    made = await database.write(live)
    found = await database.read(lambda tx: oversight.odd(tx, 3))
    assert [(each.key, each.name) for each in found] == [
        ("dropped", ""),
        (f"failed-{town.ben}", ""),
        (f"unknown-{town.ana}", ""),
    ]
    assert [each.id for each in await database.read(lambda tx: oversight.odd(tx, 2))][1:] == [made[1]]
    counted = {state: count for state, count in (await database.read(oversight.counts)).items() if count}
    assert counted == {"unknown": 1, "failed": 1, "dropped": 1, "waiting": 1}


async def changed(database: Database, *columns: Any) -> list[tuple[Any, ...]]:
    return await rows(database, OUTBOX.c.id, *columns)


async def test_what_is_over_is_sent_once_more_and_only_as_it_was_seen(database: Database, town: Town) -> None:
    later, scope = MONDAY + timedelta(days=3), seeing(town.here)

    def live(tx: Connection) -> list[int]:
        states: tuple[State, ...] = ("unknown", "failed", "sent")
        made = [over(tx, town, town.ana, state) for state in states]
        made.append(written(tx, town, town.ana, "l", kind="lesson", passed=Passed("late", dropped=True)))
        made.append(over(tx, town, town.kari, "failed"))
        return made

    unknown, failed, sent, dropped, theirs = await database.write(live)
    seen = [Seen(unknown, "unknown", 1), Seen(failed, "failed", 7), Seen(sent, "sent", 1)]
    seen += [Seen(dropped, "dropped", 0), Seen(theirs, "failed", 1), Seen(999, "failed", 1)]
    told = [await database.write(lambda tx: messages.retry(tx, scope, seen, later)) for _ in range(2)]
    assert [[each.id for each in again] for again in told] == [[unknown, dropped], []]
    columns = (OUTBOX.c.state, OUTBOX.c.reason, OUTBOX.c.due_at, OUTBOX.c.not_after, OUTBOX.c.ended_at)
    after = {row[0]: row[1:] for row in await changed(database, *columns)}
    due = {kind: (later, later + POLICIES[kind].late_after, None) for kind in POLICIES}
    assert after[unknown] == ("waiting", "again", *due["reply"])
    assert after[dropped] == ("waiting", "again", *due["lesson"])
    assert [after[number][0] for number in (failed, sent, theirs)] == ["failed", "sent", "failed"]


async def test_what_waits_is_dropped_and_only_as_it_was_seen(database: Database, town: Town) -> None:
    scope = seeing(town.here)

    def live(tx: Connection) -> list[int]:
        made = [over(tx, town, town.ana, "held", reason="restored"), over(tx, town, town.ana, "sent")]
        made.append(
            written(tx, town, town.ben, "b", kind="lesson", passed=Passed("early", at=MONDAY + MINUTE))
        )
        made.append(written(tx, town, town.kari, "k"))
        return made

    held, sent, waiting, theirs = await database.write(live)
    seen = [
        Seen(held, "held", 1),
        Seen(sent, "sent", 1),
        Seen(waiting, "waiting", 0),
        Seen(theirs, "ready", 0),
    ]
    told = [await database.write(lambda tx: messages.drop(tx, scope, seen, MONDAY)) for _ in range(2)]
    assert [[each.kind for each in dropped] for dropped in told] == [["reply", "lesson"], []]
    assert await changed(database, OUTBOX.c.state, OUTBOX.c.reason) == [
        (held, "dropped", "coordinator"),
        (sent, "sent", ""),
        (waiting, "dropped", "coordinator"),
        (theirs, "ready", ""),
    ]


async def test_what_was_overtaken_is_not_sent_once_more(database: Database, town: Town) -> None:
    """A lesson whose card is closed, a reminder of a lesson that is done, what was called off, a change, a code."""

    def live(tx: Connection) -> dict[str, int]:
        enrolled = [
            enrolments.enrol(tx, person=who, programme=town.programme, version=town.version, at=MONDAY)
            for who in (town.ana, town.ben)
        ]
        ana, ben = (each or 0 for each in enrolled)
        enrolments.move(tx, ana, 0, 0, MONDAY)
        for key in ("open", "closed"):
            step = Step(key, ana, 0, 0, question=False, selected=(), closed=False)
            steps.put(tx, step, MONDAY)
        steps.close(tx, "closed", MONDAY)
        tx.execute(text("UPDATE step SET closed_at = NULL WHERE key = 'open'"))
        told = {"texts": {"en": "x"}, "mandatory": False, "not_after": MONDAY, "at": MONDAY}
        for key in ("on", "off"):
            announcements.add(tx, key=key, organisation=None, **told)  # type: ignore[arg-type]
        on, off = (announcements.by_key(tx, key).id for key in ("on", "off"))
        announcements.set_state(tx, off, "cancelled")
        whole = written(tx, town, town.ana, "whole")
        made = {
            "whole": whole,
            "open": written(tx, town, town.ana, "o", message=ShowCard(town.version, 0, 0, "open")),
            "closed": written(tx, town, town.ana, "c", message=ShowCard(town.version, 0, 0, "closed")),
            "on": written(
                tx, town, town.ana, "on", message=Announcement(on), announcement=on, kind="announcement"
            ),
            "off": written(tx, town, town.ana, "off", message=Announcement(off), announcement=off),
            "change": written(tx, town, town.ana, "change", edits=whole),
            "code": written(tx, town, town.ana, "code", kind="code"),
            "waits": written(tx, town, town.ana, f"reminder:{ana}:0:2026-11-23", kind="reminder"),
            "done": written(tx, town, town.ana, f"reminder:{ana}:1:2026-11-23", kind="reminder"),
            "begins": written(tx, town, town.ben, f"reminder:{ben}:0:2026-11-23", kind="reminder"),
        }
        tx.execute(OUTBOX.update().values(state="expired"))
        return made

    made = await database.write(live)
    found = await database.read(lambda tx: messages.page(tx, seeing(town.here), Wanted()))
    again = {each.id for each in found.entries if each.again}
    assert {name for name, number in made.items() if number in again} == {"whole", "open", "on", "waits"}
    seen = [Seen(number, "expired", 0) for number in made.values()]
    assert len(await database.write(lambda tx: messages.retry(tx, seeing(town.here), seen, MONDAY))) == 4
    assert {row[0] for row in await changed(database, OUTBOX.c.state) if row[1] == "waiting"} == again
