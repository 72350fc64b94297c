"""Pictures in the editor as somebody at a browser has them: chosen or dropped, written where the cursor is, seen."""

import httpx
import pytest
from playwright.async_api import Page, expect

from lessons.pictured import TO_DESCRIBE
from tests.console.conftest import Door
from tests.console.test_lessons import LESSON, app, author, form, second
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.test_pictures import DESK
from tests.console.town import Cast
from tests.tools.screens import SIZES, Screen, Screens

__all__ = ["app", "author", "base", "second"]
DRAWN = 20_000  # milliseconds in which a process of its own starts on a busy machine, and draws
pytestmark = pytest.mark.usefixtures("second")


async def opens(page: Page, door: Door, base: str, cast: Cast) -> None:
    """The editor in a browser, with the pictures unfolded."""
    await enter(page, door, base, cast.coordinator)
    await page.goto(f"{base}{LESSON}")
    await page.locator("#shelf summary").click()


@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_a_browser_uploads_inserts_and_shows_a_picture_and_keeps_what_is_written(
    *,
    author: httpx.AsyncClient,
    door: Door,
    cast: Cast,
    base: str,
    browser_page: Screens,
    screen: Screen,
    axe: str,
) -> None:
    page = await browser_page(screen)
    await opens(page, door, base, cast)
    source = page.locator("#source")
    await source.press("End")
    await source.fill("---\ntitle: A desk\nminutes: 3\n---\n\nBefore.\n\nAfter.\n")
    await source.evaluate("(field) => field.setSelectionRange(37, 37)")
    await page.locator("#picture").set_input_files(
        {"name": "Desk.png", "mimeType": "image/png", "buffer": DESK}
    )
    await page.locator("#upload").click()
    await expect(page.locator("#shelf #done")).to_have_text(
        "Uploaded: desk.png. Now insert it into the text.", timeout=DRAWN
    )
    await page.locator("button[name=insert][value='desk.png']").click()
    words = TO_DESCRIBE["en"]
    await expect(source).to_have_value(
        f"---\ntitle: A desk\nminutes: 3\n---\n\nBefore.\n\n![{words}](desk.png)\n\nAfter.\n"
    )
    chosen = "(field) => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert await source.evaluate(chosen) == words
    await page.keyboard.type("A desk by the window")
    shown = page.locator(".preview.telegram img")
    await expect(shown).to_have_attribute("alt", "A desk by the window")
    assert await shown.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 200
    assert await page.evaluate(TOO_WIDE.replace("320", str(SIZES[screen]["width"]))) == []
    small = await page.evaluate(TOO_SMALL)
    assert [each for each in small if "checkbox" not in each] == [] or screen == "desktop"
    assert await complaints_of(axe, page) == []


async def test_a_browser_takes_what_is_dropped_and_says_what_is_wrong_with_it(
    *, author: httpx.AsyncClient, door: Door, cast: Cast, base: str, browser_page: Screens
) -> None:
    page = await browser_page("desktop")
    await opens(page, door, base, cast)
    for data, said in (
        (list(DESK), "Uploaded: dropped.png."),
        ([71, 73, 70], "This is not a PNG, JPEG or WebP"),
    ):
        await page.evaluate(DROP, data)
        await expect(page.locator("#shelf #done")).to_contain_text(said, timeout=DRAWN)
    await expect(page.locator("#source")).to_have_value(form(await author.get(LESSON))["source"])


DROP = """(bytes) => {
  const files = new DataTransfer();
  files.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }));
  const event = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
  document.getElementById("source").dispatchEvent(event);
}"""
