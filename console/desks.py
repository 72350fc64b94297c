"""The desk of the author who asks: the programme that the address names, and its drafts as sources."""

from functools import partial
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request

from actions import author
from actions.author import Desk
from console.auth import Reader
from console.moments import Moments
from console.site import Site
from lessons.editing import Key
from storage.errors import NotFound


async def desk_of(site: Site, request: Request, reader: Reader) -> Desk:
    """The desk of the programme that the address names; 404 where there is none."""
    try:
        return await site.database.read(
            partial(author.desk, scope=reader.scope, slug=request.path_params["slug"])
        )
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error


def sources(desk: Desk) -> dict[Key, str]:
    """The drafts' sources."""
    return {key: draft.source for key, draft in desk.drafts.items()}


def moments_of(site: Site, reader: Reader) -> Moments:
    """Times as the reader has them."""
    return Moments(site, reader.language, reader.person.organisation.zone, site.now())
