"""Checking in at the door: what a screen shows there, what can be printed, and where the picture leads a phone."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from actions import organise
from actions.keys import new_code
from console import live
from console.auth import Reader, for_right
from console.entrance import form_of
from console.lists import number
from console.moments import Moments
from console.numbers import Numbers
from console.pages.catalogue import Door, messenger
from console.site import Site, language_for
from domain import door
from domain.organisation import Scope
from domain.webinar import Webinar
from storage import attended
from storage.database import Connection
from storage.errors import NotFound

WEBINARS: Final = "/console/webinars"
HERE: Final = WEBINARS + "/{id}/door"


@dataclass(frozen=True, slots=True)
class Sight:
    """A session at a place, and how many of those who have a seat there, as the reader sees them, are there."""

    webinar: Webinar
    there: int
    seated: int


def routes(site: Site, doors: Sequence[Door] = ()) -> list[BaseRoute]:
    """The screen and the paper are for those who act at the session's place; where they lead is for anybody."""

    async def enter(request: Request) -> Response:
        """`GET /webinar/door/CODE`: nothing is looked up and nothing is used, whoever opens it."""
        code, language = request.path_params["code"], language_for(request)
        if not door.is_code(code):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        links = [(each.name, each.link(f"{door.LINK}{code}")) for each in doors]
        ways = [(messenger(site, language, name), link) for name, link in links if link]
        return site.render(request, "webinar_here.html", language, code=code, ways=ways)

    return [
        Route(HERE, for_right(site, "act", show), name="webinar_door"),
        Route(HERE, for_right(site, "act", put), methods=["POST"], name="print_code"),
        Route(HERE + "/live", for_right(site, "act", stream, acts=False), name="webinar_door_live"),
        Route(HERE + "/paper", for_right(site, "act", paper), name="webinar_paper"),
        Route(door.page("{code}"), enter, name="enter_door"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars/ID/door`: the code of this minute, which the page keeps up with by itself."""
    sight = await _sight(site, request, reader)
    step = door.step(site.now())
    code = door.on_screen(site.entrance.key, sight.webinar, step)
    return _page(site, request, reader, sight, "webinar_door.html", code=code, latest=_latest(step, sight))


async def paper(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars/ID/door/paper`: the code that was made to be printed."""
    sight = await _sight(site, request, reader)
    code = door.on_paper(site.entrance.key, sight.webinar)
    if not code:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return _page(site, request, reader, sight, "webinar_paper.html", code=code)


async def put(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/webinars/ID/door` with `do`: "print" makes a code for paper, anything else takes it back."""
    webinar = (await _sight(site, request, reader)).webinar
    prints = (await form_of(request)).get("do") == "print"
    seed, now = new_code() if prints else "", site.now()
    unit = partial(organise.print_code, scope=reader.scope, webinar=webinar.id, seed=seed, now=now)
    await site.database.write(unit)
    there = f"{WEBINARS}/{webinar.id}/door"
    return RedirectResponse(f"{there}/paper" if prints else there, HTTPStatus.SEE_OTHER)


async def stream(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars/ID/door/live`: `latest` with each new code, and with each who checks in. Nobody touches a
    screen at a door: that it is open keeps the session alive, from two hours before what is held there until it is
    over."""
    webinar = (await _sight(site, request, reader)).webinar
    which = webinar.id

    def look(tx: Connection, scope: Scope) -> str:
        return _latest(door.step(site.now()), _look(tx, scope, which))

    return live.stream(site, request, look, acts=lambda: door.is_up(webinar, site.now()))


async def _sight(site: Site, request: Request, reader: Reader) -> Sight:
    which = number(request.path_params["id"])
    try:
        sight = await site.database.read(lambda tx: _look(tx, reader.scope, which))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    if not sight.webinar.venue:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return sight


def _look(tx: Connection, scope: Scope, which: int) -> Sight:
    return Sight(organise.seen(tx, scope, which), *attended.present(tx, scope, which))


def _latest(step: int, sight: Sight) -> str:
    return f"{step}-{sight.there}-{sight.seated}"


def _page(
    site: Site,
    request: Request,
    reader: Reader,
    sight: Sight,
    template: str,
    *,
    code: str,
    latest: str = "",
) -> Response:
    now, address = site.now(), f"{site.address}{door.page(code)}"
    return site.render(
        request,
        template,
        reader.language,
        here=f"{WEBINARS}/{sight.webinar.id}/door",
        reader=reader,
        webinar=sight.webinar,
        sight=sight,
        code=code,
        address=address,
        picture=b64encode(site.documents.qr(address).encode()).decode() if site.documents else "",
        on=door.can(sight.webinar, now),
        early=int(door.EARLY.total_seconds()) // 60,
        numbers=Numbers(site, reader.language),
        moments=Moments(site, reader.language, sight.webinar.zone, now),
        latest=latest,
    )
