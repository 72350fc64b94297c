"""The question of the week in a browser by keyboard alone: set for a group, seen before and after, held and stopped."""

import pytest
from playwright.async_api import Page, expect

from actions import groups as deeds
from domain.group import Bound
from domain.language import LANGUAGES
from domain.organisation import Scope
from scheduler.jobs import topics as job
from storage.database import Connection, Database
from tests.console.by_keyboard import choose, press, reach
from tests.console.conftest import Door
from tests.console.test_live import TOO_WIDE, base, enter
from tests.console.test_sharing_in_browser import looks_well
from tests.console.town import MONDAY, Cast, Clock
from tests.tools.screens import Screen, Screens

__all__ = ["base"]
HERE = "/console/announcements/groups"


def bind(tx: Connection, cast: Cast) -> None:
    scope = Scope(cast.coordinator, frozenset({cast.library}), frozenset({"see", "act"}))
    deeds.ask(tx, scope, cast.library, "lt", now=MONDAY, new_code=lambda: "A" * 22)
    deeds.follow(tx, "telegram", "-100", Bound("A" * 22, "Bibliotekos žinios", "channel"), MONDAY)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_a_group_gets_a_question_each_week(
    *,
    door: Door,
    cast: Cast,
    database: Database,
    clock: Clock,
    base: str,
    browser_page: Screens,
    screen: Screen,
    axe: str,
) -> None:
    await database.write(lambda tx: bind(tx, cast))
    page = await browser_page(screen)
    complaints = await enter(page, door, base, cast.coordinator)
    await page.goto(f"{base}{HERE}")
    await looks_well(page, screen, axe, "groups")
    await press(page, "topic-1")
    await looks_well(page, screen, axe, "topic-none")
    await press(page, "set")
    await expect(page.locator("#wrong")).to_contain_text("Choose one to twenty programmes")
    await looks_well(page, screen, axe, "topic-wrong")
    assert len(complaints) == 1  # a browser's own, that a form was refused
    complaints.clear()
    await reach(page, "programme-1")
    await page.keyboard.press("Space")
    await choose(page, "weekday", "1")
    await reach(page, "hour")
    await page.keyboard.type("0945")
    await press(page, "set")
    await expect(page.locator("#state")).to_have_text("running")
    await expect(page.locator("#next")).to_have_text("Next: today, 09:45")
    clock.move(minutes=15)
    assert await job.JOB.run(database, clock()) == 1
    await page.reload()
    await expect(page.locator("#posted li")).to_have_count(1)
    await looks_well(page, screen, axe, "topic")
    for deed, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        await press(page, deed)
        await expect(page.locator("#state")).to_have_text(state)
    assert complaints == []
    await fits(page, base)


async def fits(page: Page, base: str) -> None:
    """In every language, on a narrow phone."""
    for language in LANGUAGES:
        await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
        for place in (HERE, f"{HERE}/1/topic"):
            await page.goto(f"{base}{place}")
            await page.set_viewport_size({"width": 320, "height": 640})
            assert (language, place, await page.evaluate(TOO_WIDE)) == (language, place, [])
