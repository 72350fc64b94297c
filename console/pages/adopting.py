"""Programmes that other organisations offer, and those of them that are in an organisation's list."""

from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import share
from actions.share import Adopting
from console.auth import Reader, for_coordinators
from console.entrance import form_of
from console.lists import number
from console.pages.learners import heading
from console.site import Site
from console.sorting import sort_key
from domain.organisation import Organisation
from storage import progress
from storage.database import Connection
from storage.errors import NotFound

HERE: Final = "/console/programmes/offered"
DONE: Final = ("adopted", "dropped", "nothing")


def routes(site: Site) -> list[Route]:
    """The page, and what is taken into a list or off it."""
    return [
        Route(HERE, for_coordinators(site, show), name="to_adopt"),
        Route(HERE, for_coordinators(site, act), methods=["POST"], name="adopt"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/programmes/offered?done=OUTCOME`"""

    def look(tx: Connection) -> tuple[Adopting, dict[int, Organisation]]:
        return share.to_adopt(tx, reader.scope), progress.organisations(tx, reader.scope)

    (found, places), language = await site.database.read(look), reader.language
    done = request.query_params.get("done", "")
    return site.render(
        request,
        "adopting.html",
        language,
        reader=reader,
        heading=heading(site, language, list(places.values())),
        offered=sorted(found.new, key=lambda each: sort_key(language, each.programme.text(language).title)),
        adopted=[(each, places[at]) for each, at in found.had if at in places],
        gone=[(one, by, places[at]) for one, by, at in found.gone if at in places],
        places=sorted(
            ((each.id, each.name) for each in places.values() if reader.may(each.id)),
            key=lambda pair: sort_key(language, pair[1]),
        ),
        done=done if done in DONE else "",
    )


async def act(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/programmes/offered` of a `programme`, `at` which place: into its list, or off it (`drop`)."""
    form = await form_of(request)
    which, at = (number(str(form.get(name, ""))) for name in ("programme", "at"))
    what, done = (share.drop, "dropped") if form.get("do") == "drop" else (share.adopt, "adopted")
    do = partial(what, scope=reader.scope, programme=which, place=at, now=site.now())
    try:
        done = done if await site.database.write(do) else "nothing"
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(f"{HERE}?{urlencode({'done': done})}", HTTPStatus.SEE_OTHER)
