"""Who asks: a session's cookie becomes a person and a scope here, and nowhere else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.site import Site, language_for
from domain.language import Language
from domain.organisation import Right, Scope
from domain.person import Person
from domain.signing import must_have_second
from storage import people, sessions
from storage.database import Connection
from storage.sessions import Session

BY_ITSELF = "x-by-itself"  # our script's header: what it asks for is not something that the reader did
FIRST, LESSONS = "/console", "/console/lessons"
ACCOUNT, SECOND = "/console/account", "/console/account/second"
SEEN_EVERY = timedelta(minutes=1)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who is signed in, what they may see, and the language of their pages."""

    person: Person
    scope: Scope
    language: Language


Page = Callable[[Site, Request, Reader], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def cookie_name(request: Request) -> str:
    """The name of the session's cookie; over https only this host can have set it (RFC 6265bis, `__Host-`)."""
    return "__Host-zinute_session" if request.url.scheme == "https" else "zinute_session"


def session_token(request: Request) -> str:
    """The session's token that the browser sent; "" when it sent none."""
    return request.cookies.get(cookie_name(request), "")


def set_session(request: Request, response: Response, token: str) -> None:
    """Give the browser its session's token; no script can read it, no other site can send it along with a form."""
    secure = request.url.scheme == "https"
    response.set_cookie(cookie_name(request), token, path="/", secure=secure, httponly=True, samesite="lax")


def drop_session(request: Request, response: Response) -> None:
    """Take the token back."""
    secure = request.url.scheme == "https"
    response.delete_cookie(cookie_name(request), path="/", secure=secure, httponly=True, samesite="lax")


async def authenticate(site: Site, request: Request, *, acts: bool = True) -> tuple[Person, Scope] | None:
    """Who is signed in with the request's cookie; None for nobody. `acts`: this keeps the session from being idle."""
    token, now = session_token(request), site.now()
    if not token:
        return None

    def look(tx: Connection) -> tuple[Person, Scope, bool] | None:
        session = sessions.alive(tx, token, now)
        if session is None:
            return None
        rights: frozenset[Right] = frozenset(
            {"see", "write"} if people.is_author(tx, session.person) else {"see"}
        )
        scope = Scope(session.person, people.coordinated(tx, session.person), rights)
        return people.get(tx, session.person), scope, session.seen_at <= now - SEEN_EVERY

    found = await site.database.read(look)
    if found and found[2] and acts and BY_ITSELF not in request.headers:
        await _see(site, token, now)
    return found[:2] if found else None


async def _see(site: Site, token: str, now: datetime) -> None:
    """The session lives on; also while nothing can be written, when it lasts as long as it was seen before."""
    try:
        await site.database.write(lambda tx: sessions.see(tx, token, now))
    except Exception as error:  # noqa: BLE001 (pages are shown while the store only can be read)
        log.warning("session not seen", error=type(error).__name__)


async def session_of(site: Site, request: Request) -> Session | None:
    """The session that the request's cookie is of, if it is alive."""
    token, now = session_token(request), site.now()
    return await site.database.read(lambda tx: sessions.alive(tx, token, now)) if token else None


def for_anyone(site: Site, page: Page) -> Endpoint:
    """A page for whoever is signed in, about how they sign in: also for who still lacks a second factor."""
    return _for(site, page, lambda _scope: True, settled=False)


def for_coordinators(site: Site, page: Page, *, acts: bool = True) -> Endpoint:
    """A page for those who coordinate something; others are asked to sign in, or told that it is not for them.

    The first page leads those who only write lessons to these.
    """
    return _for(site, page, lambda scope: bool(scope.organisations), acts=acts)


def for_authors(site: Site, page: Page) -> Endpoint:
    """A page for those who write lessons; others are asked to sign in, or told that it is not for them."""
    return _for(site, page, lambda scope: "write" in scope.rights)


def _for(
    site: Site, page: Page, may: Callable[[Scope], bool], *, acts: bool = True, settled: bool = True
) -> Endpoint:
    """`settled`: whoever has to sign in with two factors must have done so."""

    async def endpoint(request: Request) -> Response:
        found = await authenticate(site, request, acts=acts)
        if found is None:
            ended = "?ended" if session_token(request) else ""
            return RedirectResponse(f"/sign-in{ended}", HTTPStatus.SEE_OTHER)
        person, scope = found
        request.state.language = language_for(request, person.language)
        if not may(scope):
            if "write" in scope.rights and request.url.path == FIRST:
                return RedirectResponse(LESSONS, HTTPStatus.SEE_OTHER)
            raise HTTPException(HTTPStatus.FORBIDDEN)
        if settled and not await _is_safe(site, request, scope):
            return RedirectResponse(SECOND, HTTPStatus.SEE_OTHER)
        return await page(site, request, Reader(person, scope, request.state.language))

    return endpoint


async def _is_safe(site: Site, request: Request, scope: Scope) -> bool:
    """Whether the person came in by as many factors as they have to."""
    if not (site.entrance.second_for_all or must_have_second(scope)):
        return True
    session = await session_of(site, request)
    return session is not None and session.strong
