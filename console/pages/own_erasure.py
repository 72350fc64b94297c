"""One's own erasure, for whoever is signed in: what it means, who cannot be looked after without them, and the deed."""

from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions import my_data
from console.auth import Reader, drop_session, for_everybody
from console.entrance import field_of
from console.pages.own_data import HERE as ABOVE
from console.proof import freshly
from console.prose import same_name
from console.site import Site

HERE: Final = f"{ABOVE}/erase"


def routes(site: Site) -> list[Route]:
    """Both behind a fresh proof."""
    asked, erased = (freshly(each, lambda _: HERE) for each in (show, erase))
    return [
        Route(HERE, for_everybody(site, asked), name="my_erasing"),
        Route(HERE, for_everybody(site, erased), methods=["POST"], name="my_erasure"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/account/data/erase`: what goes, what stays, and one's name to be typed."""
    return await _sheet(site, request, reader)


async def erase(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/account/data/erase` with one's `name`; nobody is signed in after it, and it is not taken back."""
    if not same_name(await field_of(request, "name"), reader.person.name):
        return await _sheet(site, request, reader, wrong=True)
    unit = partial(my_data.erase, person=reader.person.id, now=site.now())
    await site.database.write(unit)
    response = site.render(request, "message.html", reader.language, about="own.erased", home="")
    drop_session(request, response)
    return response


async def _sheet(site: Site, request: Request, reader: Reader, *, wrong: bool = False) -> Response:
    last = await site.database.read(partial(my_data.last_of, person=reader.person.id, now=site.now()))
    return site.render(
        request,
        "own_erasing.html",
        reader.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        here=HERE,
        reader=reader,
        last=last,
        papers=site.documents is not None,
        wrong=wrong,
    )
