"""Groups of people: rules of whom announcements are for, kept under names."""

from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import segment
from console.audience_words import AudienceWords, sentence, words_for
from console.auth import Reader, for_coordinators, for_right
from console.entrance import form_of
from console.lists import number
from console.pages.composing import HERE
from console.site import Site
from storage import organisations, segments
from storage.database import Connection
from storage.errors import NotFound
from storage.segments import Segment

PLACE: Final = HERE + "/segments"


def routes(site: Site) -> list[Route]:
    """The list, what takes a group off it, and what keeps that of an announcement."""
    return [
        Route(PLACE, for_coordinators(site, show), name="segments"),
        Route(PLACE + "/{id}", for_right(site, "act", drop), methods=["POST"], name="drop_segment"),
        Route(HERE + "/{id}/segment", for_right(site, "act", keep), methods=["POST"], name="keep_segment"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/segments`"""

    def look(tx: Connection) -> tuple[list[Segment], AudienceWords]:
        return segments.of_scope(tx, reader.scope), words_for(tx, site, reader, organisations.places(tx))

    found, words = await site.database.read(look)
    return site.render(
        request,
        "segments.html",
        reader.language,
        reader=reader,
        here=PLACE,
        found=found,
        places=words.places,
        sentence=lambda each: sentence(words, each.rule),
    )


async def keep(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/ID/segment` of a `name`: 404 outside of the scope."""
    form, which = await form_of(request), number(request.path_params["id"])
    try:
        kept = await site.database.write(
            lambda tx: segment.keep(tx, reader.scope, which, str(form.get("name", "")).replace("\0", ""))
        )
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(PLACE if kept else f"{HERE}/{which}", HTTPStatus.SEE_OTHER)


async def drop(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/segments/ID`: 404 outside of the scope."""
    which = number(request.path_params["id"])
    try:
        await site.database.write(lambda tx: segment.drop(tx, reader.scope, which))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(PLACE, HTTPStatus.SEE_OTHER)
