"""What the bot says to a page in a browser, and what is looked for in it."""

import asyncio
import hashlib
from dataclasses import dataclass, replace

from playwright.async_api import Locator, Page

from domain.event import Event
from domain.message import Button, Content
from domain.text import Text, join, marked
from tests.bot.channels.web.served import Served

LONG = (
    "Atsakau į laišką ir paklausiu, ar tai tiesa, nes nebeprisikiškiakopūsteliaujantiesiemsnepaprastosioms reikia",
    "Paskambinu sutartyje nurodytu numeriu",
    "Paskambinu numeriu, esančiu po parašu",
    "Apmoku, nes siuntėjo adresas įprastas",
)
NEXT = Content(Text("Kortelė"), buttons=(Button("Toliau", "s1:next"),))
MENU = Content(Text("Ką darome?"), buttons=(Button("Pažanga", "/progress"), Button("Pagalba", "/help")))


def question(key: str, *, many: bool = False) -> Content:
    buttons = tuple(Button(label, f"{key}:{index}") for index, label in enumerate(LONG))
    submit = Button("Atsakyti", f"{key}:ok") if many else None
    return Content(
        marked("Ką darote?", "bold"), buttons=buttons, pick="many" if many else "one", submit=submit
    )


def mixed(key: str, *, many: bool = False) -> Content:
    """The question with its options the other way round."""
    asked = question(key, many=many)
    return replace(asked, buttons=asked.buttons[::-1])


def ordering(key: str, *chosen: int) -> Content:
    """What is to be put in order, once so much is chosen."""
    left = [index for index in (2, 0, 3, 1) if index not in chosen]
    buttons = [Button(LONG[index], f"{key}:{len(chosen)}.{index}") for index in left]
    anew = Button("Iš naujo", f"{key}:again")
    said = Text("\n".join(f"{place}. {LONG[index]}" for place, index in enumerate(chosen, 1)))
    more = (anew,) if chosen else ()
    return Content(join(marked("Kokia tvarka?", "bold"), said), buttons=tuple(buttons), pick="one", more=more)


@dataclass
class Say:
    """What the bot does in the page's chat: say(content) gives the id that say.other(id, content) takes."""

    web: Served
    page: Page
    count: int = 0

    async def address(self) -> str:
        cookies = await self.page.context.cookies(f"{self.web.url}/chat")
        token = next(each.get("value", "") for each in cookies if each.get("name") == "zinute_chat")
        return hashlib.sha256(token.encode()).hexdigest()

    async def __call__(self, content: Content) -> str:
        self.count += 1
        return await self.web.chat.send(await self.address(), content, key=f"m{self.count}")

    async def other(self, sent: str, content: Content) -> None:
        await self.web.chat.edit(await self.address(), sent, content)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


async def own(page: Page) -> list[str]:
    """The person's own bubbles, without the time."""
    return await page.locator(".me .text").evaluate_all("all => all.map(each => each.firstChild.textContent)")  # type: ignore[no-any-return]


async def done(web: Served, count: int) -> list[Event]:
    return [event for _, event, _ in await asyncio.wait_for(web.came(count), 8)]
