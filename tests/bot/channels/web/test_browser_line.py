"""The page in a real browser: live both ways, and nothing lost on the way."""

from playwright.async_api import Page, expect

from domain.event import Pressed, Said
from domain.message import Content
from domain.text import Text
from tests.bot.channels.web.served import Served
from tests.bot.channels.web.talk import LONG, NEXT, Say, button, done, own, question


async def test_while_an_answer_is_awaited_somebody_is_typing(page: Page, say: Say) -> None:
    await page.get_by_role("textbox").fill("labas")
    await button(page, "en web.send").click()
    await expect(page.locator("#typing")).to_be_visible()
    await say(Content(Text("Sveiki")))
    await expect(page.get_by_text("Sveiki")).to_be_visible()
    await expect(page.locator("#typing")).to_be_hidden()


async def test_two_tabs_of_one_person_show_the_same(page: Page, web: Served, say: Say) -> None:
    other = await page.context.new_page()
    await other.goto(f"{web.url}/chat")
    await say(question("q1"))
    await button(other, LONG[2]).click()
    for tab in (page, other):
        await expect(tab.locator(".me .text")).to_contain_text([LONG[2]])
        await expect(button(tab, LONG[2])).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("textbox").fill("iš pirmo")
    await page.get_by_role("textbox").press("Enter")
    await expect(other.get_by_text("iš pirmo")).to_be_visible()


async def test_an_edit_is_shown_in_place(page: Page, say: Say) -> None:
    sent = await say(NEXT)
    await say(Content(Text("Paskutinė")))
    await expect(page.get_by_text("Paskutinė")).to_be_visible()
    await say.other(sent, Content(Text("Pakeista")))
    await expect(page.locator(".bot .text").first).to_contain_text("Pakeista")
    await expect(page.locator(".bot")).to_have_count(2)
    await expect(button(page, "Toliau")).to_have_count(0)


async def test_what_is_done_without_a_line_is_kept_and_sent_in_order(
    web: Served, page: Page, say: Say
) -> None:
    await say(question("q1"))
    await expect(button(page, LONG[0])).to_be_visible()
    await web.stop()
    await expect(page.get_by_text("en web.lost")).to_be_visible()
    await button(page, LONG[0]).click()
    for text in ("antra", "trečia"):
        await page.get_by_role("textbox").fill(text)
        await page.get_by_role("textbox").press("Enter")
    await expect(page.locator(".me .state").get_by_text("en web.waiting")).to_have_count(3)
    for state in await page.locator(".me .state").all():
        await expect(state).to_be_visible()
    await web.start()
    await expect(page.locator(".me .state")).to_have_count(0, timeout=20_000)
    assert await done(web, 3) == [Pressed("q1:0"), Said("antra"), Said("trečia")]
    assert await own(page) == [LONG[0], "antra", "trečia"]
    await expect(page.get_by_text("en web.lost")).to_have_count(0)


async def test_what_waits_survives_the_tab(web: Served, page: Page) -> None:
    await page.route("**/chat/messages", lambda route: route.abort())
    await page.get_by_role("textbox").fill("nepamesk")
    await page.get_by_role("textbox").press("Enter")
    await expect(page.locator(".me.pending")).to_have_count(1)
    other = await page.context.new_page()
    await page.close()
    await other.goto(f"{web.url}/chat")
    assert await done(web, 1) == [Said("nepamesk")]
    await expect(other.locator(".me:not(.pending)")).to_have_count(1)


async def test_what_the_bot_says_during_a_gap_comes_after_it(web: Served, page: Page, say: Say) -> None:
    await say(Content(Text("prieš")))
    await expect(page.get_by_text("prieš")).to_be_visible()
    await web.stop()
    await say(Content(Text("per")))
    await web.start()
    await say(Content(Text("po")))
    await expect(page.locator(".bot .text")).to_contain_text(["prieš", "per", "po"], timeout=20_000)
    await expect(page.locator(".bot")).to_have_count(3)


async def test_too_much_at_once_waits_is_told_and_goes_on_by_itself(
    web: Served, page: Page, say: Say
) -> None:
    await say(question("q1"))
    await page.route("**/chat/messages", lambda route: route.fulfill(status=429, body="{}"))
    await button(page, LONG[1]).click()
    await expect(page.locator("#line")).to_have_text("en web.slow")
    await expect(page.locator(".me.pending")).to_have_count(1)
    await page.unroute("**/chat/messages")
    assert await done(web, 1) == [Pressed("q1:1")]
    await expect(page.locator("#line")).to_have_text("")
    await expect(page.locator(".me.pending")).to_have_count(0)


async def test_what_is_refused_says_so_and_may_be_chosen_again(web: Served, page: Page, say: Say) -> None:
    await say(question("q1"))
    await page.route("**/chat/messages", lambda route: route.fulfill(status=400, body="{}"))
    await button(page, LONG[1]).click()
    await expect(page.get_by_text("en web.failed")).to_be_visible()
    await page.unroute("**/chat/messages")
    await button(page, LONG[2]).click()
    assert await done(web, 1) == [Pressed("q1:2")]
