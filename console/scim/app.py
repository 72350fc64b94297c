"""SCIM as an application of its own, which stands under /scim/v2."""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from actions.provision import Directory
from console.api.answering import JSON, whole
from console.api.auth import Counter, caller_of, demand, refuse_in_address
from console.api.mounting import mounted
from console.api.problems import Problem, not_found, problem_of
from console.guard import SAFE
from console.scim import discovery, users
from console.scim.shapes import HERE, MEDIA_TYPE, USERS, Document, answered, listed, refused
from console.scim.users import Ask
from console.site import Site

Run = Callable[[Ask], Awaitable[Response]]
_PATHS: Final[Mapping[str, Mapping[str, Run]]] = {
    USERS: {"GET": users.find, "POST": users.bring},
    f"{USERS}/{{id}}": {"GET": users.get, "PUT": users.replace, "PATCH": users.patch, "DELETE": users.remove},
    f"{USERS}/.search": {"POST": users.find},
    "/.search": {"POST": users.find},
}


def mount(site: Site, counter: Counter) -> Mount:
    """All of it; `counter` is that of everything that tokens ask for."""
    return mounted(HERE, "scim", routes(site, counter), told)


def routes(site: Site, counter: Counter) -> list[BaseRoute]:
    """A route for each path."""
    known = {
        "/ServiceProviderConfig": _config,
        **_listing("/ResourceTypes", discovery.resource_types),
        **_listing("/Schemas", discovery.schemas),
    }
    paths = {**{path: {"GET": run} for path, run in known.items()}, **_PATHS}
    return [
        Route(path, partial(_asked, site, counter, runs), methods=list(runs))
        for path, runs in sorted(paths.items())
    ]


async def told(_request: Request, error: Exception) -> Response:
    """What is wrong, as an error of SCIM."""
    return refused(problem_of(error))


async def _asked(site: Site, counter: Counter, runs: Mapping[str, Run], request: Request) -> Response:
    """The answer; raises Problem."""
    refuse_in_address(request)
    caller = await caller_of(site, request, "provisioning")
    counter.take(caller.token.id, site.now())
    demand(caller, "provisioning")
    method = "GET" if request.method == "HEAD" else request.method
    by, which = Directory(caller.token, caller.scope), str(request.path_params.get("id", ""))
    body = {} if method in SAFE or method == "DELETE" else await _body(request)
    query: Mapping[str, Any] = body if request.url.path.endswith("/.search") else request.query_params
    return await runs[method](
        Ask(site.within(caller.scope), by, site.now(), which, query, request.headers, body)
    )


async def _body(request: Request) -> Mapping[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in (MEDIA_TYPE, JSON):
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media_type", f"Send the body as {MEDIA_TYPE}.")
    sent = await whole(request)
    try:
        body = json.loads(sent)
    except (ValueError, RecursionError) as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "invalidSyntax", "The body is no JSON: mend it.") from error
    if not isinstance(body, dict):
        raise Problem(HTTPStatus.BAD_REQUEST, "invalidSyntax", "The body is no object of JSON.")
    return body


async def _config(ask: Ask) -> Response:
    return answered(discovery.provider(ask.site.address))


def _listing(path: str, documents: Callable[[str], list[Document]]) -> Mapping[str, Run]:
    """A list, and each of it by its id."""

    async def several(ask: Ask) -> Response:
        if "filter" in ask.query:
            raise Problem(HTTPStatus.FORBIDDEN, "filter", "These are not filtered (RFC 7644, 4).")
        found = documents(ask.site.address)
        return answered(listed(found, len(found)))

    async def one(ask: Ask) -> Response:
        found = [each for each in documents(ask.site.address) if each["id"] == ask.which]
        if not found:
            raise not_found()
        return answered(found[0])

    return {path: several, f"{path}/{{id}}": one}
