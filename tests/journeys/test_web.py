"""The main job, driven as people do it: a link, a lesson in the web chat, a coordinator who sees it."""

import re
import time
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from domain.language import Language
from domain.programme import LessonText
from tests.journeys.learner import TEXTS, Learner, shipped
from tests.journeys.running import Running
from tests.tools.screens import Screen, Screens

PEOPLE: dict[Language, tuple[str, str]] = {
    "lt": ("Jonas Kazlauskas", "Rūta Petrauskienė"),
    "pl": ("Łukasz Zieliński", "Agnieszka Wójcik"),
    "nb": ("Bjørn Hægstad", "Ingrid Åsen"),
    "en": ("Emma Clarke", "Rūta Petrauskienė"),
}
A_TEXT_ID = re.compile(
    r"\b(join|study|menu|settings|pause|help|progress|programmes|hint|web|console)\.[a-z_]+"
)
PICTURES = Path(__file__).resolve().parents[2] / "build" / "screens"


async def looked_at(page: Page, name: str) -> None:
    """Keep a picture of the page, to be looked at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png")


async def signs_in(page: Page, link: str, language: Language) -> None:
    """Open the one-time link, press its button, and choose a language."""
    await page.goto(link)
    await page.locator("main form button").click()
    await page.locator("#menu-open").click()
    await page.locator(f"#menu button[value={language}]").click()
    await expect(page.locator("table.people")).to_be_visible()


def untranslated(text: str, language: Language) -> list[str]:
    """Text ids, and sentences of the English catalogue, that stand in a page of another language."""
    found = [match[0] for match in A_TEXT_ID.finditer(text)]
    if language != "en":
        english = [
            TEXTS.say("en", key)
            for key in ("join.yes", "join.agree", "study.right", "study.wrong", "study.next")
        ]
        found += [sentence for sentence in english if sentence in text and len(sentence) > 4]
    return found


async def learns(learner: Learner, lesson: LessonText, name: str) -> None:
    """Go through the lesson: the first answer wrong, the second right."""
    first, second = lesson.questions
    for _ in range(lesson.cards.index(next(card for card in lesson.cards if card.question))):
        await learner.taps_word("study.next")
    explanation = await learner.answers(first, right=False)
    await learner.sees(explanation)
    await learner.sees(learner.word("study.wrong"))
    await looked_at(learner.page, f"{name}-2")
    await learner.taps_word("study.next")
    await learner.answers(second, right=True)


@pytest.mark.parametrize(
    ("language", "screen"),
    [("lt", "phone"), ("lt", "desktop"), ("pl", "phone"), ("nb", "desktop"), ("en", "phone")],
)
async def test_a_lesson_from_the_link_to_the_console(
    running: Running, browser_page: Screens, language: Language, screen: Screen
) -> None:
    learner_name, coordinator_name = PEOPLE[language]
    console = await browser_page("desktop" if screen == "phone" else "phone", language=language)
    await signs_in(console, running.coordinate_as(coordinator_name), language)
    learner = Learner(await browser_page(screen, language=language), language)
    lesson = shipped("safe-online").lessons[0].text(language)

    await learner.joins(running.learn_as(learner_name))
    await learner.sees(lesson.title)
    assert learner.taps <= 4
    await looked_at(learner.page, f"chat-{language}-{screen}-1")

    await learns(learner, lesson, f"chat-{language}-{screen}")
    answered = time.monotonic()
    row = console.locator("table.people tbody tr").filter(has_text=learner_name)
    await expect(row).to_contain_text(TEXTS.say(language, "console.score", right=1, graded=2), timeout=2_000)
    assert time.monotonic() - answered <= 2
    await learner.sees(lesson.questions[1].options[lesson.questions[1].right[0]].explanation.plain)
    following = shipped("safe-online").lessons[1].text(language).title
    await learner.sees(following)
    await looked_at(learner.page, f"chat-{language}-{screen}-3")
    await looked_at(console, f"console-{language}-{screen}")
    assert untranslated(await learner.page.inner_text("body"), language) == []
    assert untranslated(await console.inner_text("body"), language) == []

    await row.locator("a").first.click()
    await expect(console.locator("h1")).to_have_text(learner_name)
    await expect(console.locator("main")).to_contain_text(lesson.questions[0].prompt.plain)
    await looked_at(console, f"person-{language}-{screen}")
    assert untranslated(await console.inner_text("body"), language) == []
