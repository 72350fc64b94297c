"""What is done with templates of announcements: one is saved, begun from, and removed."""

import secrets
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import templates
from console.auth import Reader, for_right
from console.entrance import form_of
from console.lists import number
from console.pages.composing import HERE
from console.site import Site
from storage.database import Connection
from storage.errors import NotFound


def routes(site: Site) -> list[Route]:
    """One of an announcement, and what its buttons do."""
    return [
        Route(HERE + "/{id}/template", for_right(site, "act", keep), methods=["POST"], name="keep_template"),
        Route(HERE + "/template/{id}", for_right(site, "act", do), methods=["POST"], name="do_template"),
    ]


async def keep(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/ID/template`: its words are a template from now on."""
    which, now, key = number(request.path_params["id"]), site.now(), f"template:{secrets.token_hex(16)}"
    try:
        await site.database.write(lambda tx: templates.keep(tx, reader.scope, which, now, key=key))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(f"{HERE}/{which}?done=kept", HTTPStatus.SEE_OTHER)


async def do(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/template/ID`: a draft begins from it, or it is removed."""
    which, now = number(request.path_params["id"]), site.now()
    what, key = (await form_of(request)).get("do"), f"console:{secrets.token_hex(16)}"

    def work(tx: Connection) -> str:
        if what == "remove":
            templates.drop(tx, reader.scope, which)
            return HERE
        return f"{HERE}/{templates.begin(tx, reader.scope, which, now, key=key)}/edit"

    try:
        then = await site.database.write(work)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(then, HTTPStatus.SEE_OTHER)
