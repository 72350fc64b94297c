"""Earlier versions of a programme: how one differs from the newest, and going back to it."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions import author
from actions.author import Desk
from console.auth import LESSONS, Reader, for_authors
from console.desks import desk_of
from console.differences import differences
from console.entrance import form_of
from console.lists import number
from console.pages.lessons import Change, back, common
from console.site import Site
from domain.language import LANGUAGES
from domain.programme import Programme
from lessons import editing, write
from storage import programmes
from storage.database import Connection
from storage.errors import NotFound
from storage.programmes import Issue

WHERE: Final = LESSONS + "/{slug:slug}/versions/{version:number}"


def routes(site: Site) -> list[Route]:
    """A version, and going back to it."""
    return [
        Route(WHERE, for_authors(site, version), name="version"),
        Route(WHERE, for_authors(site, go_back), methods=["POST"], name="go_back"),
    ]


async def version(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/lessons/SLUG/versions/ID`: what differs between that version and the newest one."""
    desk = await desk_of(site, request, reader)
    issue, old = await site.database.read(partial(_issue, desk=desk, wanted=_wanted(request)))
    return site.render(
        request,
        "lessons_version.html",
        reader.language,
        **common(site, reader, desk),
        issue=issue,
        changes=await asyncio.to_thread(_between, desk.programme, old),
    )


async def go_back(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/lessons/SLUG/versions/ID` with the newest version that was `seen`."""
    slug, seen = request.path_params["slug"], number(str((await form_of(request)).get("seen", "")))
    put = partial(
        author.go_back, scope=reader.scope, slug=slug, version=_wanted(request), seen=seen, now=site.now()
    )
    try:
        return back(slug, await site.database.write(put))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error


def _between(new: Programme, old: Programme) -> list[Change]:
    """The texts of `old` that are others in `new`, as going back would change them."""
    here, there = (_written(each) for each in (new, old))
    keys = sorted(here.keys() | there.keys(), key=lambda key: (key[0], LANGUAGES.index(key[1])))
    told = ((key, here.get(key, ""), there.get(key, "")) for key in keys)
    return [Change(*key, differences(now, then)) for key, now, then in told if now != then]


def _written(programme: Programme) -> dict[editing.Key, str]:
    about = {("", text.language): write.description(text.title, text.description) for text in programme.texts}
    lessons = {
        (lesson.slug, text.language): write.lesson(text)
        for lesson in programme.lessons
        for text in lesson.texts
    }
    return about | lessons


def _issue(tx: Connection, desk: Desk, wanted: int) -> tuple[Issue, Programme]:
    found = next((each for each in programmes.issues(tx, desk.owner) if each.id == wanted), None)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found, programmes.version(tx, wanted)


def _wanted(request: Request) -> int:
    return number(request.path_params["version"])
