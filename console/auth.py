"""Who asks: a session's cookie becomes a person and a scope here, and nowhere else."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.standing import scope_of
from console.guard import SAFE
from console.journal import known
from console.site import Site, language_for, of_this_host
from domain.language import Language
from domain.organisation import Right, Scope
from domain.pacing import local
from domain.person import Person
from storage import passkeys, people, sessions
from storage.database import Connection
from storage.sessions import Session

BY_ITSELF = "x-by-itself"  # our script's header: what it asks for is not something that the reader did
FIRST, LESSONS = "/console", "/console/lessons"
ACCOUNT, SECOND = "/console/account", "/console/account/second"
PROOF = "/console/proof"
# What is said to those who lack a right, by the right.
REFUSED: Final[Mapping[Right, str]] = {
    "see": "rights",
    "act": "looking",
    "write": "authors",
    "manage": "administrators",
    "audit": "administrators",
}
SEEN_EVERY = timedelta(minutes=1)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who is signed in, what they may see, and the language of their pages."""

    person: Person
    scope: Scope
    language: Language

    def may(self, organisation: int | None) -> bool:
        """Whether they may do something about what they see of this organisation."""
        return organisation in self.scope.at("act")


Page = Callable[[Site, Request, Reader], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def cookie_name(request: Request) -> str:
    """The name of the session's cookie."""
    return of_this_host(request, "zinute_session")


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
        person = people.get(tx, session.person)
        if person.has_left(local(now, person).date()):
            return None
        return person, scope_of(tx, session.person), session.seen_at <= now - SEEN_EVERY

    found = await site.database.whole.read(look)
    if found and found[2] and acts and BY_ITSELF not in request.headers:
        await _see(site, token, now)
    return found[:2] if found else None


async def _see(site: Site, token: str, now: datetime) -> None:
    """The session lives on; also while nothing can be written, when it lasts as long as it was seen before."""
    try:
        await site.database.whole.write(lambda tx: sessions.see(tx, token, now))
    except Exception as error:  # noqa: BLE001 (pages are shown while the store only can be read)
        log.warning("session not seen", error=type(error).__name__)


async def session_of(site: Site, request: Request) -> Session | None:
    """The session that the request's cookie is of, if it is alive."""
    token, now = session_token(request), site.now()
    return await site.database.whole.read(lambda tx: sessions.alive(tx, token, now)) if token else None


async def _why_not(site: Site, request: Request) -> str:
    """Why nobody is signed in with the request's cookie, as the door is asked to say it; only whoever has proved who
    they are learns that they have left."""
    if not session_token(request):
        return ""
    return "?ended" if await session_of(site, request) is None else "?left"


async def owes_passkey(site: Site, session: Session) -> bool:
    """Whether somebody who has a passkey came in without it, by one factor: then nothing less proves who they are."""
    person = session.person
    return not session.strong and bool(
        await site.database.whole.read(lambda tx: passkeys.of_person(tx, person))
    )


def for_anyone(site: Site, page: Page) -> Endpoint:
    """A page for whoever is signed in, about how they sign in: also for who still lacks a second factor."""
    return _for(site, page, lambda _: None, settled=False)


def for_everybody(site: Site, page: Page) -> Endpoint:
    """A page for whoever is signed in, about themselves, by as many factors as they have to."""
    return _for(site, page, lambda _: None)


def for_coordinators(site: Site, page: Page, *, acts: bool = True) -> Endpoint:
    """A page about people, with the right to "see" for those who look and to "act" for those who change something.

    The first page leads those who only write lessons to these.
    """
    return _for(site, page, lambda request: "see" if request.method in SAFE else "act", acts=acts)


def for_right(site: Site, right: Right, page: Page, *, acts: bool = True) -> Endpoint:
    """A page for those who have this right somewhere; it is given a scope of the organisations where they do."""
    return _for(site, page, lambda _: right, acts=acts)


def for_authors(site: Site, page: Page) -> Endpoint:
    """A page for those who write lessons; others are asked to sign in, or told that it is not for them."""
    return for_right(site, "write", page)


def _for(
    site: Site,
    page: Page,
    needed: Callable[[Request], Right | None],
    *,
    acts: bool = True,
    settled: bool = True,
) -> Endpoint:
    """`needed`: a right, None for whoever is signed in. `settled`: whoever has to come in by two factors did."""

    async def endpoint(request: Request) -> Response:
        found = await authenticate(site, request, acts=acts)
        if found is None:
            return RedirectResponse(f"/sign-in{await _why_not(site, request)}", HTTPStatus.SEE_OTHER)
        person, scope = found
        known(request, person=person.id)
        request.state.language = language_for(request, person.language)
        right = needed(request)
        if right is not None and right not in scope.rights:
            if "write" in scope.rights and request.url.path == FIRST:
                return RedirectResponse(LESSONS, HTTPStatus.SEE_OTHER)
            request.state.refused = REFUSED[right] if "see" in scope.rights or right == "write" else "rights"
            raise HTTPException(HTTPStatus.FORBIDDEN)
        if settled and (way := await _still_to_go(site, request, scope)):
            return RedirectResponse(way, HTTPStatus.SEE_OTHER)
        mine = scope.only(right) if right else scope
        desk = site.within(mine) if right else site  # how they sign in is no organisation's
        return await page(desk, request, Reader(person, mine, request.state.language))

    return endpoint


async def _still_to_go(site: Site, request: Request, scope: Scope) -> str:
    """Where the person has to go first, to come in by as many factors as they must; "" when they did."""
    if not site.entrance.needs_second(scope):
        return ""
    session = await session_of(site, request)
    if session is None or not await owes_passkey(site, session):
        return "" if session and session.strong else SECOND
    return f"{PROOF}?next={quote(request.url.path if request.method in SAFE else FIRST)}"
