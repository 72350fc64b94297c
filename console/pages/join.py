"""Where a code leads to: the messengers in which it brings somebody in. The page does not know whether it is one."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from console.pages.catalogue import Door, messenger
from console.site import Site, language_for
from domain.code import by_hand, spelled
from domain.doorway import LINK
from domain.reading import SHARED

HERE: Final = "/join"
_LINK: Final = re.compile(rf"{LINK}[A-Za-z0-9_-]{{1,40}}|{SHARED}[0-9]{{1,10}}-[0-9]{{1,10}}")


def routes(site: Site, doors: Sequence[Door] = ()) -> list[BaseRoute]:
    """The page of a code, and one to type it on."""

    async def ask(request: Request) -> Response:
        """`GET /join?code=...`: on to the code that was typed, in whichever spelling."""
        typed = request.query_params.get("code")
        code = _read(typed or "")
        if code:
            return RedirectResponse(f"{HERE}/{code}", HTTPStatus.SEE_OTHER)
        return _page(site, request, doors, wrong=typed is not None)

    async def show(request: Request) -> Response:
        """`GET /join/CODE`: nothing is looked up and nothing is used, whoever opens it."""
        code = _read(request.path_params["code"])
        if not code:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return _page(site, request, doors, code)

    return [Route(HERE, ask, name="join"), Route(HERE + "/{code}", show, name="join_code")]


def _read(typed: str) -> str:
    bare = typed.strip()
    return spelled(bare) or (bare if _LINK.fullmatch(bare) else "")


def _page(
    site: Site, request: Request, doors: Sequence[Door], code: str = "", *, wrong: bool = False
) -> Response:
    language = language_for(request)
    links = [(door.name, door.link(code)) for door in doors] if code else []
    return site.render(
        request,
        "join.html",
        language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        code=code,
        hand="" if _LINK.fullmatch(code) or not code else by_hand(code),
        ways=[(messenger(site, language, name), link) for name, link in links if link],
        wrong=wrong,
    )
