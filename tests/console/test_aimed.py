"""Whom an announcement is for, in the console: labels, webinars, certificates that end, and kept rules."""

import re

import httpx

from actions import dispatch
from domain.webinar import Webinar, Words
from storage import queueing, registrations, webinars
from storage.announcements import ANNOUNCEMENT
from storage.database import Connection, Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.test_announcements import HERE, passed, post, written
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows


def line(what: str) -> dict[str, str]:
    return {"what": what, "how": "is", "join": "and"}


async def test_an_organisation_puts_labels_on_its_people_and_writes_to_whoever_has_one(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast
) -> None:
    person = f"/console/people/{cast.learner}/edit"
    kept = {"name": "Ona Onaitė", "email": "ona.onaite@example.org", "place": str(cast.library)}
    said = {**kept, "tags": "Drivers; first aid"}
    assert (await coordinator.post(person, data=said, headers=SAME_ORIGIN)).status_code == 303
    assert 'value="Drivers, first aid"' in (await coordinator.get(person)).text
    page = await written(coordinator, cast, **line("tag:drivers"))
    shown = (await coordinator.get(page)).text
    assert "Reaches <strong>1 person</strong>" in shown
    assert "tag: drivers" in shown
    assert (
        "Nobody to send it to"
        in (await coordinator.get(await written(coordinator, cast, **line("tag:aid")))).text
    )
    assert "tag: Drivers" in (await coordinator.get(f"{HERE}/new")).text
    async with door.signed_in(cast.coordinator_elsewhere) as elsewhere:
        assert "Drivers" not in (await elsewhere.get(f"{HERE}/new")).text


async def test_a_webinar_of_others_is_nothing_to_ask_about(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database
) -> None:
    def held(tx: Connection) -> tuple[int, int]:
        made = [
            webinars.add(tx, Webinar(0, at, {"en": Words("Viruses")}, MONDAY, 60, "UTC", 9), MONDAY)
            for at in (cast.library, cast.museum)
        ]
        for each in made:
            registrations.put(
                tx,
                webinar=each,
                person=cast.learner,
                pool=None,
                state="seated",
                arrival=1,
                seed=f"s{each}",
                due=None,
                now=MONDAY,
            )
        return made[0], made[1]

    ours, theirs = await database.write(held)
    shown = (
        await coordinator.get(await written(coordinator, cast, **line(f"webinar:registered:{ours}")))
    ).text
    assert "Viruses, 2026-11-23: has a seat" in shown
    assert "Reaches <strong>1 person</strong>" in shown
    shown = (
        await coordinator.get(await written(coordinator, cast, **line(f"webinar:registered:{theirs}")))
    ).text
    assert "The conditions have something that you do not see here" in shown
    assert "Reaches <strong>0 people</strong>" in shown


async def test_a_rule_is_kept_under_a_name_and_used_again(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast, database: Database
) -> None:
    first = await written(coordinator, cast, **line("language:lt"), without="away")
    for name in ("  Who reads   Lithuanian ", "", "Who reads Lithuanian"):
        answer = await coordinator.post(f"{first}/segment", data={"name": name}, headers=SAME_ORIGIN)
        assert answer.headers["location"] == (f"{HERE}/segments" if name else first)
    listed = (await coordinator.get(f"{HERE}/segments")).text
    assert listed.count("Who reads Lithuanian</h2>") == 1
    assert "Library: language: Lithuanian; without: on leave today" in " ".join(listed.split())
    which = re.search(
        r'<option value="(\d+)">Who reads Lithuanian', (await coordinator.get(f"{HERE}/new")).text
    )
    assert which is not None
    filled = {
        "do": "segment",
        "segment": which[1],
        "place": str(cast.library),
        "text-lt": "Labas",
        "text-en": "Hello",
    }
    answer = await coordinator.post(
        f"{HERE}/new", data={**filled, **line("language:nb")}, headers=SAME_ORIGIN
    )
    assert answer.headers["location"].endswith("/edit")
    rules = [row[1] for row in await rows(database, ANNOUNCEMENT.c.id, ANNOUNCEMENT.c.audience)]
    assert rules[0] == rules[1]
    drop = f"{HERE}/segments/{which[1]}"
    async with door.signed_in(cast.coordinator_elsewhere) as elsewhere:
        assert "Who reads" not in (await elsewhere.get(f"{HERE}/new")).text
        assert (await elsewhere.post(drop, headers=SAME_ORIGIN)).status_code == 404
        assert (
            await elsewhere.post(f"{first}/segment", data={"name": "x"}, headers=SAME_ORIGIN)
        ).status_code == 404
    for status in (303, 404):
        assert (await coordinator.post(drop, headers=SAME_ORIGIN)).status_code == status
    assert "None yet" in (await coordinator.get(f"{HERE}/segments")).text


async def test_what_comes_at_each_ones_hour_says_so(coordinator: httpx.AsyncClient, cast: Cast) -> None:
    page = await written(coordinator, cast)
    refused = await post(coordinator, page, do="send", when="tomorrow", own="on")
    assert re.search(r'name="own"[^>]* checked', refused.text)
    assert (await post(coordinator, page, do="send", own="on")).status_code == 303
    assert "Everybody gets it at their own lesson hour." in (await coordinator.get(page)).text


async def test_before_it_goes_it_says_whom_it_would_not_reach_in_its_days(
    door: Door, cast: Cast, clock: Clock
) -> None:
    clock.move(days=4, hours=9)  # Friday, 18:30
    async with door.signed_in(cast.coordinator) as coordinator:
        page = await written(coordinator, cast)
        shown = " ".join((await coordinator.get(page)).text.split())
        said = "Nobody will get it: none of them has working hours while it is of use."
        assert (
            f"{said} If it is of use for 3 days, it reaches this many: 1. That is so if it goes now." in shown
        )
        refused = await post(coordinator, page, do="send")
        assert (refused.status_code, "Nobody would get it at that time" in refused.text) == (422, True)
        assert (await post(coordinator, page, do="send", when="2026-11-30T09:00")).status_code == 303
        assert 'id="late"' not in (await coordinator.get(page)).text


async def test_the_page_says_why_it_waits(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast)
    await post(coordinator, page, do="send")
    which = int(page.rpartition("/")[2])
    await database.write(lambda tx: dispatch.put_off(tx, which, clock(), "often"))
    assert "this one waits for its turn" in (await coordinator.get(page)).text
    await passed(database, clock)
    await database.write(queueing.hold_open)
    shown = (await coordinator.get(page)).text
    assert "this one waits for its turn" not in shown
    assert "1 message waits, as a copy was restored" in shown


async def test_reminders_are_said_with_the_draft_and_a_reminder_says_of_what(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    said = {"confirms": "on", "chase-times": "2", "chase-days": "3"}
    page = await written(coordinator, cast, **said)
    edit = (await coordinator.get(f"{page}/edit")).text
    assert (
        *(each for each in re.findall(r'<option value="[23]" selected>[^<]+(?: at most|days)', edit)),
    ) == ('<option value="2" selected>2 times at most', '<option value="3" selected>every 3 days')
    assert "2 times at most, every 3 days" in (await coordinator.get(page)).text
    await post(coordinator, page, do="send")
    await passed(database, clock)
    assert re.search(r"every 3 days; next: [^<]*26[^<]*9:30", (await coordinator.get(page)).text)
    again = str((await post(coordinator, page, do="silent")).headers["location"])
    assert f'id="first" href="{page}"' in (await coordinator.get(again)).text
