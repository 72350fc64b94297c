"""What stands before every route: the browser's protections, and no to what other sites send in a reader's name."""

from collections.abc import Awaitable, Callable, Mapping
from re import Pattern
from typing import Literal

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A request is of another site, or does not say of which.
Doubt = Literal["foreign", "unsaid"]
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
    """Refuses what no page of ours sends: unsafe requests and WebSockets of other sites, and of nobody knows where.

    Go's rule (net/http, CrossOriginProtection), and stricter: `Sec-Fetch-Site` decides where a browser sends it, else
    `Origin` must be this host. What carries neither is taken only below `programs`, the beginnings of the addresses
    that programs call: they prove each time who they are, and no cookie means anything there.
    """

    def __init__(
        self, app: ASGIApp, refuse: Callable[[Request, Doubt], Awaitable[Response]], programs: tuple[str, ...]
    ) -> None:
        self.app, self.refuse, self.programs = app, refuse, programs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        asks = scope["type"] != "lifespan" and scope.get("method") not in SAFE
        doubt = doubt_of(Headers(scope=scope)) if asks else None
        if doubt is None or (doubt == "unsaid" and scope["path"].startswith(self.programs)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            response = await self.refuse(Request(scope, receive), doubt)
            await response(scope, receive, send)


def doubt_of(headers: Mapping[str, str]) -> Doubt | None:
    """Why a request is not known to come from a page of this host; None when it does, or from no page at all."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return None if site in ("same-origin", "none") else "foreign"
    if origin is None:
        return "unsaid"
    return None if origin.partition("://")[2] == headers.get("host") else "foreign"
