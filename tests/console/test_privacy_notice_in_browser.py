"""The pages of a privacy notice in a browser: they fit, and everybody can use them."""

from functools import partial

import pytest

from domain.language import LANGUAGES
from storage import people, privacy_notices
from storage.database import Connection, Database
from tests.console.conftest import Door, by_two_factors, privacy_of
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.test_privacy_notice import HERE, app
from tests.console.town import MONDAY, Cast
from tests.tools.screens import Screens

__all__ = ["app", "base"]
TEXT = """# Kas atsako už jūsų duomenis
Gluosnių savivaldybės viešoji biblioteka, Liepų g. 1, Gluosniai. Duomenų apsaugos pareigūnė: duomenys@gluosniai.example.

# Ką ir kam tvarkome
- vardą ir pavardę, pareigas, darbo el. pašto adresą – kad žinotume, kam skirti mokymus;
- atsakymus ir pažymėjimus – kad galėtume įrodyti, jog darbuotojai mokyti, kaip reikalauja įstatymas.

Daugiau: https://www.gluosniai.example/apie/asmens-duomenu-tvarkymas-ir-apsauga-bibliotekoje-2026-metais"""


def publish(tx: Connection, cast: Cast) -> None:
    for version, text in enumerate(("Biblioteka saugo jūsų vardą.", TEXT), 1):
        values = {"organisation": cast.library, "language": "lt", "version": version}
        privacy_notices.add(tx, **values, text=text, by=cast.coordinator, at=MONDAY)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_are_for_everyone_and_fit_a_narrow_phone(
    *, door: Door, cast: Cast, base: str, browser_page: Screens, axe: str, database: Database, language: str
) -> None:
    """Nothing wider than 320 px, targets of 44 px on touch; no complaint of axe-core, light and dark."""
    await database.write(partial(publish, cast=cast))
    page = await browser_page("phone")
    await enter(page, door, base, cast.sector)
    for house in (cast.library, cast.museum):
        await database.write(
            partial(people.grant, person=cast.sector, organisation=house, role="administrator")
        )
    await database.write(partial(by_two_factors, person=cast.sector))
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    found = list[tuple[str, str, object]]()
    library = f"{HERE}?organisation={cast.library}&language="
    read = privacy_of(cast.library)
    for place in ("preview", library + "pl", f"{read}&version=1&language=lt"):
        if place == "preview":
            await page.goto(f"{base}{library}lt")
            await page.locator("#text").fill(f"{TEXT}\n\n- ir dar vienas punktas")
            await page.locator("button[value=preview]").click()
            await page.locator("#preview").wait_for()
        else:
            await page.goto(base + place)
        await page.evaluate("document.querySelector('#own details')?.setAttribute('open', '')")
        if language == "lt":
            found += [(place, *said) for said in await complaints_of(axe, page)]
        for width, height in ((1280, 800), (390, 844), (320, 640)):
            await page.set_viewport_size({"width": width, "height": height})
            wide = await page.evaluate(TOO_WIDE.replace("320", str(width)))
            found += [(place, str(width), each) for each in wide]
        small = [each for each in await page.evaluate(TOO_SMALL) if "checkbox" not in each]
        found += [(place, "44", each) for each in small]
    assert found == []
