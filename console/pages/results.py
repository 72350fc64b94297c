"""Results as a table, for e-diaries, HR systems and spreadsheets (docs/exchange.md)."""

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import ClassVar, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from actions.results import table, take
from console import lists
from console.auth import Reader, for_coordinators
from console.proof import freshly
from console.site import Site
from domain.language import LANGUAGES, language_of
from storage import organisations, sharing
from storage.database import Connection
from storage.results import Wanted

NAME: Final = "results.csv"
HERE: Final = f"/console/{NAME}"


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for. `shape`: "excel", or "" as systems read it; `language`: of the titles."""

    place = HERE
    choices: ClassVar = {"shape": ("", "excel"), "language": ("", *LANGUAGES)}
    start = "shape"
    shape: str = ""
    language: str = ""
    organisation: int = 0
    programme: int = 0


def routes(site: Site) -> list[Route]:
    """The file, for whoever sees its people and has proved lately who they are."""
    return [Route(HERE, for_coordinators(site, freshly(give, _again)), name="results")]


def _again(request: Request) -> str:
    view = View.of(request)
    return view.link(shape=view.shape)


async def give(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/results.csv?organisation=...&programme=...&language=...&shape=excel`

    404 alike for what there is not and for an organisation that the reader does not see.
    """
    view = View.of(request)
    wanted = await site.database.write(partial(_take, site=site, reader=reader, view=view))
    if wanted is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    parts = table(site.database, reader.scope, wanted, "excel" if view.shape else "plain")
    headers = {"Content-Disposition": f'attachment; filename="{NAME}"'}
    return StreamingResponse(parts, media_type="text/csv; charset=utf-8", headers=headers)


def _take(tx: Connection, site: Site, reader: Reader, view: View) -> Wanted | None:
    """What is wanted, once it is kept who takes it; None of what there is not."""
    scope, houses = reader.scope, None
    if view.organisation:
        houses = organisations.under(tx, {view.organisation} & scope.at("see"))
    if houses == frozenset() or (view.programme and view.programme not in sharing.known(tx, scope)):
        return None
    language = language_of(view.language) or reader.language
    wanted = Wanted(language, site.address, houses, view.programme or None)
    take(tx, scope, wanted, site.now(), by=reader.person.id)
    return wanted
