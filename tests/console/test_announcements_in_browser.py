"""An announcement in a browser: written, tried, approved by a second coordinator, watched live and stopped half way."""

from functools import partial

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update
from starlette.applications import Starlette

from actions.enlist import set_here
from console.app import create
from domain.language import LANGUAGES
from domain.texts import Texts
from scheduler.jobs import announce
from storage.confirmations import confirm
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.console.conftest import Door
from tests.console.test_live import TOO_WIDE, base, enter
from tests.console.test_sharing_in_browser import looks_well
from tests.console.town import MONDAY, Cast, Clock, Town
from tests.lessons.test_drawing import photo
from tests.tools.screens import Screen, Screens
from zinute.previews import Maker

__all__ = ["base"]
LIVE = 5_000  # milliseconds; a busy machine has them (how old figures are at most: test_live_figures.py)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, previews=Maker(texts))


@pytest.fixture
async def other(database: Database, cast: Cast) -> int:
    """Another coordinator of the library, where more than one person is told something by two only."""

    def prepare(tx: Connection) -> int:
        set_here(tx, cast.library, {"approver_above": 1}, MONDAY)
        town = Town(tx, MONDAY)
        for name in ("Antra Antraitė", "Trečia Trečiaitė"):
            town.join(town.person(cast.library, name))
        town.join(cast.coordinator)
        return town.coordinator(
            [cast.library], town.person(cast.library, "Second Coordinator", language="en")
        )

    return await database.write(prepare)


async def press(page: Page, name: str) -> None:
    """Reach a button by the keyboard alone."""
    await page.locator(f"#{name}").focus()
    await page.keyboard.press("Enter")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_an_announcement_from_its_first_words_to_its_end(
    *,
    door: Door,
    cast: Cast,
    database: Database,
    clock: Clock,
    base: str,
    browser_page: Screens,
    screen: Screen,
    axe: str,
    other: int,
) -> None:
    page, second = await browser_page(screen), await browser_page(screen)
    complaints = await enter(page, door, base, cast.coordinator)
    await enter(second, door, base, other)
    await page.goto(f"{base}/console/announcements")
    await looks_well(page, screen, axe, "announcements-none")
    await write(page)
    await looks_well(page, screen, axe, "composing")
    await press(page, "keep")
    await expect(page.locator("#reach")).to_have_text("Reaches 3 people")
    await expect(page.locator(".preview.web li")).to_have_text("Perskaičiau")
    await go_with_it(page, screen, axe)
    await looks_well(page, screen, axe, "announcement-draft")
    await be_approved(page, second)
    clock.move(seconds=30)
    assert await announce.JOB.run(database, clock()) == 3
    await expect(page.locator("#figure-queued")).to_contain_text("3 of 3 wait", timeout=LIVE)
    await database.write(partial(settled, learner=cast.learner))
    await expect(page.locator("#figure-sent")).to_contain_text("1 of 3 sent", timeout=LIVE)
    await expect(page.locator("#figure-confirmed")).to_contain_text("1 of 3 confirmed", timeout=LIVE)
    await looks_well(page, screen, axe, "announcement-sending")
    again = await stop_and_tell_the_others(page)
    await looks_well(page, screen, axe, "announcement-again")
    await page.goto(f"{base}/console/announcements/1/people")
    await looks_well(page, screen, axe, "announced")
    await expect(page.get_by_role("row").filter(has_text="Ona Onaitė")).to_contain_text("Sent")
    await page.goto(f"{base}/console/announcements")
    await looks_well(page, screen, axe, "announcements")
    assert complaints == []
    await fits(page, base, again)


async def write(page: Page) -> None:
    """A draft for those who read Lithuanian."""
    await press(page, "new")
    await page.locator("#text-lt").fill("Penktadienį 9 val. susitinkame skaitykloje.")
    await page.locator("#confirms").press("Space")
    await page.locator("#what-1").select_option("language:lt")


async def go_with_it(page: Page, screen: Screen, axe: str) -> None:
    """A picture, a file and a button go along."""
    await page.locator("#with").click()
    await page.locator("#picture").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": photo("PNG", (300, 200))}
    )
    await page.locator("#alt-lt").fill("Skaitykla su apskritu stalu")
    await page.locator("#file").set_input_files(
        {"name": "Darbotvarkė.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 %%EOF"}
    )
    await page.locator("#link-1").fill("https://example.org/susitikimas")
    await page.locator("#label-1-lt").fill("Vieta žemėlapyje")
    await looks_well(page, screen, axe, "enclosing")
    await press(page, "keep")
    await expect(page.locator(".preview.web li")).to_have_text(
        ["Atidaryti failą darbotvarke.pdf", "Perskaičiau", "Vieta žemėlapyje"]
    )
    await page.locator("#ask").click()
    await page.locator("#question-lt").fill("Ar ateisite?")
    for number, answer in enumerate(("Taip", "Ne", "Prisijungsiu nuotoliu"), 1):
        await page.locator(f"#answer-{number}-lt").fill(answer)
    await looks_well(page, screen, axe, "polling")
    await press(page, "keep")
    await expect(page.locator(".preview.web li").nth(1)).to_have_text("Taip")


async def be_approved(page: Page, second: Page) -> None:
    """It is tried, asked for, and approved by the other coordinator, which the first one sees."""
    await press(page, "test")
    await expect(page.locator("#done")).to_have_text("Sent to you in each language.")
    await press(page, "send")
    await expect(page.locator("#state")).to_have_text("waits for a second person")
    await second.goto(page.url)
    await press(second, "approve")
    await expect(second.locator("#state")).to_have_text("waits for its time")
    await expect(page.locator("#state")).to_have_text("waits for its time", timeout=LIVE)


async def stop_and_tell_the_others(page: Page) -> str:
    """Saved as a template, paused, then cancelled; those who did not get it are told in another one: its address."""
    await press(page, "template")
    await expect(page.locator("#done")).to_contain_text("It is a template now")
    await press(page, "pause")
    await expect(page.locator("#state")).to_have_text("paused")
    await press(page, "cancel")
    await expect(page.locator("#figure-dropped")).to_contain_text("2 of 3 not sent")
    await press(page, "missed")
    await expect(page.locator("#reach")).to_have_text("Reaches 2 people")
    return page.url


async def fits(page: Page, base: str, draft: str) -> None:
    """In every language, on a narrow phone."""
    for language in LANGUAGES:
        await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
        here = f"{base}/console/announcements"
        for place in (here, f"{here}/new", f"{here}/1", f"{here}/1/people", f"{draft}/with", f"{draft}/poll"):
            await page.goto(place)
            await page.set_viewport_size({"width": 320, "height": 640})
            assert (language, place, await page.evaluate(TOO_WIDE)) == (language, place, [])


def settled(tx: Connection, learner: int) -> None:
    """The learner got it, and says so."""
    theirs = (OUTBOX.c.person_id == learner, OUTBOX.c.kind == "announcement")
    tx.execute(update(OUTBOX).where(*theirs).values(state="sent", ended_at=MONDAY))
    number = tx.execute(OUTBOX.select().where(*theirs)).one().announcement_id
    confirm(tx, number, learner, MONDAY)
