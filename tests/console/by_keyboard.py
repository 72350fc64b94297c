"""A page by its keyboard alone: from one thing to the next with Tab, as somebody does who has no mouse."""

from playwright.async_api import Page

FARTHEST = 400  # things on a page
FOCUSED = "document.activeElement.id"


async def reach(page: Page, name: str) -> None:
    """Go on until the thing with this id has the focus."""
    for _ in range(FARTHEST):
        await page.keyboard.press("Tab")
        if await page.evaluate(FOCUSED) == name:
            return
    raise AssertionError(f"Tab does not come to #{name}.")


async def press(page: Page, name: str) -> None:
    """Press a button, or follow a link, to the page that comes then."""
    await reach(page, name)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def unfold(page: Page, name: str) -> None:
    """Open what is folded."""
    await reach(page, name)
    await page.keyboard.press("Enter")


async def write(page: Page, name: str, words: str) -> None:
    """Write into a field what stands in it then."""
    await reach(page, name)
    await page.keyboard.press("Control+A")
    await page.keyboard.type(words)


async def choose(page: Page, name: str, value: str) -> None:
    """Go down a list until this is chosen."""
    await reach(page, name)
    await page.keyboard.press("Home")
    for _ in range(FARTHEST):
        if await page.locator(f"#{name}").input_value() == value:
            return
        await page.keyboard.press("ArrowDown")
    raise AssertionError(f"#{name} has no {value}.")


async def download(page: Page, name: str) -> str:
    """What a file says that a link gives."""
    async with page.expect_download() as found:
        await unfold(page, name)
    with (await (await found.value).path()).open(encoding="utf-8") as file:
        return file.read()
