"""A message's own page: what it is, where it stands, and step by step why."""

import re
from datetime import datetime, timedelta

import httpx
import pytest

from actions.enlist import set_here
from domain.language import Language
from storage import claiming, senders
from storage.database import Connection, Database
from storage.outbox import ATTEMPT, OUTBOX
from storage.people import PERSON
from tests.console.conftest import Door
from tests.console.post import HOUR, MINUTE, live
from tests.console.test_learners import words
from tests.console.test_person import told
from tests.console.town import MONDAY, Cast, Clock


@pytest.fixture
async def made(database: Database, cast: Cast) -> dict[str, int]:
    return await database.write(lambda tx: live(tx, cast))


OVERTAKEN = "Sending it again makes no sense any more: things have moved on since, or it will come by itself."
STORIES: dict[str, tuple[list[str], str]] = {
    "sent": (
        [
            "08:30 Written",
            "Was free to go: it was a good time for the person (until today, 18:30)",
            "08:31 Attempt 1: the messenger took it",
        ],
        "Sent The messenger took it today, 08:31.",
    ),
    "unknown": (
        [
            "08:30 Written",
            "Was free to go: it was a good time for the person (until today, 18:30)",
            "08:31 Attempt 1: the connection broke, so it may have arrived ReadTimeout",
        ],
        (
            "May have arrived The connection broke while it was being sent. "
            "It is not repeated by itself, so that nobody gets it twice. Send it again if that is needed. "
            "Send again The person may get it twice."
        ),
    ),
    "refused": (
        [
            "08:30 Written",
            "Was free to go: it was a good time for the person (until today, 18:30)",
            "08:31 Attempt 1: the messenger did not take it Bad Request: no text",
        ],
        f"Failed The messenger did not take it. {OVERTAKEN}",
    ),
    "tries": (
        [
            "08:30 Written",
            "At any hour: it answers what the person just did",
            "08:31 Attempt 1: it could not be sent Too Many Requests",
        ],
        "Waiting Next try today, 10:31. It is not sent later than tomorrow, 08:30. Do not send",
    ),
    "day": (
        ["08:30 Written", "May not go yet: not one of the person’s days"],
        (
            "Waiting Waits until 28 Nov, 08:30: not one of the person’s days. "
            "It is not sent later than 30 Nov, 09:30. Do not send"
        ),
    ),
    "holiday": (
        ["12:00 Written", "May not go yet: 24 December is a public holiday"],
        (
            "Waiting Waits until 28 Dec, 09:30: 24 December is a public holiday. "
            "It is not sent later than 29 Dec, 09:30. Do not send"
        ),
    ),
    "late": (
        ["08:30 Written", "08:30 It would have come too late."],
        "Not sent It would have come too late. It is not sent again by itself, but you can send it again. Send again",
    ),
    "expired": (
        [
            "08:30 Written",
            "Had to wait: too early in the day",
            "09:30 It did not make it in time (today, 09:29), and later it is of no use.",
        ],
        f"Too late It did not make it in time (today, 09:29), and later it is of no use. {OVERTAKEN}",
    ),
    "held": (
        ["08:30 Written", "At any hour: it answers what the person just did"],
        "Held The data were restored from a backup: whoever runs Zinute decides. Do not send",
    ),
}


@pytest.mark.parametrize("name", STORIES)
async def test_a_message_tells_its_story(
    coordinator: httpx.AsyncClient, made: dict[str, int], name: str
) -> None:
    page = await coordinator.get(f"/console/messages/{made[name]}")
    ((_, steps),) = told(page)
    standing = re.search(r'<section class="standing">.*?</h2>(.*?)</section>', page.text, re.DOTALL)
    assert standing
    assert (steps, words(standing[1])) == STORIES[name]


async def test_a_message_tells_for_whom_and_how_but_not_what_was_answered(
    coordinator: httpx.AsyncClient, made: dict[str, int]
) -> None:
    said = words((await coordinator.get(f"/console/messages/{made['explained']}")).text)
    for part in (
        "Explanation: “lesson0-en”",
        "For Ona Onaitė",
        "Organisation Library",
        "Messenger Telegram",
        "Kind Reply in the chat",
    ):
        assert part in said
    assert [part for part in ("safe0q0", "right", "Right") if part in said] == []


async def test_a_pause_that_the_messenger_asked_for_is_told_while_it_lasts(
    coordinator: httpx.AsyncClient, database: Database, clock: Clock, made: dict[str, int]
) -> None:
    await database.write(lambda tx: senders.pause(tx, "telegram", MONDAY + MINUTE))
    paused = "The messenger asked us to wait. Sending goes on today, 09:31."
    for minutes, told_so in ((0, True), (1, False)):
        clock.at = MONDAY + minutes * MINUTE
        page = words((await coordinator.get(f"/console/messages/{made['ready']}")).text)
        assert (paused in page, "It goes when its turn comes." in page) == (told_so, not told_so)


@pytest.mark.parametrize(
    ("name", "ends", "says"),
    [
        ("ready", HOUR, "May go: it is a good time for the person (until today, 10:30)"),
        ("ready", -MINUTE, "Was free to go: it was a good time for the person (until today, 09:29)"),
        ("day", HOUR, "May not go yet: not one of the person’s days"),
        ("day", -MINUTE, "Had to wait: not one of the person’s days"),
    ],
)
async def test_what_the_gate_said_is_told_in_the_present_only_while_it_holds(
    *,
    coordinator: httpx.AsyncClient,
    database: Database,
    made: dict[str, int],
    name: str,
    ends: timedelta,
    says: str,
) -> None:
    one = OUTBOX.update().where(OUTBOX.c.id == made[name])
    await database.write(lambda tx: tx.execute(one.values(until=MONDAY + ends, due_at=MONDAY + ends)))
    page = await coordinator.get(f"/console/messages/{made[name]}")
    assert says in words(page.text)


async def test_it_is_told_with_the_organisation_that_it_was_written_for(
    door: Door, coordinator: httpx.AsyncClient, database: Database, cast: Cast, made: dict[str, int]
) -> None:
    """When the person went to the museum, its coordinator does not see it, and the library's not where they went."""
    move = PERSON.update().where(PERSON.c.id == cast.learner).values(organisation_id=cast.museum)
    await database.write(lambda tx: tx.execute(move))
    said = words((await coordinator.get(f"/console/messages/{made['ready']}")).text)
    assert ("Organisation Library" in said, "08:30 Written" in said) == (True, True)
    assert [name for name in ("Museum", "Ona") if name in said] == []
    async with door.signed_in(cast.coordinator_elsewhere) as browser:
        assert (await browser.get(f"/console/messages/{made['ready']}")).status_code == 404


async def test_what_is_under_way_and_what_nobody_knows_about_are_told_apart(
    coordinator: httpx.AsyncClient, database: Database, made: dict[str, int]
) -> None:
    async def steps() -> list[str]:
        ((_, those),) = told(await coordinator.get(f"/console/messages/{made['ready']}"))
        return those

    def claim(tx: Connection) -> None:
        tx.execute(OUTBOX.delete().where(OUTBOX.c.id == made["tries"]))  # it would go first
        claiming.claim(tx, "telegram", 1, MONDAY, 9)

    await database.write(lambda tx: tx.execute(ATTEMPT.delete().where(ATTEMPT.c.outbox_id == made["tries"])))
    await database.write(claim)
    assert (await steps())[-1] == "09:30 Attempt 1: under way"
    one = OUTBOX.update().where(OUTBOX.c.id == made["ready"])
    await database.write(lambda tx: tx.execute(one.values(state="waiting", due_at=MONDAY + HOUR)))
    assert (await steps())[-1] == "09:30 Attempt 1: Zinute stopped meanwhile, so it may have arrived"


@pytest.mark.parametrize("name", ["elsewhere", "nobody"])
async def test_messages_of_others_are_missing_in_the_same_words(
    coordinator: httpx.AsyncClient, made: dict[str, int], name: str
) -> None:
    ids = (made[name], 999_999, 0, -1, "abc", "１", 2**31, 2**63, "again", "9" * 4000)
    answers = [await coordinator.get(f"/console/messages/{each}") for each in ids]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}


SAID: dict[Language, str] = {
    "lt": "Laukia iki gruod. 28 d., 09:30: gruodžio 24 d. – valstybinė šventė.",
    "pl": "Wyjdzie najwcześniej 28 gru, 09:30: 24 grudnia to święto państwowe.",
    "nb": "Venter til 28. des. kl. 09:30: 24. desember er en offentlig fridag.",
    "en": "Waits until 28 Dec, 09:30: 24 December is a public holiday.",
}


@pytest.mark.parametrize("language", SAID)
async def test_the_reason_is_told_in_the_readers_language(
    coordinator: httpx.AsyncClient, made: dict[str, int], language: Language
) -> None:
    coordinator.cookies.set("zinute_language", language)
    for place in ("", f"/{made['holiday']}"):
        assert SAID[language] in words((await coordinator.get(f"/console/messages{place}")).text)


@pytest.mark.parametrize(
    ("written", "day"),
    [("2026-12-24", "24 December"), ("2026-12-22", "26 December"), ("2026-12-27", "26 December")],
)
async def test_which_holiday_it_was(
    *, coordinator: httpx.AsyncClient, database: Database, made: dict[str, int], written: str, day: str
) -> None:
    """The day on which it was written, if that is one; else the last before it goes."""
    at = datetime.fromisoformat(f"{written}T10:00+00:00")
    one = OUTBOX.update().where(OUTBOX.c.id == made["holiday"]).values(created_at=at)
    await database.write(lambda tx: tx.execute(one))
    page = await coordinator.get(f"/console/messages/{made['holiday']}")
    assert f"May not go yet: {day} is a public holiday" in words(page.text)


CLOSED: dict[Language, str] = {
    "lt": "Laukia iki gruod. 28 d., 09:30: gruodžio 23 d. organizacija nedirba.",
    "pl": "Wyjdzie najwcześniej 28 gru, 09:30: 23 grudnia organizacja ma wolne.",
    "nb": "Venter til 28. des. kl. 09:30: 23. desember har organisasjonen fri.",
    "en": "Waits until 28 Dec, 09:30: the organisation is closed on 23 December.",
}


async def test_a_day_off_of_the_organisation_is_told_as_one(
    *, coordinator: httpx.AsyncClient, database: Database, made: dict[str, int], cast: Cast
) -> None:
    at = datetime.fromisoformat("2026-12-22T10:00+00:00")
    one = OUTBOX.update().where(OUTBOX.c.id == made["holiday"]).values(created_at=at, gate="closed")

    def close(tx: Connection) -> None:
        set_here(tx, cast.library, {"days_off": ("2026-12-23",)}, MONDAY)
        tx.execute(one)

    await database.write(close)
    for language, told_ in CLOSED.items():
        coordinator.cookies.set("zinute_language", language)
        for place in ("", f"/{made['holiday']}"):
            assert told_ in words((await coordinator.get(f"/console/messages{place}")).text)
