"""The pages of roles and of the audit log in a browser: they fit, and everybody can use them."""

from functools import partial

import pytest

from domain.language import LANGUAGES
from storage import people
from storage.database import Database
from tests.console.conftest import Door, by_two_factors
from tests.console.test_audit import everything
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.town import Cast
from tests.tools.screens import Screens

__all__ = ["base"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_are_for_everyone_and_fit_a_narrow_phone(
    *, door: Door, cast: Cast, base: str, browser_page: Screens, axe: str, database: Database, language: str
) -> None:
    """Nothing wider than 320 px, targets of 44 px on touch; no complaint of axe-core, light and dark."""
    grant = partial(people.grant, person=cast.sector, organisation=cast.library, role="administrator")
    await database.write(partial(everything, cast=cast))
    page = await browser_page("phone")
    await enter(page, door, base, cast.sector)
    await database.write(grant)
    await database.write(partial(by_two_factors, person=cast.sector))
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    found = list[tuple[str, str, object]]()
    for place in ("rights", "rights?done=last", "audit", "audit?q=zz"):
        await page.goto(f"{base}/console/{place}")
        if language == "lt":
            found += [(place, *said) for said in await complaints_of(axe, page)]
        for width, height in ((320, 640), (1280, 800)):
            await page.set_viewport_size({"width": width, "height": height})
            found += [
                (place, str(width), wide) for wide in await page.evaluate(TOO_WIDE.replace("320", str(width)))
            ]
        await page.set_viewport_size({"width": 320, "height": 640})
        found += [(place, "44", small) for small in await page.evaluate(TOO_SMALL)]
    assert found == []
