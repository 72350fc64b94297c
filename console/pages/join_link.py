"""The link of an organisation, to show and to print; and who came by it and asks to be let in."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.decide_request import let_in, turn_down
from actions.join_link import NoDomain, change, domains_of, renew
from actions.keys import new_code, new_key
from console.auth import Reader, for_coordinators
from console.entrance import form_of
from console.lists import number
from console.moments import Moments
from console.pages.learners import heading
from console.seen import see_list
from console.site import Site
from console.sorting import by_name
from domain.joining import PAGE
from domain.organisation import Organisation
from storage import doorsteps, join_links, progress
from storage.database import Connection
from storage.doorsteps import Requested
from storage.join_links import Kept

HERE: Final = "/console/invitations/link"
DEEDS: Final = ("renew", "open", "close", "domains")
ASKING: Final = "/console/invitations/requests"
DONE: Final = ("renewed", "opened", "closed", "domains", "let_in", "turned_down", "known", "unfit", "over")


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of."""

    organisations: Mapping[int, Organisation]
    link: Kept | None
    requests: Sequence[Requested]


def routes(site: Site) -> list[Route]:
    """The page, and what is decided on it."""
    return [
        Route(HERE, for_coordinators(site, show), name="join_link"),
        Route(HERE, for_coordinators(site, put), methods=["POST"], name="put_link"),
        Route(ASKING + "/{id}", for_coordinators(site, decide), methods=["POST"], name="decide"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/invitations/link?organisation=ID&done=...`"""
    return await _page(site, request, reader, number(request.query_params.get("organisation", "")))


async def _page(
    site: Site, request: Request, reader: Reader, wanted: int, *, wrong: str = "", written: str = ""
) -> Response:
    language, done = reader.language, request.query_params.get("done", "")
    sight = await site.database.read(partial(_look, reader=reader, wanted=wanted))
    asking = [(each.address, each.organisation) for each in sight.requests]
    await see_list(site, reader.person.id, "requests", asking)
    places = by_name(language, sight.organisations.values())
    house = sight.organisations.get(wanted) or places[0]
    address = f"{site.address}{PAGE}{sight.link.code}" if sight.link else ""
    picture = site.documents.qr(address) if site.documents and address else ""
    return site.render(
        request,
        "join_link.html",
        language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        here=f"{HERE}?organisation={house.id}",
        reader=reader,
        heading=heading(site, language, places),
        house=house,
        names=[(each.id, each.name) for each in places],
        sight=sight,
        address=address,
        picture=b64encode(picture.encode()).decode(),
        mails=bool(site.entrance.mail_key),
        wrong=wrong,
        domains=written or " ".join(sight.link.domains if sight.link else ()),
        done=done if done in DONE else "",
        moments={each.id: Moments(site, language, each.zone, site.now()) for each in places},
    )


def _look(tx: Connection, reader: Reader, wanted: int) -> Sight:
    houses = progress.organisations(tx, reader.scope)
    house = wanted if wanted in houses else min(houses, key=lambda each: houses[each].name)
    return Sight(houses, join_links.of(tx, house), doorsteps.requests(tx, reader.scope))


async def put(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/invitations/link` of an `organisation` and a `deed`: renew, open, close or domains."""
    form = await form_of(request)
    house, deed = number(str(form.get("organisation", ""))), str(form.get("deed", ""))
    if house not in reader.scope.organisations:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if deed not in DEEDS:
        return _back(house, "")
    written = str(form.get("domains", "")).replace("\0", "")[:2000]
    try:
        domains = domains_of(written) if deed == "domains" else None
    except NoDomain as error:
        return await _page(site, request, reader, house, wrong=str(error), written=written)
    if deed == "renew":
        unit = partial(renew, scope=reader.scope, organisation=house, now=site.now(), new_key=new_key)
    else:
        asked = partial(change, scope=reader.scope, organisation=house, now=site.now())
        unit = partial(asked, domains=domains, opened=deed != "close")
    if await site.database.write(unit) is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    told = {"renew": "renewed", "open": "opened", "close": "closed"}.get(deed, "domains")
    return _back(house, told)


async def decide(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/invitations/requests/ADDRESS` with `decision=let_in` or not; 404 outside of the scope."""
    form, address = await form_of(request), number(request.path_params["id"])
    known = await site.database.read(lambda tx: doorsteps.requests(tx, reader.scope, address))
    if not known:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    scope, now = reader.scope, site.now()
    if form.get("decision") == "let_in":
        done = await site.database.write(
            partial(let_in, scope=scope, address=address, now=now, new_code=new_code)
        )
    else:
        done = await site.database.write(partial(turn_down, scope=scope, address=address, now=now))
    return _back(known[0].organisation, done or "over")


def _back(house: int, done: str) -> Response:
    return RedirectResponse(
        f"{HERE}?{urlencode({'organisation': house, 'done': done})}", HTTPStatus.SEE_OTHER
    )
