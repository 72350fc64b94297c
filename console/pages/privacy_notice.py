"""The privacy notice of an organisation: as everybody reads it, and where a new version is written and published."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.privacy_notice import Draft, publish, tell
from console.auth import Reader, for_right
from console.differences import Row, differences
from console.entrance import form_of
from console.lists import number
from console.numbers import Numbers
from console.site import Site, language_for, language_name
from console.sorting import sort_key
from domain.language import LANGUAGES, Language, language_of
from domain.message import Place
from domain.organisation import Organisation
from domain.privacy_notice import MOST, Block, PrivacyNotice, blocks, page_of, spoken, tidy, told_at, unfit
from domain.texts import Texts
from storage import organisations, privacy_notices, progress
from storage.database import Connection

HERE: Final = "/console/rights/notice"
DONE: Final = ("published", "told", "same", "meanwhile", "empty", "long")
GOOD: Final = ("published", "told", "same")


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as its people read it. `at` and `key` are how the address names the organisation, `house` what it is
    called."""

    at: str
    key: str
    house: str
    zone: str
    notice: PrivacyNotice
    blocks: Sequence[Block]
    versions: Sequence[PrivacyNotice]

    @property
    def later(self) -> bool:
        """Whether there is a newer one."""
        return self.notice != self.versions[0]

    def on(self, notice: PrivacyNotice) -> date:
        """When it was published, there."""
        return _on(notice, self.zone)

    def link(self, notice: PrivacyNotice | None = None) -> str:
        """Where a version is read; None: whichever holds."""
        asked = {"version": notice.version, "language": notice.language} if notice else {}
        return f"?{urlencode({'at': self.at, **asked, 'key': self.key})}#own"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the console's page asks for: whose notice, in which language."""

    house: int
    language: Language

    def link(self, done: str = "", **changes: Any) -> str:
        """The page's address, with changes."""
        asked = {"organisation": self.house, "language": self.language, **changes}
        return f"{HERE}?{urlencode(asked | ({'done': done} if done else {}))}"


@dataclass(frozen=True, slots=True)
class Written:
    """What a form sent; `preview`: it is only looked at."""

    text: str
    tell: bool = False
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the console's page is made of: `newest` in each language, `versions` in the one that is asked for.

    `above`: what holds is of an organisation above.
    """

    houses: Sequence[Organisation]
    house: Organisation
    newest: dict[Language, PrivacyNotice]
    versions: Sequence[PrivacyNotice]
    text: str
    above: bool


def routes(site: Site) -> list[Route]:
    """The page, and what is sent from it."""
    shown, sent = (for_right(site, "manage", each) for each in (show, put))
    return [
        Route(HERE, shown, name="privacy_notice"),
        Route(HERE, sent, methods=["POST"], name="publish_notice"),
    ]


def path_of(site: Site, place: Place) -> str:
    """The whole path of a page that ends in a token."""
    return Texts({}, site.entrance.key).path_of(place)


async def told(site: Site, request: Request, house: Organisation) -> Told | None:
    """What the organisation says in the reader's language, as `version` and `language` ask for it; else as it holds."""
    query = request.query_params
    language = language_of(query.get("language", "")) or language_for(request)
    wanted = number(query.get("version", ""))

    def look(tx: Connection) -> Told | None:
        newest = privacy_notices.holding(tx, house.id, language)
        if newest is None:
            return None
        versions = privacy_notices.versions(tx, newest.organisation, newest.language)
        notice = next((each for each in versions if each.version == wanted), newest)
        owner = organisations.find(tx, notice.organisation) or house
        text = privacy_notices.text(tx, notice.id)
        return Told(
            query.get("at", ""), query.get("key", ""), owner.name, owner.zone, notice, blocks(text), versions
        )

    return await site.database.read(look)


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/rights/notice?organisation=ID&language=...&done=...`; 404 outside of the scope."""
    asked = await _asked(site, request, reader)
    return await _page(site, request, reader, asked, done=request.query_params.get("done", ""))


async def put(site: Site, request: Request, reader: Reader) -> Response:
    """`POST` there, of a `text`, the newest version (`after`) and a `deed`: preview or publish; `tell` everybody."""
    asked, form = await _asked(site, request, reader), await form_of(request)
    text, after = str(form.get("text", "")), number(str(form.get("after", "")))
    written = Written(text, bool(form.get("tell")), form.get("deed") == "preview")
    if written.preview:
        return await _page(site, request, reader, asked, written=written, done=unfit(tidy(text)) or "")
    draft = Draft(asked.house, asked.language, text, after)
    done = await site.database.write(
        partial(_publish, site=site, reader=reader, draft=draft, tells=written.tell and bool(site.address))
    )
    if done in GOOD:
        return RedirectResponse(asked.link(done), HTTPStatus.SEE_OTHER)
    return await _page(site, request, reader, asked, written=written, done=done)


def _publish(tx: Connection, *, site: Site, reader: Reader, draft: Draft, tells: bool) -> str:
    done = publish(tx, reader.scope, draft, site.now())
    if done is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if not isinstance(done, PrivacyNotice):
        return done
    if tells:
        tell(tx, done, _texts(site, tx, draft.organisation), site.now())
    return "told" if tells else "published"


def _texts(site: Site, tx: Connection, organisation: int) -> dict[Language, str]:
    """What people are told, in each language."""
    house = organisations.find(tx, organisation)
    assert house is not None, "it is in the scope"
    link = f"{site.address}{path_of(site, told_at(organisation))}"
    return {each: site.say(each, "notice.said", organisation=house.name, link=link) for each in LANGUAGES}


async def _asked(site: Site, request: Request, reader: Reader) -> Asked:
    """Whose notice; the first of the scope where nothing is said, 404 for one that is not in it."""
    query = request.query_params
    houses = _sorted(reader, await site.database.read(partial(progress.organisations, scope=reader.scope)))
    house = number(query["organisation"]) if "organisation" in query else houses[0].id
    if house not in {each.id for each in houses}:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Asked(house, language_of(query.get("language", "")) or reader.language)


def _sorted(reader: Reader, houses: dict[int, Organisation]) -> list[Organisation]:
    return sorted(houses.values(), key=lambda each: sort_key(reader.language, each.name))


async def _page(
    site: Site, request: Request, reader: Reader, asked: Asked, *, done: str, written: Written | None = None
) -> Response:
    sight = await site.database.read(partial(_look, reader=reader, asked=asked))
    wrong = bool(written and not written.preview)
    return site.render(
        request,
        "privacy_notice.html",
        reader.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        here=asked.link(),
        reader=reader,
        asked=asked,
        sight=sight,
        named={each: language_name(reader.language, each) for each in LANGUAGES},
        falls=spoken(asked.language, sight.newest) if sight.newest else None,
        blocks=blocks,
        changes=await asyncio.to_thread(_changes, sight, written),
        written=written or Written(sight.text),
        previewed=blocks(tidy(written.text)) if written and written.preview else (),
        tells=bool(site.address),
        most=Numbers(site, reader.language).count(MOST),
        page_of=lambda each: path_of(site, page_of(each)),
        on=partial(_on, zone=sight.house.zone),
        done=done if done in DONE else "",
        good=done in GOOD,
    )


def _look(tx: Connection, reader: Reader, asked: Asked) -> Sight:
    houses = progress.organisations(tx, reader.scope)
    newest = {each.language: each for each in privacy_notices.newest(tx, [asked.house])}
    versions = privacy_notices.versions(tx, asked.house, asked.language)
    text = privacy_notices.text(tx, versions[0].id) if versions else ""
    above = not newest and privacy_notices.holding(tx, asked.house, asked.language) is not None
    return Sight(_sorted(reader, houses), houses[asked.house], newest, versions, text, above)


def _changes(sight: Sight, written: Written | None) -> tuple[Row, ...] | None:
    """What a preview shows: the lines that differ from what holds now."""
    return differences(sight.text, tidy(written.text)) if written and written.preview else ()


def _on(notice: PrivacyNotice, zone: str) -> date:
    at: datetime = notice.published_at
    return at.astimezone(ZoneInfo(zone)).date()
