"""The first page: what this is, and where to go; in a demonstration, the links of everyone in it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from actions.sign_in import make_link
from console.entrance import form_of
from console.site import Site, language_for
from domain.language import Language


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody whom a visitor of the demonstration may be."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Host:
    """A sample organisation. `coordinator` is a person's id."""

    name: str
    language: Language
    coordinator: int
    coordinator_name: str
    visitors: tuple[Visitor, ...]


def routes(site: Site, hosts: Sequence[Host] = ()) -> list[BaseRoute]:
    """The first page; with `hosts`, also a way to sign in as each one's coordinator."""

    async def show(request: Request) -> Response:
        return site.render(request, "front.html", language_for(request), hosts=hosts)

    async def enter(request: Request) -> Response:
        """Sign in as a sample coordinator: a new one-time link each time, and on to it."""
        number = str((await form_of(request)).get("host", ""))
        if number not in map(str, range(len(hosts))):
            return RedirectResponse("/", HTTPStatus.SEE_OTHER)
        host = hosts[int(number)]
        token = secrets.token_urlsafe(32)
        await site.database.write(
            lambda tx: make_link(tx, person=host.coordinator, now=site.now(), token=token)
        )
        return RedirectResponse(f"/sign-in?token={token}", HTTPStatus.SEE_OTHER)

    first: list[BaseRoute] = [Route("/", show, name="front")]
    return [*first, Route("/demo/sign-in", enter, methods=["POST"], name="demo_sign_in")] if hosts else first
