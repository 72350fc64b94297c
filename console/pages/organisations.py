"""The places that somebody sees, as a tree: what is set and holds at each; and those that they manage, to change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import tend
from actions.enlist import NotEnlisted
from console import lists
from console.auth import Page, Reader, for_coordinators, for_right
from console.entrance import form_of
from console.lists import number
from console.place_words import LONGEST, SETTINGS, PlaceWords, Unfit, line_of
from console.proof import freshly
from console.roster_words import places_of
from console.site import Site
from console.sorting import sort_key
from domain.tree import Place, upward
from storage import organisations
from storage.errors import NotFound

HERE: Final = "/console/organisations"
DONE: Final = ("set",)
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
        name, said = _name(form), {each.name: each.read(form) for each in SETTINGS}
        await site.database.write(lambda tx: tend.change(tx, reader.scope, which, name, said=said, now=now))
    except (Unfit, NotEnlisted) as unfit:
        return await _form(site, request, reader, _refused(form, unfit))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(f"{HERE}/{which}?done=set", HTTPStatus.SEE_OTHER)


def _name(form: FormData) -> str:
    name = line_of(form, "name")
    if not name:
        raise Unfit("name", "name")
    return name


def _refused(form: FormData, unfit: Unfit | NotEnlisted) -> Written:
    sent = {name: form.getlist(name) for name in form}
    cells = {name: ", ".join(each for each in said if isinstance(each, str)) for name, said in sent.items()}
    return Written(cells, unfit.about, unfit.code, unfit.value)


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
        cells={"name": place.name, **own, **written.cells},
        written=written,
        longest=LONGEST,
        words=PlaceWords(site, reader.language, places),
    )
