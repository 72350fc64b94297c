"""P2: the process dies at each named point, in the middle of what leads there, and nothing is lost or doubled."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from time import time
from typing import Final

from storage.crash import EXIT
from tests.faults import lessons, old
from tests.faults.evidence import Intended
from tests.faults.learners import Learners
from tests.faults.play import Outcome, Play, playing
from tests.faults.processes import Process
from tests.faults.store import moment
from tests.faults.town import Size, Town, ask_again, bring_due
from tests.journeys.running import free_port

REACHED: Final = 25.0  # seconds within which the point must be come to
SMALL: Final = Size(learners=1, quiet=2, crowd=3)
SECRET: Final = "a-secret_for-fault-runs"
# Where one message is in flight, nobody can know whether it arrived; from its bytes on it may arrive twice.
TWICE: Final = ("bytes-sent", "answered", "uploaded", "settling-uncommitted")
IN_DOUBT: Final = (*TWICE, "claimed", "sending", "migrating")  # the old store has one in flight
Scenario = Callable[[Play, str], Awaitable[Intended]]


async def point_round(town: Town, name: str) -> Outcome:
    """Die at the point of this name, start again, and judge."""
    async with playing(town, name) as play:
        people = Learners(town.messenger, list(town.learners), name)
        try:
            people.start(eager=town.learners if SCENARIOS[name] in (talk, hook) else ())
            intended = await SCENARIOS[name](play, name)
            await asyncio.sleep(0.5)
        finally:
            await people.stop()
        verdict = await play.judged(people.issued, intended)
    if verdict.ambiguous > (name in IN_DOUBT) or verdict.duplicates > (name in TWICE):
        play.problems.append(f"{verdict.ambiguous} in doubt and {verdict.duplicates} doubled")
    return play.outcome(f"point {name}", verdict)


async def dies(play: Play, process: Process, name: str) -> None:
    """The process comes to the point, and ends there as if it were killed."""
    await asyncio.wait({process.ended}, timeout=REACHED)
    play.kills.append(time())
    if not process.ended.done():
        play.problems.append(f"{name} was not come to within {REACHED:.0f} s")
        await process.kill()
    elif process.ended.result() != EXIT:
        play.problems.append(f"{name}: it ended with {process.ended.result()}: {process.said()}")


async def _death(play: Play, name: str, settings: Mapping[str, str] | None = None, port: int = 0) -> None:
    """A service comes to the point and dies of it; then another one is ready."""
    victim = await play.serve({**(settings or {}), "ZINUTE_CRASHPOINT": name}, port=port)
    await dies(play, victim, name)
    await play.served(settings, port=port)


async def talk(play: Play, name: str) -> Intended:
    """A learner goes through a lesson."""
    await _death(play, name)
    return Intended()


async def hook(play: Play, name: str) -> Intended:
    """The same, by webhook."""
    port = free_port()
    settings = {
        "ZINUTE_TELEGRAM_MODE": "webhook",
        "ZINUTE_TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram/webhook",
        "ZINUTE_TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    await _death(play, name, settings, port)
    return Intended()


async def lesson(play: Play, name: str) -> Intended:
    """A lesson comes due."""
    due = {play.town.enrolments[chat]: 0.0 for chat in play.town.learners}
    await bring_due(play.store, due, {})
    await _death(play, name)
    return Intended(lessons=frozenset((enrolment, 0) for enrolment in due))


async def reminder(play: Play, name: str) -> Intended:
    """Reminders come due."""
    await bring_due(play.store, {}, {play.town.enrolments[chat]: 0.0 for chat in play.town.quiet})
    await _death(play, name)
    return Intended(reminders=frozenset(play.town.quiet))


async def came_back(play: Play, name: str) -> Intended:
    """Questions of another lesson come back to those who stand in the first."""
    due = [play.town.enrolments[chat] for chat in play.town.quiet]
    await ask_again(play.store, due)
    await _death(play, name)
    return Intended(reviews=frozenset(play.town.quiet))


async def waiting(play: Play, name: str) -> Intended:
    """The messenger wants to be left alone for a moment, and messages wait."""
    await play.town.messenger.fails("sendMessage", status=429, retry_after=1, times=1)
    await play.tell("Wait")
    await _death(play, name)
    return Intended()


async def start(play: Play, name: str) -> Intended:
    """A service starts."""
    await _death(play, name)
    return Intended()


async def new_lessons(play: Play, name: str) -> Intended:
    """A service starts with a programme that has changed."""
    library = lessons.write(play.store.data / "library")
    described = library / lessons.SLUG / "programme.lt.md"
    described.write_text(described.read_text() + "\nIt has changed.\n")
    await _death(play, name, {"ZINUTE_LIBRARY": str(library)})
    (found,) = await play.store.rows("SELECT count(*) AS versions FROM programme_version")
    if found["versions"] != 2:
        play.problems.append(f"there are {found['versions']} versions of a programme that changed once")
    return Intended()


async def announcement(play: Play, name: str) -> Intended:
    """Somebody announces something, dies of it, and does it again."""
    await play.served()
    key = f"Hear {name}"
    arguments = [play.store.url, key, str(play.town.houses["crowd"])]
    teller = await play.town.world.nursery.start(
        "tests.faults.telling",
        arguments,
        {"ZINUTE_CRASHPOINT": name},
        log=play.store.data / "service.log",
    )
    await dies(play, teller, name)
    again = await play.town.world.nursery.start(
        "tests.faults.telling", arguments, {}, log=play.store.data / "service.log"
    )
    if await again.end():
        play.problems.append(f"it cannot be announced again: {again.said()}")
    return Intended(announcements={key: frozenset(play.town.crowd)})


async def gap(play: Play, name: str) -> Intended:
    """The messenger was not heard for so long that it forgot what was pressed."""
    await play.store.execute(f"UPDATE sender SET heard_at = {moment(time() - 600)}")
    await play.town.messenger.stays(play.town.crowd[0])
    await _death(play, name)
    await play.town.messenger.stays(play.town.crowd[0])
    deadline = time() + REACHED
    while not (gaps := await play.store.rows("SELECT asked FROM gap")) and time() < deadline:
        await asyncio.sleep(0.1)
    asked = await play.store.rows("SELECT id FROM outbox WHERE key LIKE 'gap:%'")
    if [found["asked"] for found in gaps] != [len(play.town.quiet)] or len(asked) != len(play.town.quiet):
        play.problems.append(f"gaps {gaps}, {len(asked)} were asked again")
    return Intended()


async def old_schema(play: Play, name: str) -> Intended:
    """A service starts on the store of an older version."""
    await old.make(play.town.world, play.store, play.town.learners[0])
    play.since = replace(play.since, outbox=0, inbox=0)
    await _death(play, name)
    play.problems += await old.differences(play.store)
    return Intended()


async def closed(play: Play, name: str) -> Intended:
    """An organisation was closed, and its people go a few at a time: nobody of it is left at the end."""
    at = moment(time())
    house = "(SELECT id FROM organisation WHERE contact = 'Closing')"
    people = ", ".join(
        f"({house}, 'Goes', 'goes{each}@x.example', 'lt', '09:30', '12345')" for each in range(3)
    )
    await play.store.execute(
        "INSERT INTO organisation (name, country, zone, language, contact, closed_at) "
        f"VALUES ('Closing', 'LT', 'Europe/Vilnius', 'lt', 'Closing', {at})",
        f"INSERT INTO person (organisation_id, name, email, language, hour, days) VALUES {people}",
        "INSERT INTO closing (organisation_id, asked_at, ends_at, confirmed_by, confirmed_at, marks) "
        f"VALUES ({house}, {at}, {at}, (SELECT min(id) FROM person), {at}, '')",
    )
    await _death(play, name)
    deadline = time() + 2 * REACHED
    while not (done := await play.store.rows("SELECT done_at FROM closing WHERE done_at IS NOT NULL")):
        if time() > deadline:
            break
        await asyncio.sleep(0.2)
    left = await play.store.rows("SELECT id FROM person WHERE name = 'Goes'")
    if not done or left:
        play.problems.append(
            f"{len(left)} are left of an organisation that is {'' if done else 'not '}done with"
        )
    return Intended()


async def campaign(play: Play, name: str) -> Intended:
    """A launch campaign invites where no mail is sent: the step is over once, with the reason."""
    at = moment(time())
    house = "(SELECT id FROM organisation WHERE contact = 'Launching')"
    head = "(SELECT id FROM person WHERE name = 'Head')"
    people = ", ".join(
        f"({house}, '{each}', '{each.lower()}@x.example', 'lt', '09:30', '12345')" for each in ("Head", "New")
    )
    await play.store.execute(
        "INSERT INTO organisation (name, country, zone, language, contact) "
        "VALUES ('Launching', 'LT', 'Europe/Vilnius', 'lt', 'Launching')",
        f"INSERT INTO person (organisation_id, name, email, language, hour, days) VALUES {people}",
        f"INSERT INTO role (person_id, organisation_id, name) VALUES ({head}, {house}, 'coordinator')",
        "INSERT INTO campaign "
        "(organisation_id, by_id, programme_id, way, texts, days, state, created_at, started_at) "
        f"VALUES ({house}, {head}, (SELECT min(id) FROM programme), "
        f"'mail', '{{}}', '{{\"invite\": 0}}', 'running', {at}, {at})",
        "INSERT INTO campaign_step (campaign_id, organisation_id, step, state, reason, due_at, many) "
        f"VALUES ((SELECT max(id) FROM campaign), {house}, 'invite', 'waiting', '', {at}, 0)",
    )
    await _death(play, name)
    deadline = time() + REACHED
    while (steps := await play.store.rows("SELECT state, reason FROM campaign_step")) and time() < deadline:
        if steps[0]["state"] != "waiting":
            break
        await asyncio.sleep(0.2)
    if [(each["state"], each["reason"]) for each in steps] != [("skipped", "no_mail")]:
        play.problems.append(f"the step of the campaign stands so: {steps}")
    return Intended()


async def topic(play: Play, name: str) -> Intended:
    """A group's question of the week is due: it is posted once."""
    at, house = moment(time()), play.town.houses["crowd"]
    (chat,) = await play.town.messenger.people(1)
    group, address = "(SELECT max(id) FROM chat_group)", f"(SELECT id FROM address WHERE key = '{chat}')"
    today = datetime.fromtimestamp(time(), UTC).date()
    await play.store.execute(
        "INSERT INTO address (channel, key, agreed_name, language, offers, reachable, created_at, bound_at) "
        f"VALUES ('telegram', '{chat}', false, 'lt', '[]', true, {at}, {at})",
        "INSERT INTO chat_group (organisation_id, language, made_at, address_id, title, kind, bound_at) "
        f"VALUES ({house}, 'lt', {at}, {address}, 'Team', 'group', {at})",
        "INSERT INTO topic "
        "(group_id, organisation_id, programmes, weekday, hour, state, next_day, next_at, made_at) "
        f"VALUES ({group}, {house}, '1', {today.isoweekday()}, '00:00', 'running', '{today}', {at}, {at})",
    )
    await _death(play, name)
    deadline, asked = time() + REACHED, "SELECT state FROM outbox WHERE key LIKE 'topic:%'"
    while [each["state"] for each in await play.store.rows(asked)] != ["sent"] and time() < deadline:
        await asyncio.sleep(0.2)
    posts = await play.store.rows("SELECT day FROM topic_post")
    said = [each["state"] for each in await play.store.rows(asked)]
    if len(posts) != 1 or said != ["sent"]:
        play.problems.append(f"{len(posts)} posts are kept, and stand so: {said}")
    return Intended()


SCENARIOS: Final[dict[str, Scenario]] = {
    "fetched": talk,
    "received": hook,
    "stored-uncommitted": talk,
    "stored": talk,
    "acknowledging": hook,
    "handling": talk,
    "handled-uncommitted": talk,
    "handled": talk,
    "claimed-uncommitted": talk,
    "claimed": talk,
    "sending": talk,
    "bytes-sent": talk,
    "answered": talk,
    "settling-uncommitted": talk,
    "settled": talk,
    "uploaded": talk,
    "due-found": lesson,
    "released-uncommitted": lesson,
    "released": lesson,
    "reminded-uncommitted": reminder,
    "remembered-uncommitted": talk,
    "reviewed-uncommitted": came_back,
    "promoted": waiting,
    "announcing": announcement,
    "announced": announcement,
    "lease-taken": start,
    "gap-found": gap,
    "migrating": old_schema,
    "publishing": new_lessons,
    "swept": start,
    "parted": closed,
    "inviting": campaign,
    "campaigned": campaign,
    "posted-uncommitted": topic,
    "posted": topic,
}
