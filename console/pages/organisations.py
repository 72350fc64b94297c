"""The places that somebody sees, as a tree: what is set and holds at each; and those that they manage, to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import close_organisation, tend
from actions.enlist import NotEnlisted
from console import lists
from console.auth import Page, Reader, for_coordinators, for_right
from console.entrance import form_of
from console.lists import number
from console.place_words import LONGEST, SETTINGS, PlaceWords, Unfit, line_of
from console.proof import freshly
from console.roster_words import placed, places_of
from console.site import Site
from console.sorting import sort_key
from domain.tree import LEVELS, Level, Place, in_order, levels_under, upward
from storage import organisations
from storage.errors import NotFound

HERE: Final = "/console/organisations"
DONE: Final = ("set", "added", "moved")
ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address of the list asks for; `page` counts from 1."""

    place = HERE
    start = "page"
    q: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Written:
    """What a form sent that cannot be: `about` which of its fields, why (`code`), and a value for the sentence.

    `cells` are its fields as they were written, by their names.
    """

    cells: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    code: str = ""
    value: str = ""


def routes(site: Site) -> list[Route]:
    """The tree and each place of it for those who see them; what can be changed, after a fresh proof."""
    one, form = f"{HERE}/{{id}}", f"{HERE}/{{id}}/edit"
    return [
        Route(HERE, for_coordinators(site, show), name="organisations"),
        Route(one, for_coordinators(site, look), name="organisation"),
        Route(form, _managing(site, edit), name="edit_organisation"),
        Route(form, _managing(site, save), methods=["POST"], name="set_organisation"),
        Route(f"{one}/add", _managing(site, grow), methods=["POST"], name="add_organisation"),
        Route(f"{one}/move", _managing(site, shift), methods=["POST"], name="move_organisation"),
    ]


def _managing(site: Site, page: Page) -> Any:
    return for_right(site, "manage", freshly(page, lambda request: f"{_place(request)}/edit"))


def _place(request: Request) -> str:
    return f"{HERE}/{_id(request)}"


def _id(request: Request) -> int:
    return number(request.path_params["id"])


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/organisations?q=...&page=...`"""
    view, places = View.of(request), await site.database.read(organisations.places)
    managed = reader.scope.at("manage")
    asked = await site.database.read(lambda tx: close_organisation.waiting(tx, managed, site.now()))
    part = sort_key("en", view.q)[0]
    found = [each for each in places_of(places, reader.scope) if part in sort_key("en", each[0].name)[0]]
    first = (min(view.page, max(1, -(-len(found) // ROWS))) - 1) * ROWS
    return site.render(
        request,
        "organisations.html",
        reader.language,
        here=view.link(page=view.page),
        reader=reader,
        view=view,
        found=found[first : first + ROWS],
        first=first,
        rows=ROWS,
        total=len(found),
        closing=asked,
        words=PlaceWords(site, reader.language, places),
    )


async def look(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/organisations/ID`; `?done=...` says what was done."""
    places = await site.database.read(organisations.places)
    place = _seen(places, reader, _id(request))
    done = request.query_params.get("done", "")
    return site.render(
        request,
        "organisation.html",
        reader.language,
        reader=reader,
        here=_place(request),
        place=place,
        above=[each.name for each in upward(places, place.id)][:0:-1],
        below=[each for each, _ in places_of(places, reader.scope) if each.above == place.id],
        manages=place.id in reader.scope.at("manage"),
        settings=SETTINGS,
        done=done if done in DONE else "",
        words=PlaceWords(site, reader.language, places),
    )


async def edit(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/organisations/ID/edit`"""
    return await _form(site, request, reader, Written())


async def save(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/organisations/ID/edit`: what it is called, and all its settings; an empty one holds as above."""
    which, form, now = _id(request), await form_of(request), site.now()
    _mine(reader, which)
    try:
        name, said = _name(form, "name"), {each.name: each.read(form) for each in SETTINGS}
        await site.database.write(lambda tx: tend.change(tx, reader.scope, which, name, said=said, now=now))
    except (Unfit, NotEnlisted) as unfit:
        return await _form(site, request, reader, _refused(form, unfit))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(f"{HERE}/{which}?done=set", HTTPStatus.SEE_OTHER)


async def grow(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/organisations/ID/add`: a new place under this one, where all holds as here."""
    above, form, now = _id(request), await form_of(request), site.now()
    _mine(reader, above)
    level: Level = next((each for each in LEVELS if each == form.get("level")), "unit")
    try:
        name = _name(form, "new")
        added = await site.database.write(
            lambda tx: tend.add(tx, reader.scope, above, name, level=level, now=now)
        )
    except Unfit as unfit:
        return await _form(site, request, reader, _refused(form, unfit))
    except NotEnlisted as unfit:
        return await _form(site, request, reader, _refused(form, unfit, "level"))
    return RedirectResponse(f"{HERE}/{added}?done=added", HTTPStatus.SEE_OTHER)


async def shift(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/organisations/ID/move`: under another place, with its people and all under it."""
    which, form, now = _id(request), await form_of(request), site.now()
    _mine(reader, which)
    above = placed(form.get("above"))
    if above is None:
        return await _form(site, request, reader, Written(about="above", code="above"))
    try:
        await site.database.write(lambda tx: tend.move(tx, reader.scope, which, above, now=now))
    except NotEnlisted as unfit:
        return await _form(site, request, reader, _refused(form, unfit, "above"))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(f"{HERE}/{which}?done=moved", HTTPStatus.SEE_OTHER)


def _name(form: FormData, about: str) -> str:
    name = line_of(form, about)
    if not name:
        raise Unfit(about, "name")
    return name


def _refused(form: FormData, unfit: Unfit | NotEnlisted, about: str = "") -> Written:
    sent = {name: form.getlist(name) for name in form}
    cells = {name: ", ".join(each for each in said if isinstance(each, str)) for name, said in sent.items()}
    return Written(cells, about or unfit.about, unfit.code, unfit.value)


def _mine(reader: Reader, which: int) -> None:
    if which not in reader.scope.organisations:
        raise HTTPException(HTTPStatus.NOT_FOUND)


def _seen(places: Mapping[int, Place], reader: Reader, which: int) -> Place:
    _mine(reader, which)
    return places[which]


async def _form(site: Site, request: Request, reader: Reader, written: Written) -> Response:
    places = await site.database.read(organisations.places)
    place = _seen(places, reader, _id(request))
    own = {each.name: each.written(getattr(place.own, each.name)) for each in SETTINGS}
    return site.render(
        request,
        "organisation_edit.html",
        reader.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if written.code else HTTPStatus.OK,
        reader=reader,
        here=f"{_place(request)}/edit",
        place=place,
        settings=SETTINGS,
        cells={"name": place.name, "new": "", "level": "", "above": "", **own, **written.cells},
        levels=levels_under(place),
        targets=_targets(places, place, reader),
        written=written,
        longest=LONGEST,
        words=PlaceWords(site, reader.language, places),
    )


def _targets(places: Mapping[int, Place], place: Place, reader: Reader) -> Sequence[tuple[Place, int]]:
    """Where the place can be moved to; nowhere by whoever does not manage what it is under."""
    if place.above not in reader.scope.organisations:
        return ()
    under = {each.id for each in in_order(places.values(), place.id)}
    return [
        (each, deep)
        for each, deep in places_of(places, reader.scope)
        if each.id not in under and each.id != place.above and place.level in levels_under(each)
    ]
