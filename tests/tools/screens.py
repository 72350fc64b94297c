"""The two screens that every page is looked at on."""

from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

Screen = Literal["phone", "desktop"]
SIZES: dict[Screen, ViewportSize] = {
    "phone": ViewportSize(width=390, height=844),
    "desktop": ViewportSize(width=1280, height=800),
}


@dataclass(frozen=True, slots=True)
class Screens:
    """Opens pages in one running browser."""

    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    async def __call__(self, screen: Screen, *, language: str = "en") -> Page:
        """A new page in a new profile; `language` is the one that the browser asks for."""
        phone = screen == "phone"
        context = await self.browser.new_context(
            viewport=SIZES[screen], has_touch=phone, is_mobile=phone, locale=language, reduced_motion="reduce"
        )
        self.contexts.append(context)
        return await context.new_page()

    async def close(self) -> None:
        """Close every page that was opened."""
        for context in self.contexts:
            await context.close()
