"""Title and description of a programme in one language, as its authors publish them."""

from functools import partial
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions import author
from console.auth import LESSONS, Reader, for_authors
from console.entrance import form_of
from console.pages.lessons import back, sheet
from console.site import Site
from domain.language import language_of
from domain.programme import ProgrammeText
from lessons import editing
from storage.errors import NotFound


def routes(site: Site) -> list[Route]:
    """What the page of a programme sends."""
    return [
        Route(LESSONS + "/{slug:slug}/about", for_authors(site, describe), methods=["POST"], name="describe")
    ]


async def describe(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/lessons/SLUG/about` with `title`, `audience` and `text` in a `language`; `seen`: a digest of them
    as they were. What is not published is shown again as it was typed."""
    form, slug = await form_of(request), request.path_params["slug"]
    title, audience, text = (str(form.get(name, "")) for name in ("title", "audience", "text"))
    language = language_of(str(form.get("language", "")))
    typed = ProgrammeText(language, title, text, audience) if language else None
    made = editing.described(language, title, text, audience) if language else None
    if made is None:
        return await sheet(site, request, reader, "undescribed", HTTPStatus.UNPROCESSABLE_ENTITY, typed=typed)
    seen = str(form.get("seen", ""))
    put = partial(author.describe, scope=reader.scope, slug=slug, text=made, seen=seen, now=site.now())
    try:
        done = await site.database.write(put)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    if done == "changed":
        return await sheet(site, request, reader, done, HTTPStatus.CONFLICT, typed=typed)
    return back(slug, done)
