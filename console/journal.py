"""What is logged of requests: who came in and how, who tried in vain, what was refused, and which limits were reached.

Each line has the route, its status and, where they are known, the ids of who asked; no name, address, text or token.
"""

from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any, Final, Literal

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Shown = Literal["in", "first factor", "again"]
# What is refused to whoever asks; 404 too, where there is a route: what is of others is not there.
REFUSED: Final = frozenset({400, 401, 403, 404, 413, 415})
DOORS: Final = frozenset(
    {
        "use_link",
        "use_code",
        "use_password",
        "use_second",
        "use_passkey",
        "provider_back",
        "prove",
        "prove_passkey",
    }
)
log = structlog.get_logger(__name__)


def known(request: Request, *, person: int | None = None, token: int | None = None) -> None:
    """Whose request it is, by a session or a token, as far as somebody found out."""
    request.state.asks = {
        name: each for name, each in (("person", person), ("token", token)) if each is not None
    }


def came(request: Request, shown: Shown) -> None:
    """Whoever is known has shown who they are: they are in, or asked for their second factor; or showed it again."""
    request.state.shown = shown


class Journal:
    """Logs an answer when it has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                _tell(scope, int(message["status"]))
            await send(message)

        await self.app(scope, receive, told if scope["type"] == "http" else send)


def _tell(scope: MutableMapping[str, Any], status: int) -> None:
    route, state = scope.get("route"), scope.get("state", {})
    name = getattr(route, "name", "")
    facts = {"route": getattr(route, "path", None), "method": scope["method"], **state.get("asks", {})}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        log.warning("too many tries", **facts)
    elif shown := state.get("shown"):
        log.info("signed in" if shown == "in" else "proved", shown=shown, how=name, **facts)
    elif name in DOORS and (scope["method"] == "POST" or status >= HTTPStatus.BAD_REQUEST):
        log.warning("not signed in", status=status, how=name, **facts)
    elif status in REFUSED and (status != HTTPStatus.NOT_FOUND or "asks" in state):
        log.warning("refused", status=status, **facts)
