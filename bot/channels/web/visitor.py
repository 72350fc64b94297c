"""Who asks: the visitor's cookie, their languages, and whether a request comes from our own page."""

import hashlib
import re
import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

_COOKIE: Final = "zinute_chat"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_YEAR: Final = 365 * 24 * 3600
# The rule of Go 1.25's net/http.CrossOriginProtection: fetch metadata first, then Origin against Host; but what
# carries neither is refused, as only a browser has the cookie and every browser says one of them.
_OWN_SITES: Final = frozenset({"same-origin", "none"})


def address_of(request: Request) -> str | None:
    """The visitor's address in the channel: the SHA-256 (hex) of their token, which is stored nowhere."""
    token = request.cookies.get(_name(request), "")
    return hashlib.sha256(token.encode()).hexdigest() if _TOKEN.fullmatch(token) else None


def greet(request: Request, response: Response) -> None:
    """Let the visitor keep their token for another year; give a new one to who has none."""
    token = request.cookies.get(_name(request), "")
    response.set_cookie(
        _name(request),
        token if _TOKEN.fullmatch(token) else secrets.token_urlsafe(32),
        max_age=_YEAR,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def _name(request: Request) -> str:
    """Over https only this host can have set it (RFC 6265bis, `__Host-`)."""
    return f"__Host-{_COOKIE}" if request.url.scheme == "https" else _COOKIE


def from_own_page(request: Request) -> bool:
    """Whether a page of this host sent this, and the browser says so."""
    if site := request.headers.get("sec-fetch-site"):
        return site in _OWN_SITES
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] == request.headers.get("host")


def languages_of(request: Request) -> tuple[str, ...]:
    """The language tags that the browser asks for, the most wanted first (RFC 9110, 12.5.4)."""
    wanted = []
    for part in request.headers.get("accept-language", "")[:500].split(","):
        tag, _, weight = part.partition(";")
        if tag.strip():
            wanted.append((-_weight(weight), tag.strip()))
    return tuple(tag for _, tag in sorted(wanted, key=lambda each: each[0]))


def _weight(parameter: str) -> float:
    found = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", parameter)
    return float(found[1]) if found else 1.0
