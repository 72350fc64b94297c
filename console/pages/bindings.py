"""Who joined lately: which messenger, when, by which way; and how to undo it."""

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.undo_joining import NotTheirs, undo
from console import lists
from console.auth import Reader, for_coordinators
from console.lists import number
from console.moments import Moments
from console.pages.catalogue import messenger
from console.pages.learners import heading
from console.seen import see_list
from console.site import Site
from storage import bindings, progress
from storage.bindings import PAGE

HERE: Final = "/console/invitations/joined"


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for; `page` counts from 1."""

    place = HERE
    start = "page"
    page: int = 1


def routes(site: Site) -> list[Route]:
    """The list, and the one thing that can be done."""
    return [
        Route(HERE, for_coordinators(site, show), name="joined"),
        Route(HERE + "/{id}/undo", for_coordinators(site, take_back), methods=["POST"], name="unbind"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/invitations/joined?page=...&undone=1`"""
    view, language = View.of(request), reader.language
    start = (max(view.page, 1) - 1) * PAGE
    found = await site.database.read(partial(bindings.fresh, scope=reader.scope, most=PAGE + 1, start=start))
    houses = await site.database.read(partial(progress.organisations, scope=reader.scope))
    there = [(each.person, each.organisation) for each in found[:PAGE]]
    await see_list(site, reader.person.id, "joined", there)
    return site.render(
        request,
        "joined.html",
        language,
        reader=reader,
        heading=heading(site, language, list(houses.values())),
        view=view,
        found=found[:PAGE],
        more=len(found) > PAGE,
        organisations=houses,
        messengers={name: messenger(site, language, name) for name in {each.channel for each in found}},
        moments={each.id: Moments(site, language, each.zone, site.now()) for each in houses.values()},
        undone="undone" in request.query_params,
    )


async def take_back(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/invitations/joined/ADDRESS/undo`: 404 alike for none and for one of another organisation."""
    address = number(request.path_params["id"])
    now = site.now()
    try:
        done = await site.database.write(partial(undo, scope=reader.scope, address=address, now=now))
    except NotTheirs as refused:
        request.state.refused = "above"
        raise HTTPException(HTTPStatus.FORBIDDEN) from refused
    if done is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return RedirectResponse(f"{HERE}?undone=1", HTTPStatus.SEE_OTHER)
