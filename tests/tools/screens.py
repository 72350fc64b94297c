"""The two screens that every page is looked at on."""

from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Browser, Page, ViewportSize

Screen = Literal["phone", "desktop"]
SIZES: dict[Screen, ViewportSize] = {
    "phone": ViewportSize(width=390, height=844),
    "desktop": ViewportSize(width=1280, height=800),
}


@dataclass(frozen=True, slots=True)
class Screens:
    """Opens pages in one running browser."""

    browser: Browser

    async def __call__(self, screen: Screen, *, language: str = "en") -> Page:
        """A new page in a new profile; `language` is the one that the browser asks for."""
        phone = screen == "phone"
        context = await self.browser.new_context(
            viewport=SIZES[screen], has_touch=phone, is_mobile=phone, locale=language
        )
        return await context.new_page()
