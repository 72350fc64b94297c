"""Recordings of webinars: the archive, found by words, and the form of one."""

from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import organise, recording
from console.auth import Reader, for_coordinators, for_right
from console.entrance import form_of
from console.lists import number
from console.moments import Moments
from console.prose import clean
from console.site import Site, language_name
from domain.language import LANGUAGES, Language
from domain.planning import LONGEST_LINK
from domain.recording import Fault, Recording, written
from domain.webinar import Webinar
from storage import recordings
from storage.database import Connection
from storage.errors import NotFound

HERE: Final = "/console/webinars/recordings"
ONE: Final = "/console/webinars/{id}/recording"
LONGEST_CHAPTERS: Final = 10_000
MOST: Final = 50  # on a page; words find the others


def routes(site: Site) -> list[Route]:
    """Looking is for those who see the place or one under it, the rest for those who act at it."""
    return [
        Route(HERE, for_coordinators(site, archive), name="recordings"),
        Route(ONE, for_right(site, "act", edit), name="recording"),
        Route(ONE, for_right(site, "act", record), methods=["POST"], name="record"),
    ]


async def archive(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars/recordings` with `q`: those in which these words are, the newest first."""
    words = " ".join(clean(request.query_params.get("q", "")).split())[:100]
    found = await site.database.read(lambda tx: recordings.of_scope(tx, reader.scope))
    shown = [each for each in found if each.found_by(words)]
    return site.render(
        request,
        "recordings.html",
        reader.language,
        reader=reader,
        shown=shown[:MOST],
        more=len(shown) > MOST,
        words=words,
        moments=Moments(site, reader.language, reader.person.organisation.zone, site.now()),
    )


async def edit(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars/ID/recording`"""
    webinar, found = await _own(site, request, reader)
    said = {each: written(found.chapters, each) if found else "" for each in LANGUAGES}
    return _form(site, request, reader, webinar, found.link if found else "", said)


async def record(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/webinars/ID/recording` with `link` and `chapters_LANGUAGE`: it is there, or why not."""
    webinar, _ = await _own(site, request, reader)
    form, now = await form_of(request), site.now()
    link = clean(str(form.get("link", ""))).strip()[:LONGEST_LINK]
    said: dict[Language, str] = {
        each: clean(str(form.get(f"chapters_{each}", "")))[:LONGEST_CHAPTERS] for each in LANGUAGES
    }
    unit = partial(recording.record, scope=reader.scope, webinar=webinar.id, said=(link, said), now=now)
    faults = await site.database.write(unit)
    if faults:
        return _form(site, request, reader, webinar, link, said, faults)
    return RedirectResponse(f"/console/webinars/{webinar.id}?done=recorded", HTTPStatus.SEE_OTHER)


async def _own(site: Site, request: Request, reader: Reader) -> tuple[Webinar, Recording | None]:
    which = number(request.path_params["id"])

    def look(tx: Connection) -> tuple[Webinar, Recording | None]:
        found = organise.seen(tx, reader.scope, which)
        return found, recordings.of(tx, found)

    try:
        return await site.database.read(look)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error


def _form(  # noqa: PLR0917 (what the page is made of)
    site: Site,
    request: Request,
    reader: Reader,
    webinar: Webinar,
    link: str,
    said: Mapping[Language, str],
    faults: Sequence[Fault] = (),
) -> Response:
    return site.render(
        request,
        "recording.html",
        reader.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        reader=reader,
        webinar=webinar,
        link=link,
        chapters=[(each, language_name(reader.language, each), said[each]) for each in webinar.texts],
        faults=faults,
        longest=LONGEST_LINK,
    )
