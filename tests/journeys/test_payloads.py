"""Payloads in every text that a page shows, in a real browser: none runs, none is even stopped, all can be read."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, Route, expect
from starlette.applications import Starlette

from bot.channels.web import WebChat
from bot.channels.web.entry import shown
from bot.post import StorePost
from console.app import create
from console.pages.front import Host
from domain.texts import Texts
from storage import webchat
from storage.database import Database
from tests.console.conftest import (
    SAME_ORIGIN,
    Door,
    by_two_factors,
    clock,
    database,
    door,
    privacy_of,
    texts,
)
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.planted import Planted, plant
from tests.console.test_live import base
from tests.console.test_matrix import NEEDS
from tests.console.town import MONDAY, Clock
from tests.journeys import infested
from tests.journeys.infested import ADDED, INSIDE, MARKED, WHOLE, fill
from tests.journeys.payloads import IMG, parts, payloads
from tests.tools.screens import Screens
from zinute.previews import Maker as Previews

__all__ = ["base", "clock", "database", "door", "texts"]
PARTS: Final = 2
MANY: Final = 20
ADDRESSES: Final = tuple(
    each for each in payloads() if re.match(r"\W*(java|data|vb|view|feed|blob|//|\\)", each)
)
# What of a page a payload could have made, and what of it stands there as words.
LOOK: Final = """() => {
  const made = [], read = [document.title];
  const bad = "base,embed,frame,frameset,iframe,object,applet,portal,marquee,math,style,template,plaintext,xmp,"
    + "svg script,svg style,foreignObject,script:not([src]),meta[http-equiv],link[rel=import],link[rel=prefetch]";
  for (const each of document.querySelectorAll(bad)) made.push(each.outerHTML.slice(0, 200));
  for (const each of document.querySelectorAll("*")) {
    for (const { name, value } of each.attributes) {
      const leads = /^(href|src|action|formaction|xlink:href|data|srcdoc|poster|background)$/.test(name)
        && /^[\\s\\x00-\\x1f]*(javascript|data|vbscript|feed|view-source|blob|jar):/i.test(value);
      const picture = each.tagName === "IMG" && /^data:image\\//.test(value);
      if (/^on/i.test(name) || (leads && !picture))
        made.push(`${each.tagName} ${name}=${value}`.slice(0, 200));
      read.push(value);
    }
    for (const child of each.childNodes) if (child.nodeType === Node.TEXT_NODE) read.push(child.data);
    if (each.tagName === "SCRIPT" && !/^\\/(console|chat)\\/static\\//.test(each.getAttribute("src")))
      made.push(each.outerHTML);
  }
  return [made, read.filter((text) => text.includes("⟦"))];
}"""
FORMS: Final = """() => [...document.forms].map((form) => ({
  action: form.getAttribute("action") || location.pathname, method: form.method, enctype: form.enctype,
  fields: [...form.elements].filter((each) => each.name && each.type !== "file")
    .map(({ name, type, value }) => ({ name, type, value })),
}))"""
SUBMIT: Final = """([form, fields]) => {
  const made = document.createElement("form");
  Object.assign(made, { method: form.method, enctype: form.enctype });
  made.setAttribute("action", form.action);
  for (const [name, value] of fields) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    made.append(field);
  }
  document.body.append(made);
  HTMLFormElement.prototype.submit.call(made);
}"""
TYPED: Final = {"text", "search", "email", "password", "textarea", "tel", "url"}
LAST: Final = (
    "/sign-out",
    "/console/account/sessions",
    "/console/language",
)  # they change who is asked, or how


@dataclass
class Watch:
    """What happened in a browser: what ran, what was stopped, what became markup, and where `whole` could be read."""

    whole: str = ""
    ran: list[tuple[str, str]] = field(default_factory=list)
    stopped: list[object] = field(default_factory=list)
    made: list[object] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    pages: int = 0

    async def over(self, context: BrowserContext) -> None:
        """Look at everything in it from now on."""
        await context.expose_binding(
            "xss", lambda source, *said: self.ran.append((source["frame"].name, source["page"].url))
        )
        await context.expose_binding("stopped", lambda source, said: self.stopped.append(said))
        await context.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) =>"
            " stopped([location.href, event.violatedDirective, event.sample || event.blockedURI]))"
        )
        context.on("dialog", self._closed)

    async def _closed(self, dialog: Any) -> None:
        if dialog.type == "beforeunload":  # an editor with what nobody has saved
            await dialog.accept()
            return
        self.ran.append(("dialog", dialog.message))
        await dialog.dismiss()

    async def look(self, page: Page) -> None:
        """What is on the page now."""
        made, read = await page.evaluate(LOOK)
        self.made += [(page.url, each) for each in made]
        self.pages += 1
        for text in read:
            for name, words in re.findall(r"⟦([\w.]+)⟧([^⟦]*)", text):
                if self.whole and self.whole in " ".join(words.split()):
                    self.read.add(name)


@pytest.fixture
def chat(database: Database, texts: Texts) -> WebChat:
    return WebChat(StorePost(database, texts, lambda: datetime.now(UTC)))


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock, chat: WebChat) -> Starlette:
    more: dict[str, Any] = {
        "doors": [chat],
        "documents": Maker(),
        "previews": Previews(texts),
        "more_routes": chat.routes(),
    }
    hosts = [Host("Library", "lt", 1, "Rasa", ())]
    return create(
        database, texts, clock, hosts=hosts, entrance=entrance(mails=True), address="http://x.example", **more
    )


@pytest.fixture
async def planted(database: Database) -> Planted:
    return await database.write(plant)


@pytest.fixture
async def watch() -> Watch:
    return Watch()


@pytest.fixture
async def browsers(base: str, browser_page: Screens, watch: Watch) -> AsyncIterator[Page]:
    page = await browser_page("desktop")
    await watch.over(page.context)
    yield page
    await page.close()  # the chat's line with it, which the server would wait for


def addresses_of(planted: Planted, *, method: str = "GET") -> Iterator[str]:
    """A page's address for each route."""
    for (sent, _), need in NEEDS.items():
        if sent == method and not need.method:
            number = planted.ids.get((need.thing, "own"))
            named = {"id": number, "version": planted.versions["own"], "at": "own"}
            yield need.address.format(**named, place=planted.organisations["own"])


async def pages_of(base: str, cookies: httpx.Cookies, planted: Planted) -> list[str]:
    """The addresses that answer with a page."""
    found = list[str]()
    async with httpx.AsyncClient(base_url=base, cookies=cookies, timeout=60) as browser:
        for address in (*addresses_of(planted), "/chat", "/console/nothing"):
            answer = await browser.get(address)
            assert_protected(answer)
            if answer.headers.get("content-type", "").startswith("text/html"):
                found.append(address)
    return found


def assert_protected(answer: httpx.Response) -> None:
    """No page lets a script stand in it."""
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def words_of(part: int, name: str) -> str:
    return f"{MARKED.format(name)} {' '.join(parts(PARTS)[part])}"


def packed(part: int, most: int = 100) -> Iterator[str]:
    """A part's payloads in words of a length that can be looked for."""
    held = ""
    for payload in parts(PARTS)[part]:
        if held and len(held) + len(payload) >= most:
            yield held
            held = ""
        held = f"{held} {payload}".strip()
    yield held


@dataclass
class Walk:
    """Goes through everything that a reader can open and send. `forms` are those that it met, each once."""

    page: Page
    watch: Watch
    base: str
    forms: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    async def opens(self, address: str) -> None:
        await self.page.goto(self.base + address, wait_until="domcontentloaded")
        await self.watch.look(self.page)
        for form in await self.page.evaluate(FORMS):
            self.forms.setdefault((re.sub(r"\d+", "N", form["action"]), form["method"]), form)

    async def asks(self, form: dict[str, Any], words: str) -> None:
        """A form that looks for something, as a browser sends it."""
        fields = {each["name"]: words if each["type"] in TYPED else each["value"] for each in form["fields"]}
        await self.page.goto(
            f"{self.base}{form['action']}?{urlencode(fields)}", wait_until="domcontentloaded"
        )
        await self.watch.look(self.page)

    async def sends(self, form: dict[str, Any], words: str) -> None:
        """A form with these words in every field to write in."""
        await self.page.goto(f"{self.base}/console/none", wait_until="commit")
        fields = [
            (each["name"], words if each["type"] in TYPED else each["value"]) for each in form["fields"]
        ]
        async with self.page.expect_navigation(wait_until="domcontentloaded"):
            await self.page.evaluate(SUBMIT, [form, fields])
        await self.watch.look(self.page)

    async def sends_all(self, part: int) -> None:
        """Every form: those that look for something with few words at a time, the others with all of them."""
        asking = [form for (_, method), form in self.forms.items() if method == "get"]
        for number, words in enumerate(packed(part)):
            await self.asks(asking[number % len(asking)], words)
        told = [
            form for (action, method), form in self.forms.items() if method == "post" and action not in LAST
        ]
        ending = [self.forms[action, "post"] for action in reversed(LAST) if (action, "post") in self.forms]
        for form in (*told, *ending):
            await self.sends(form, words_of(part, "form"))

    async def brings_a_roster(self, part: int) -> None:
        """A file with payloads in its name and in every cell."""
        cells = (each.replace('"', '""') for each in parts(PARTS)[part])
        rows = "".join(f'"{each}";"{each}";"{each}"\n' for each in cells)
        await self.page.goto(f"{self.base}/console/people/import")
        file = {
            "name": f"'\">{IMG}.csv",
            "mimeType": "text/csv",
            "buffer": f"name;email;job\n{rows}".encode(),
        }
        await self.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        await self.page.locator("form:has(input[type=file]) button").click()
        await self.page.wait_for_url(re.compile(r"/import/\d+"))
        await self.watch.look(self.page)

    async def sees_a_further_employment(self, person: int, part: int) -> None:
        """What a second organisation calls somebody's work stands on no page but its own."""
        here = f"/console/people/{person}"
        for address in (here, f"{here}/edit"):
            await self.opens(address)
        await self.sends(self.forms["/console/people/N/edit", "post"], words_of(part, "form"))

    async def chats(self, database: Database, words: infested.Words) -> None:
        """The bot says payloads, and so does the visitor."""
        await self.page.goto(f"{self.base}/chat")
        token = next(
            each["value"] for each in await self.page.context.cookies() if each["name"] == "zinute_chat"
        )
        address = hashlib.sha256(token.encode()).hexdigest()
        said = infested.spoken(words, ADDRESSES)
        for number, content in enumerate(said):
            new = webchat.New("bot", str(number), shown(content), MONDAY)
            await database.write(partial(webchat.append, address=address, new=new))
        await self.page.locator("#field").fill(words("webchat_entry.body")[:4000])
        await self.page.locator("#field").press("Enter")
        await expect(self.page.locator("article.entry")).to_have_count(len(said) + 1, timeout=60_000)
        await self.watch.look(self.page)


async def enters(page: Page, door: Door, base: str, database: Database, reader: int) -> httpx.Cookies:
    """The reader is signed in, by two factors."""
    token = await door.link(reader)
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        assert (await client.post("/sign-in", data={"token": token}, headers=SAME_ORIGIN)).status_code == 303
        cookies = client.cookies
    await database.write(partial(by_two_factors, person=reader))
    await page.context.add_cookies(
        [{"name": name, "value": value, "url": base} for name, value in cookies.items()]
    )
    return cookies


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(PARTS))
async def test_nothing_that_is_written_runs(
    *, part: int, browsers: Page, watch: Watch, base: str, door: Door, database: Database, planted: Planted
) -> None:
    reader, words = planted.actors["platform", "sector"], partial(words_of, part)
    await enters(browsers, door, base, database, reader)
    await database.write(lambda tx: fill(tx, planted, reader, words))
    watch.whole = " ".join(" ".join(parts(PARTS)[part]).split())
    await enters(browsers, door, base, database, planted.actors["coordinator", "own"])
    await Walk(browsers, watch, base).sees_a_further_employment(planted.ids["person", "other"], part)
    cookies = await enters(browsers, door, base, database, reader)
    walk, own = Walk(browsers, watch, base), planted.organisations["own"]
    more = (
        *("/console/answers?all=1", "/console/audit?what=organisation.set"),
        *(privacy_of(own), f"/console/assignments/new?programme=1&at={own}"),
    )
    for address in (*await pages_of(base, cookies, planted), *more):
        await walk.opens(address)
    await walk.chats(database, words)
    await walk.brings_a_roster(part)
    await walk.sends_all(part)
    assert (watch.ran, watch.stopped, watch.made) == ([], [], [])
    assert {*WHOLE, *ADDED, *INSIDE, "form"} - watch.read == set()


def test_every_text_is_planted_or_has_a_reason() -> None:
    """A new column of texts: plant it in infested.py when a page shows it, or say there why not."""
    planted = {*WHOLE, *ADDED, *INSIDE}
    assert (planted & infested.not_planted(), infested.texts() ^ (planted | infested.not_planted())) == (
        set(),
        set(),
    )


def test_there_are_hundreds_of_payloads() -> None:
    assert len(payloads()) >= 200
    assert sorted(each for part in parts(PARTS) for each in part) == sorted(payloads())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("policy", ["", "default-src 'self'"])
async def test_the_net_catches(browsers: Page, watch: Watch, policy: str) -> None:
    """Where a page takes them for markup, many run; where only its policy is in their way, that is told."""
    some = enumerate(payloads()[::4])
    frames = "".join(f'<iframe name="{number}" srcdoc="{escape(each)}"></iframe>' for number, each in some)
    headers = {"content-type": "text/html"} | ({"content-security-policy": policy} if policy else {})

    async def answer(route: Route) -> None:
        ours = "caught" in route.request.url
        await (route.fulfill(body=frames, headers=headers) if ours else route.fulfill(status=404))

    await browsers.route("**/*", answer)
    await browsers.goto("http://caught.example/caught", wait_until="commit")
    async with asyncio.timeout(200):
        while len({name for name, _ in watch.ran}) + len(watch.stopped) < MANY:
            await asyncio.sleep(0.05)
    await watch.look(browsers)
    assert watch.made
    assert (bool(watch.ran), bool(watch.stopped)) == (not policy, bool(policy))
