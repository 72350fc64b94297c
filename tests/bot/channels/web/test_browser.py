"""The page in a real browser: what a person sees and does."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from domain.event import Pressed, Said
from domain.message import Button, Content
from domain.programme import Picture
from domain.text import Entity, Text, join, marked
from storage import media
from tests.bot.channels.web.served import Served
from tests.bot.channels.web.talk import (
    LONG,
    MENU,
    NEXT,
    Say,
    button,
    done,
    mixed,
    ordering,
    own,
    question,
)


async def test_an_invitation_is_sent_once_and_leaves_the_address(web: Served, page: Page) -> None:
    await page.goto(f"{web.url}/chat?lang=pl&code=abc-123")
    await expect(page.locator(".me .text")).to_contain_text(["pl web.begin"])
    assert await done(web, 1) == [Said("/start abc-123")]
    assert page.url == f"{web.url}/chat?lang=pl"
    await page.reload()
    await expect(page.locator(".me")).to_have_count(1)
    assert await page.locator("html").get_attribute("lang") == "pl"
    assert [language for _, _, language in await web.came()] == ["pl"]


async def test_a_first_visit_without_an_invitation_offers_to_begin(web: Served, page: Page) -> None:
    await button(page, "en web.begin").click()
    assert await done(web, 1) == [Said("/start")]
    await expect(button(page, "en web.begin")).to_be_hidden()


async def test_a_press_is_sent_shown_and_stays_chosen(web: Served, page: Page, say: Say) -> None:
    await say(question("q1"))
    await button(page, LONG[1]).click()
    assert await done(web, 1) == [Pressed("q1:1")]
    for _ in range(2):
        await expect(page.locator(".me .text")).to_contain_text([LONG[1]])
        await expect(button(page, LONG[1])).to_have_attribute("aria-pressed", "true")
        for label in LONG:
            await expect(button(page, label)).to_have_attribute("aria-disabled", "true")
        await button(page, LONG[0]).click(force=True)
        await page.reload()
    await expect(page.locator(".me")).to_have_count(1)
    assert len(await web.came()) == 1


async def test_a_page_opens_beside_the_chat_and_is_no_press(web: Served, page: Page, say: Say) -> None:
    """Only what leads to the web, or to a page of ours, leads anywhere."""
    ways = ("/chat?lang=nb", "https://learn.example/c", "javascript:alert(1)", "//learn.example")
    [onward] = NEXT.buttons
    pages = tuple(Button(f"{number}", "", url) for number, url in enumerate(ways))
    await say(Content(Text("Baigta."), buttons=(*pages, onward)))
    links = page.locator(".choices a")
    await expect(links).to_have_count(len(ways))
    found = await links.evaluate_all("all => all.map((each) => each.getAttribute('href'))")
    assert found == [*ways[:2], None, None]
    async with page.context.expect_page() as opened:
        await links.first.click()
    assert (await opened.value).url == f"{web.url}/chat?lang=nb"
    await button(page, onward.label).click()
    assert await done(web, 1) == [Pressed(onward.data)]


async def test_several_options_are_toggled_and_sent_together(web: Served, page: Page, say: Say) -> None:
    await say(question("q2", many=True))
    submit = button(page, "Atsakyti")
    await expect(submit).to_have_attribute("aria-disabled", "true")
    await submit.click(force=True)
    for label in (LONG[3], LONG[0], LONG[1], LONG[1]):
        await button(page, label).click()
    await expect(button(page, LONG[0])).to_have_attribute("aria-pressed", "true")
    await expect(button(page, LONG[1])).to_have_attribute("aria-pressed", "false")
    await submit.click()
    assert await done(web, 1) == [Pressed("q2:=0,3")]
    assert await own(page) == [f"{LONG[0]}, {LONG[3]}"]
    await page.reload()
    for index, label in enumerate(LONG):
        await expect(button(page, label)).to_have_attribute("aria-pressed", str(index in (0, 3)).lower())
    await expect(submit).to_have_attribute("aria-disabled", "true")


async def test_options_may_be_shown_in_any_order(web: Served, page: Page, say: Say) -> None:
    """What is sent is what stands on the buttons, not where they stand."""
    await say(mixed("q1"))
    await button(page, LONG[0]).click()
    await say(mixed("q2", many=True))
    await expect(button(page, LONG[0])).to_have_count(2)
    await button(page, LONG[0]).last.click()
    await button(page, LONG[1]).last.click()
    await button(page, "Atsakyti").click()
    assert await done(web, 2) == [Pressed("q1:0"), Pressed("q2:=1,0")]
    assert await own(page) == [LONG[0], f"{LONG[1]}, {LONG[0]}"]
    for _ in range(2):
        for index, label in enumerate(LONG):
            chosen = button(page, label).first, button(page, label).last
            await expect(chosen[0]).to_have_attribute("aria-pressed", str(index == 0).lower())
            await expect(chosen[1]).to_have_attribute("aria-pressed", str(index < 2).lower())
            await expect(chosen[1]).to_have_attribute("aria-disabled", "true")
        await page.reload()


async def test_what_is_put_together_can_be_begun_anew_with_the_same(
    web: Served, page: Page, say: Say
) -> None:
    """Choices that were drawn anew after a press are open, whatever was pressed before; on a new page too."""
    sent = await say(ordering("q1"))
    made: list[tuple[str, tuple[int, ...]]] = [
        (LONG[2], (2,)),
        ("Iš naujo", ()),
        (LONG[2], (2,)),
        (LONG[0], (2, 0)),
    ]
    for came, (label, chosen) in enumerate(made, 1):
        await expect(button(page, label)).not_to_have_attribute("aria-disabled", "true")
        await button(page, label).click()
        await done(web, came)
        await expect(button(page, label)).to_have_attribute("aria-disabled", "true")
        await say.other(sent, ordering("q1", *chosen))
        for _ in range(2):
            left = [each for index, each in enumerate(LONG) if index not in chosen]
            for each in left:
                await expect(button(page, each)).not_to_have_attribute("aria-disabled", "true")
            await expect(page.locator(".choices .choice")).to_have_count(len(left) + bool(chosen))
            await page.reload()
    again = Pressed("q1:again")
    assert await done(web, 4) == [Pressed("q1:0.2"), again, Pressed("q1:0.2"), Pressed("q1:1.0")]


@pytest.mark.parametrize("many", [False, True])
async def test_what_is_no_answer_stands_apart(web: Served, page: Page, say: Say, many: bool) -> None:
    """It has no mark of an option, is pressed at once, and closes the question."""
    ways = (Button("Tai žinau", "q1:known"), Button("Šio klausimo nebeklausti", "q1:enough"))
    await say(replace(question("q1", many=many), more=ways))
    await expect(page.locator(".choices .choice:not(.apart)")).to_have_count(len(LONG))
    for way in ways:
        assert (
            await button(page, way.label).evaluate("it => getComputedStyle(it, '::before').content") == "none"
        )
    if many:
        await button(page, LONG[0]).click()
    await button(page, "Tai žinau").click()
    assert await done(web, 1) == [Pressed("q1:known")]
    for label in (*LONG, ways[1].label):
        await expect(button(page, label)).to_have_attribute("aria-disabled", "true")
    await button(page, ways[1].label).click(force=True)
    await page.reload()
    assert await own(page) == ["Tai žinau"]


async def test_a_command_may_be_pressed_again(web: Served, page: Page, say: Say) -> None:
    await say(MENU)
    await button(page, "Pagalba").click()
    await button(page, "Pažanga").click()
    assert await done(web, 2) == [Pressed("/help"), Pressed("/progress")]
    await button(page, "en web.menu").click()
    assert (await done(web, 3))[2] == Said("/menu")


async def test_enter_sends_and_shift_enter_does_not(web: Served, page: Page) -> None:
    field = page.get_by_role("textbox", name="en web.field")
    await field.press_sequentially("viena")
    await field.press("Shift+Enter")
    await field.press_sequentially("kita")
    await field.press("Enter")
    assert await done(web, 1) == [Said("viena\nkita")]
    await field.press("Enter")
    await expect(field).to_have_value("")
    await expect(page.locator(".me")).to_have_count(1)


async def test_everything_can_be_done_with_the_keyboard_alone(web: Served, page: Page, say: Say) -> None:
    await say(NEXT)
    await say(question("q1"))
    await expect(button(page, LONG[0])).to_be_visible()
    await page.get_by_role("log").focus()
    names = []
    for _ in range(5):
        await page.keyboard.press("Tab")
        names.append(await page.evaluate("document.activeElement.textContent"))
    assert names == ["Toliau", *LONG]
    await page.keyboard.press("Enter")
    assert await done(web, 1) == [Pressed("q1:3")]
    await say(question("q2", many=True))
    await expect(button(page, LONG[0])).to_have_count(2)
    await expect(button(page, LONG[3]).first).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(button(page, LONG[0]).last).to_be_focused()
    await page.keyboard.press("Space")
    await expect(button(page, LONG[0]).last).to_have_attribute("aria-pressed", "true")
    for _ in range(4):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert (await done(web, 2))[1] == Pressed("q2:=0")
    await page.keyboard.press("Tab")
    await expect(button(page, "en web.menu")).to_be_focused()


async def test_hidden_text_is_not_there_until_its_button_is_pressed(page: Page, say: Say) -> None:
    await say(Content(join(Text("Kas čia ne taip?"), marked("Kita pabaiga", "hidden"), separator=" ")))
    cover = button(page, "en web.hidden")
    await expect(cover).to_be_visible()
    assert "Kita pabaiga" not in await page.get_by_role("log").inner_text()
    await cover.press("Enter")
    await expect(page.get_by_text("Kita pabaiga")).to_be_focused()


async def test_a_picture_opens_larger_and_closes_again(
    web: Served, page: Page, say: Say, tmp_path: Path
) -> None:
    Image.new("RGB", (1200, 600), "#3377aa").save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    await web.database.write(lambda tx: media.keep(tx, digest, data))
    await say(Content(Text("Žiūrėkite"), picture=Picture(digest, "a.png", "Mėlynas langas", 1200, 600)))
    small = page.get_by_role("log").get_by_role("img", name="Mėlynas langas")
    await expect(small).to_be_visible()
    await expect(small).to_have_js_property("naturalWidth", 1200)
    await page.get_by_role("button", name="Mėlynas langas").press("Enter")
    large = page.get_by_role("dialog").get_by_role("img", name="Mėlynas langas")
    await expect(large).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Mėlynas langas")).to_be_focused()


HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


async def test_text_is_never_markup(page: Page, say: Say) -> None:
    link = Entity("link", 0, len(HOSTILE), "javascript:document.title='owned'")
    await say(
        Content(
            Text(HOSTILE, (link,)),
            picture=Picture("0" * 64, "x", HOSTILE, 10, 10),
            buttons=(Button(HOSTILE, HOSTILE),),
        )
    )
    await button(page, HOSTILE).click()
    await page.get_by_role("textbox").fill(HOSTILE)
    await page.get_by_role("textbox").press("Enter")
    await expect(page.locator(".me")).to_have_count(2)
    await expect(page.get_by_role("link")).to_have_count(0)
    await expect(page.locator("#log script, #log [onerror]")).to_have_count(0)
    assert await page.title() == "Zinute"


ENTITIES = (
    (Text("ab", (Entity("bold", 0, 2), Entity("italic", 1, 1))), "<strong>a<em>b</em></strong>"),
    (Text("🙂ab", (Entity("bold", 2, 1),)), "🙂<strong>a</strong>b"),
    (Text("abcd", (Entity("bold", 0, 3), Entity("italic", 2, 2))), "<strong>ab<em>c</em></strong><em>d</em>"),
    (Text("a\n\nq\nq\n\nb", (Entity("quote", 3, 3),)), "a<blockquote>q\nq</blockquote>b"),
    (Text("ab", (Entity("strike", 1, 9), Entity("code", 5, 2))), "a<s>b</s>"),
    (
        Text("a b", (Entity("link", 2, 1, "https://x.example/"), Entity("code", 0, 1))),
        '<code>a</code> <a href="https://x.example/" target="_blank" rel="noopener noreferrer">b</a>',
    ),
)


async def test_entities_become_elements(page: Page, say: Say) -> None:
    for text, _ in ENTITIES:
        await say(Content(text))
    shown = page.locator(".bot .text")
    await expect(shown).to_have_count(len(ENTITIES))
    written = [(await each.inner_html()).split("<time")[0] for each in await shown.all()]
    assert written == [html for _, html in ENTITIES]


async def test_a_new_page_stands_at_the_end_and_goes_back_on_request(page: Page, say: Say) -> None:
    for number in range(130):
        await say(Content(Text(f"žinutė {number}.")))
    await page.reload()
    last = page.get_by_text("žinutė 129.")
    await expect(last).to_be_in_viewport()
    await expect(page.locator(".bot")).to_have_count(100)
    await button(page, "en web.earlier").click()
    await expect(page.locator(".bot")).to_have_count(130)
    await expect(page.locator(".bot .text").first).to_contain_text("žinutė 0.")
    await expect(button(page, "en web.earlier")).to_be_hidden()
    await expect(last).not_to_be_in_viewport()
    await button(page, "en web.latest").click()
    await expect(last).to_be_in_viewport()
    await expect(page.get_by_role("log").get_by_role("heading", name="Today")).to_have_count(1)


async def test_what_comes_stops_where_it_begins(page: Page, say: Say) -> None:
    """A long lesson is read from its first line; whoever reads further up is left there."""
    for number in range(12):
        await say(Content(Text(f"{number}. " + "žodis " * 60)))
    await expect(page.get_by_text("11. žodis")).to_be_visible()
    await page.get_by_role("textbox").fill("toliau")
    await page.get_by_role("textbox").press("Enter")
    await say(Content(Text("ilga " * 900)))
    await expect(page.get_by_text("ilga ilga")).to_be_visible()
    await expect(page.locator(".me")).to_be_in_viewport()
    await page.locator("#log").evaluate("log => log.scrollTop = 0")
    await page.wait_for_timeout(100)
    await say(Content(Text("dar viena")))
    await expect(page.get_by_text("dar viena")).to_have_count(1)
    assert await page.locator("#log").evaluate("log => log.scrollTop") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_is_accessible_and_fits_a_small_phone(
    web: Served, page: Page, say: Say, axe: str, scheme: Any
) -> None:
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await page.set_viewport_size({"width": 320, "height": 640})
    await say(Content(join(Text("Labas"), marked("paslaptis", "hidden"), marked("citata", "quote"))))
    await say(question("q1"))
    await say(question("q2", many=True))
    await button(page, LONG[1]).first.click()
    await button(page, LONG[1]).last.click()
    await done(web, 1)
    await expect(page.locator(".pending")).to_have_count(0)
    await page.evaluate(axe)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = await page.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
    assert [(each["id"], each["nodes"][0]["target"]) for each in found["violations"]] == []
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    assert await page.evaluate("log.scrollWidth - log.clientWidth") == 0
    for each in await page.get_by_role("button").all():
        box = await each.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
