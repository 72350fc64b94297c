"""The head of every page in a browser: on a desk its rooms are one line, also for whoever may enter all of them."""

from functools import partial

import pytest

from console.site import ROOMS
from domain.language import LANGUAGES
from storage import people
from storage.database import Connection, Database
from tests.console.conftest import Door, by_two_factors
from tests.console.test_live import TOO_WIDE, base, enter
from tests.console.town import Cast
from tests.tools.screens import SIZES, Screens

__all__ = ["base"]
TOPS = "[...document.querySelectorAll('.rooms a')].map((each) => each.getBoundingClientRect().top)"
HEAD = "document.querySelector('.bar').getBoundingClientRect().height"
TWO_LINES = 2 * 44 + 16  # each can be hit with a finger
WIDTH = SIZES["desktop"]["width"]


def everywhere(tx: Connection, cast: Cast) -> None:
    """The coordinator may enter every room."""
    for role in ("administrator", "author"):
        people.grant(tx, person=cast.coordinator, organisation=cast.library, role=role)
    by_two_factors(tx, cast.coordinator)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_on_a_desk_all_rooms_are_one_line_and_the_head_is_two(
    *, door: Door, cast: Cast, base: str, browser_page: Screens, database: Database, language: str
) -> None:
    page = await browser_page("desktop")
    await enter(page, door, base, cast.coordinator)
    await database.write(partial(everywhere, cast=cast))
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    for place in ("/console", "/console/organisations"):
        await page.goto(f"{base}{place}")
        tops = await page.evaluate(TOPS)
        assert (place, len(tops), len(set(tops))) == (place, len(ROOMS), 1)
        assert (place, await page.evaluate(HEAD) <= TWO_LINES) == (place, True)
        assert await page.evaluate(TOO_WIDE.replace("320", str(WIDTH))) == []
