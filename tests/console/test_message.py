"""A message's own page: what it is, where it stands, and step by step why."""

import re
from datetime import datetime

import httpx
import pytest

from console.site import LANGUAGE_COOKIE
from domain.language import Language
from storage import senders, sending
from storage.database import Connection, Database
from storage.outbox import ATTEMPT, OUTBOX
from tests.console.post import HOUR, MINUTE, live
from tests.console.test_learners import words
from tests.console.test_person import told
from tests.console.town import MONDAY, Cast


@pytest.fixture
async def made(database: Database, cast: Cast) -> dict[str, int]:
    return await database.write(lambda tx: live(tx, cast))


OVERTAKEN = "Sending it again makes no sense any more: things have moved on since, or it will come by itself."
STORIES: dict[str, tuple[list[str], str]] = {
    "sent": (
        [
            "08:30 Written",
            "May go: it is a good time for the person (until today, 18:30)",
            "08:31 Attempt 1: the messenger took it",
        ],
        "Sent The messenger took it today, 08:31.",
    ),
    "unknown": (
        [
            "08:30 Written",
            "May go: it is a good time for the person (until today, 18:30)",
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
            "May go: it is a good time for the person (until today, 18:30)",
            "08:31 Attempt 1: the messenger did not take it Bad Request: no text",
        ],
        f"Failed The messenger did not take it. {OVERTAKEN}",
    ),
    "tries": (
        [
            "08:30 Written",
            "Goes at once: it answers what the person just did",
            "08:31 Attempt 1: it could not be sent Too Many Requests",
        ],
        "Waiting Next try today, 10:31. Later than tomorrow, 08:30 it is not sent any more. Do not send",
    ),
    "day": (
        ["08:30 Written", "May not go yet: it is not one of the person’s days"],
        (
            "Waiting Waits until 28 Nov, 08:30: it is not one of the person’s days. "
            "Later than 30 Nov, 09:30 it is not sent any more. Do not send"
        ),
    ),
    "holiday": (
        ["12:00 Written", "May not go yet: 24 December is a public holiday"],
        (
            "Waiting Waits until 28 Dec, 09:30: 24 December is a public holiday. "
            "Later than 29 Dec, 09:30 it is not sent any more. Do not send"
        ),
    ),
    "late": (
        ["08:30 Written", "08:30 It would have come too late."],
        "Not sent It would have come too late. It is not sent again by itself, but you can send it again. Send again",
    ),
    "expired": (
        [
            "08:30 Written",
            "May not go yet: it is too early in the day",
            "09:30 It did not make it in time (today, 09:29), and later it is of no use.",
        ],
        f"Too late It did not make it in time (today, 09:29), and later it is of no use. {OVERTAKEN}",
    ),
    "held": (
        ["08:30 Written", "Goes at once: it answers what the person just did"],
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


async def test_a_pause_that_the_messenger_asked_for_is_told(
    coordinator: httpx.AsyncClient, database: Database, made: dict[str, int]
) -> None:
    await database.write(lambda tx: senders.pause(tx, "telegram", MONDAY + MINUTE))
    page = await coordinator.get(f"/console/messages/{made['ready']}")
    assert "The messenger asked us to wait. Sending goes on today, 09:31." in words(page.text)


async def test_what_is_under_way_and_what_nobody_knows_about_are_told_apart(
    coordinator: httpx.AsyncClient, database: Database, made: dict[str, int]
) -> None:
    async def steps() -> list[str]:
        ((_, those),) = told(await coordinator.get(f"/console/messages/{made['ready']}"))
        return those

    def claim(tx: Connection) -> None:
        tx.execute(OUTBOX.delete().where(OUTBOX.c.id == made["tries"]))  # it would go first
        sending.claim(tx, "telegram", 1, MONDAY, 9)

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
    coordinator.cookies.set(LANGUAGE_COOKIE, language)
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
