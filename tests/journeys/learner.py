"""A learner at the web chat: taps what can be tapped, and remembers how often."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from domain.language import Language
from domain.programme import Programme
from domain.question import Question
from domain.texts import Texts
from tests.storage.stores import library
from zinute import catalogues

LIBRARY = Path(__file__).resolve().parents[2] / "library"
TEXTS: Texts = catalogues.load()


def shipped(slug: str) -> Programme:
    """A programme of the library."""
    return next(draft.programme for draft in library().drafts if draft.programme.slug == slug)


@dataclass(slots=True)
class Learner:
    """One person in one browser, who speaks one language."""

    page: Page
    language: Language
    taps: int = field(default=0)

    def word(self, key: str) -> str:
        """A label of the catalogue."""
        return TEXTS.say(self.language, key)

    def button(self, label: str) -> Locator:
        """The newest button with this label that can still be pressed."""
        return self.page.locator("#log .choices:not(.settled) button").get_by_text(label, exact=True).last

    async def taps_on(self, label: str) -> None:
        """Tap the newest button with this label."""
        await self.button(label).click()
        self.taps += 1

    async def taps_word(self, key: str) -> None:
        """Tap the newest button that says a word of the catalogue."""
        await self.taps_on(self.word(key))

    async def sees(self, text: str) -> None:
        """Wait until the text is there, in a message that came last or before."""
        await expect(self.page.locator("#log .entry.bot").filter(has_text=text).last).to_be_visible()

    async def says(self, text: str) -> None:
        """Type a message and send it."""
        await self.page.fill("#field", text)
        await self.page.press("#field", "Enter")

    async def joins(self, link: str) -> None:
        """Open the invitation, say who they are, and agree."""
        await self.page.goto(link)
        await self.taps_word("join.yes")
        await self.taps_word("join.agree")

    async def answers(self, question: Question, *, right: bool) -> str:
        """Choose the right option, or the first wrong one; the explanation that has to follow."""
        option = next(each for each in question.options if each.correct == right)
        await self.taps_on(option.text.plain)
        return option.explanation.plain

    async def texts(self) -> str:
        """All that the product has said here."""
        return "\n".join(await self.page.locator("#log .entry.bot").all_inner_texts())
