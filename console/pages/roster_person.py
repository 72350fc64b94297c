"""One person of the roster by hand: added, changed, moved, gone, back."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.edit_person import Unfit, add, change, find
from console.auth import Reader, for_right
from console.entrance import form_of
from console.lists import number
from console.roster_words import RosterWords, placed, places_of
from console.seen import see
from console.site import Site, language_name
from domain.language import LANGUAGES
from domain.roster_cells import Problem
from domain.roster_plan import WORDS
from domain.tree import Place
from storage import organisations
from storage.database import Connection

HERE: Final = "/console/people"
_REFUSED: Final = HTTPStatus.UNPROCESSABLE_ENTITY
Cells = Mapping[str, str]


def routes(site: Site) -> list[Route]:
    """The form for somebody new, and the one for somebody who is there."""
    return [
        Route(f"{HERE}/new", for_right(site, "act", new), name="new_person"),
        Route(f"{HERE}/new", for_right(site, "act", bring), methods=["POST"], name="add_person"),
        Route(f"{HERE}/{{id}}/edit", for_right(site, "act", edit), name="edit_person"),
        Route(f"{HERE}/{{id}}/edit", for_right(site, "act", save), methods=["POST"], name="change_person"),
    ]


async def new(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/people/new`"""
    return await _form(site, request, reader, dict.fromkeys(WORDS, ""))


async def bring(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/people/new`"""
    form = await form_of(request)
    cells, place = _cells(form), placed(form.get("place"))
    try:
        person = await site.database.write(lambda tx: _add(tx, site, reader, cells, place))
    except Unfit as unfit:
        return await _form(site, request, reader, cells, place=place, problem=unfit.problem)
    return RedirectResponse(f"{HERE}/{person}" if person else f"{HERE}/new?asked", HTTPStatus.SEE_OTHER)


def _add(tx: Connection, site: Site, reader: Reader, cells: Cells, place: int | None) -> int:
    """Their number; 0 for somebody who is asked first, and of whom nothing is shown before they agree."""
    person = add(tx, reader.scope, cells, place, now=site.now(), asks=True)
    return person if find(tx, reader.scope, person) else 0


async def edit(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/people/ID/edit`"""
    which = number(request.path_params["id"])
    known = await site.database.read(lambda tx: find(tx, reader.scope, which))
    if known is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    await see(site, reader.person.id, which, known.place)
    cells = {what: getattr(known.said, what) or "" for what in WORDS}
    return await _form(site, request, reader, cells, person=which, place=known.place)


async def save(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/people/ID/edit`"""
    which, form = number(request.path_params["id"]), await form_of(request)
    cells, place = _cells(form), placed(form.get("place"))
    try:
        await site.database.write(lambda tx: change(tx, reader.scope, which, cells, place, now=site.now()))
    except Unfit as unfit:
        if unfit.problem.code == "nobody":
            raise HTTPException(HTTPStatus.NOT_FOUND) from unfit
        return await _form(site, request, reader, cells, person=which, place=place, problem=unfit.problem)
    return RedirectResponse(f"{HERE}/{which}", HTTPStatus.SEE_OTHER)


def _cells(form: FormData) -> dict[str, str]:
    """The words that the form has."""
    return {what: value.replace("\0", "") for what in WORDS if isinstance(value := form.get(what), str)}


async def _form(
    site: Site,
    request: Request,
    reader: Reader,
    cells: Cells,
    *,
    person: int = 0,
    place: int | None = None,
    problem: Problem | None = None,
) -> Response:
    def look(tx: Connection) -> tuple[Mapping[int, Place], bool]:
        known = find(tx, reader.scope, person)
        return organisations.places(tx), known is not None and known.employment is not None

    places, further = await site.database.read(look)
    return site.render(
        request,
        "roster_person.html",
        reader.language,
        status=_REFUSED if problem else HTTPStatus.OK,
        reader=reader,
        here=f"{HERE}/{person}/edit" if person else f"{HERE}/new",
        cells={**dict.fromkeys(WORDS, ""), **cells},
        person=person,
        place=place,
        places=places_of(places, reader.scope),
        problem=problem,
        further=further,
        asked="asked" in request.query_params,
        words=RosterWords(site, reader.language, places),
        spoken=[(each, language_name(reader.language, each)) for each in LANGUAGES],
    )
