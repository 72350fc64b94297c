"""The desk of the author who asks: the programme that the address names, and its drafts as sources."""

import asyncio
from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request

from actions import author
from actions.author import Desk
from console.auth import Reader
from console.moments import Moments
from console.site import Site
from lessons.beside import Beside
from lessons.editing import Key
from lessons.shelf import Drawn
from storage import media
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


def beside_of(site: Site, desk: Desk) -> Beside:
    """The pictures beside its programme, as threads read sources with them."""
    return Beside(desk.pictures, drawer(site))


def drawer(site: Site) -> Callable[[tuple[str, ...]], Drawn]:
    """What draws pictures of the store together in a thread, beside the loop that runs now; LookupError."""
    loop = asyncio.get_running_loop()

    def data(digest: str) -> bytes:
        found = site.database.read(partial(media.data, digest=digest))
        try:
            return asyncio.run_coroutine_threadsafe(found, loop).result()
        except NotFound as error:
            raise LookupError(digest) from error

    return partial(site.sets.drawn, data=data)


def moments_of(site: Site, reader: Reader) -> Moments:
    """Times as the reader has them."""
    return Moments(site, reader.language, reader.person.organisation.zone, site.now())
