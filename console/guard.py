"""What stands before every route: the browser's protections, and no to what other sites send in a reader's name."""

from collections.abc import Awaitable, Callable, Mapping
from re import Pattern

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SESSION = "zinute_session"  # the cookie of whoever is signed in; over https a prefix stands before it
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
POLICY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Not "no-referrer": browsers would then send `Origin: null` with our own forms (Fetch, "append a request Origin").
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def protections(scheme: str) -> Mapping[str, str]:
    """The headers of every response; `Cache-Control` gives way to a response's own."""
    return POLICY | (
        {"Cache-Control": "no-store"} if scheme == "http" else {"Cache-Control": "no-store", **HSTS}
    )


class Protect:
    """Adds the protections that a response does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in protections(scope["scheme"]).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, protected if scope["type"] == "http" else send)


class Bodies:
    """Ends requests whose body is too large: `most` bytes, or what `larger` says of the paths that match."""

    def __init__(self, app: ASGIApp, most: int, larger: Mapping[Pattern[str], int]) -> None:
        self.usual = RequestBodyLimitMiddleware(app, most)
        self.larger = {path: RequestBodyLimitMiddleware(app, size) for path, size in larger.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        path = scope.get("path", "")
        fits = (limited for pattern, limited in self.larger.items() if pattern.fullmatch(path))
        await next(fits, self.usual)(scope, receive, send)


class SameSite:
    """Refuses what another site makes a browser send: unsafe requests and WebSockets.

    Go's rule (net/http, CrossOriginProtection): `Sec-Fetch-Site` decides where a browser sends it, else `Origin` must
    be this host. What carries neither does not come from a browser's page, so messengers' servers pass; but nothing
    passes so with the cookie of somebody who is signed in.
    """

    def __init__(self, app: ASGIApp, refuse: Callable[[Request], Awaitable[Response]]) -> None:
        self.app, self.refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] == "lifespan" or scope.get("method") in SAFE or from_here(Headers(scope=scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            response = await self.refuse(Request(scope, receive))
            await response(scope, receive, send)


def from_here(headers: Mapping[str, str]) -> bool:
    """Whether a request was made by a page of this host, or by no page at all, and then for nobody who is signed in."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    if origin is None:
        return f"{SESSION}=" not in headers.get("cookie", "")
    return origin.partition("://")[2] == headers.get("host")
