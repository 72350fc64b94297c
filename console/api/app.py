"""The API as an application of its own, which stands under /api/v1."""

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from itertools import groupby
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from console.api import announcements, assignments, organisations, others, people
from console.api.answering import HERE, JSON, Desk, answer
from console.api.auth import Counter
from console.api.mounting import mounted
from console.api.openapi import document
from console.api.operation import Operation
from console.api.problems import told
from console.site import Site

OPERATIONS: Final[tuple[Operation, ...]] = (
    *organisations.OPERATIONS,
    *others.OPERATIONS,
    *people.OPERATIONS,
    *assignments.OPERATIONS,
    *announcements.OPERATIONS,
)
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


def mount(site: Site, counter: Counter) -> Mount:
    """All of it; `counter` is that of everything that tokens ask for."""
    return mounted(HERE, "api", routes(site, counter), told)


def routes(site: Site, counter: Counter) -> list[BaseRoute]:
    """A route for each path, and the document."""
    desk = Desk(site, counter)
    by_path = groupby(sorted(OPERATIONS, key=lambda each: each.path), key=lambda each: each.path)
    paths = [(path, {str(each.method): each for each in those}) for path, those in by_path]
    return [
        *(Route(path, _endpoint(desk, known), methods=list(known)) for path, known in paths),
        Route("/openapi.json", partial(_document, site)),
    ]


def _endpoint(desk: Desk, known: Mapping[str, Operation]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await answer(desk, known[method], request)

    return endpoint


async def _document(site: Site, _request: Request) -> Response:
    return Response(document(OPERATIONS, f"{site.address}{HERE}"), media_type=JSON)
