"""The head of every page in a browser: its rooms are one line, also for whoever may enter all of them."""

from functools import partial

import pytest
from sqlalchemy import update

from console.site import ROOMS
from domain.language import LANGUAGES
from storage import people
from storage.database import Connection, Database
from storage.people import PERSON
from tests.console.conftest import Door, by_two_factors
from tests.console.test_live import TOO_WIDE, base, enter
from tests.console.town import Cast
from tests.tools.screens import SIZES, Screen, Screens

__all__ = ["base"]
TOPS = "[...document.querySelectorAll('.rooms a')].map((each) => each.getBoundingClientRect().top)"
HEAD = "document.querySelector('.bar').getBoundingClientRect().height"
LINE, AROUND = 44, 16  # each can be hit with a finger
# On a phone what is further to the side is moved to with a finger, and the account has a line of its own.
LINES: dict[Screen, int] = {"desktop": 2, "phone": 3}


def everywhere(tx: Connection, cast: Cast) -> None:
    """The coordinator may enter every room, and has a long name."""
    long = {"name": "Rasa Rasaitė-Rasienė " * 6}  # as long as a name can be
    tx.execute(update(PERSON).where(PERSON.c.id == cast.coordinator).values(long))
    for role in ("administrator", "author"):
        people.grant(tx, person=cast.coordinator, organisation=cast.library, role=role)
    by_two_factors(tx, cast.coordinator)


@pytest.mark.parametrize("screen", ["phone", "desktop"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_rooms_are_one_line_of_a_low_head(
    *,
    door: Door,
    cast: Cast,
    base: str,
    browser_page: Screens,
    database: Database,
    language: str,
    screen: Screen,
) -> None:
    page = await browser_page(screen)
    await enter(page, door, base, cast.coordinator)
    await database.write(partial(everywhere, cast=cast))
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    width, high = SIZES[screen]["width"], LINES[screen] * LINE + AROUND
    for place in ("/console", "/console/organisations"):
        await page.goto(f"{base}{place}")
        tops = await page.evaluate(TOPS)
        assert (place, len(tops), len(set(tops))) == (place, len(ROOMS), 1)
        assert (place, await page.evaluate(HEAD) <= high) == (place, True)
        assert await page.evaluate(TOO_WIDE.replace("320", str(width))) == []
