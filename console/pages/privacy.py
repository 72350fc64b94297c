"""What is kept of people, for everybody to read; and the links at which one person fetches a copy of their data."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions import my_data
from console.lists import number
from console.pages import privacy_notice
from console.site import Site, language_for
from domain.organisation import Scope
from domain.own_data import own_kind
from domain.privacy_notice import seed_of
from domain.report import Report
from domain.signing import is_link
from storage import erasures, organisations
from storage.database import Connection
from storage.personal import PURPOSES
from storage.registry import REGISTRY

HIDDEN: Final = {"X-Robots-Tag": "noindex, nofollow, noarchive"}
TYPES: Final[Mapping[str, str]] = {"json": "application/json", "pdf": "application/pdf"}
KEPT_FOR: Final[Mapping[str, Sequence[str]]] = {
    purpose: list(dict.fromkeys(kept.period for kept in REGISTRY if kept.mine and kept.purpose == purpose))
    for purpose in PURPOSES
    if purpose != "service"
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A person's data as a file, made now."""

    kind: str
    content: bytes

    def response(self) -> Response:
        """The file, for its owner only."""
        headers = {**HIDDEN, "Content-Disposition": f'attachment; filename="zinute.{self.kind}"'}
        return Response(self.content, media_type=TYPES[self.kind], headers=headers)


def routes(site: Site) -> list[Route]:
    """Both are for whoever has their address."""

    async def show(request: Request) -> Response:
        """`GET /privacy?at=ORGANISATION&key=TOKEN`: who answers for the data there is named too.

        Without the right key it is the page of everybody: nobody counts through who is here. Whoever comes by the
        button of a message that is older than these keys (`old`) is told how they get another one.
        """
        asked, key = request.query_params.get("at", ""), request.query_params.get("key", "")
        at = number(asked)
        at = at if is_link(site.entrance.key, seed_of(at), key) else 0
        language = language_for(request)
        house = await site.database.read(lambda tx: organisations.find(tx, at)) if at else None
        own = await privacy_notice.told(site, request, house) if house else None
        old = bool(asked) and house is None
        return site.render(
            request, "privacy.html", language, kept_for=KEPT_FOR, house=house, own=own, old=old
        )

    async def fetch(request: Request) -> Response:
        """`GET /mydata/SEED.TOKEN.json` or `.pdf`, for a quarter of an hour."""
        (seed, _, token), kind = (
            request.path_params["token"].partition("."),
            own_kind(request.path_params["kind"]),
        )
        right = is_link(site.entrance.key, seed, token)
        person = await site.database.read(lambda tx: erasures.linked(tx, seed, site.now())) if right else None
        if person is None or kind is None:
            language, about = language_for(request), "privacy.over"
            response = site.render(request, "message.html", language, status=404, about=about, home="")
            response.headers.update(HIDDEN)
            return response
        return (await copy_of(site, person, kind)).response()

    return [
        Route("/privacy", show, name="privacy"),
        Route("/mydata/{token}.{kind}", fetch, name="own_data"),
    ]


async def copy_of(site: Site, person: int, kind: str, scope: Scope | None = None) -> Copy:
    """Everything that is kept of the person, to read or for machines; for a coordinator what is of their scope."""

    def as_json(tx: Connection) -> bytes:
        return my_data.as_json(tx, person, site.now(), scope)

    def report(tx: Connection) -> Report:
        return my_data.report(tx, person, site.now(), scope)

    if kind == "json":
        return Copy(kind, await site.database.read(as_json))
    if site.documents is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Copy(kind, await asyncio.to_thread(site.documents.copy, await site.database.read(report)))
