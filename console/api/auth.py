"""Which program asks: a token becomes a scope here, and nowhere else (a session's does in console/auth.py)."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import structlog
from starlette.requests import Request

from actions.api_tokens import places_of
from console.api.problems import Problem, unknown
from console.journal import known
from console.site import Site
from domain.api_token import SEEN_EVERY, Asked, TokenScope, resembles, rights_of, well_formed
from domain.organisation import Scope
from storage import api_tokens
from storage.api_tokens import ApiToken
from storage.database import Connection

_IN_ADDRESS: Final = (
    "Addresses are kept in many logs: send the token in the header Authorization, and revoke this one."
)
_INVALID: Final = "invalid_token"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """A token that works, and what it may see and do."""

    token: ApiToken
    scope: Scope


class Counter:
    """How much each token may still ask of this process."""

    def __init__(self) -> None:
        self._asked: dict[int, Asked] = {}

    def take(self, token: int, now: datetime) -> None:
        """Count a request; Problem (429) when there were too many."""
        asked = self._asked.get(token, Asked())
        if wait := asked.wait(now):
            seconds = max(1, -(-int(wait.total_seconds() * 1000) // 1000))
            told = f"There were too many requests with this token: wait {seconds} s."
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS, "too_many", told, headers={"Retry-After": str(seconds)}
            )
        self._asked[token] = asked.and_at(now)


def refuse_in_address(request: Request) -> None:
    """Problem (400) for an address with a token in it, whether that works or not."""
    if resembles(request.url.path) or resembles(request.url.query) or "access_token" in request.query_params:
        raise Problem(HTTPStatus.BAD_REQUEST, "token_in_address", _IN_ADDRESS)


async def caller_of(site: Site, request: Request, wanted: TokenScope) -> Caller:
    """Whose token the request has in its header Authorization; Problem (401) when it has none that works.

    Its rights are those that what is `wanted` needs; whether the token is for that says `demand`.
    """
    given, now = request.headers.getlist("authorization"), site.now()
    kind, _, token = (given[0] if len(given) == 1 else "").partition(" ")
    if kind.lower() != "bearer":
        raise unknown("Send one header “Authorization: Bearer zin_…” with a token of the console.")
    if not well_formed(token.strip()):
        raise unknown("This is no token: check that it was copied whole.", _INVALID)

    def look(tx: Connection) -> tuple[ApiToken | None, frozenset[int]]:
        found = api_tokens.find(tx, token.strip())
        works = found is not None and found.works(now)
        return found, places_of(tx, found, now) if found and works else frozenset()

    found, places = await site.database.read(look)
    if found is None:
        raise unknown("There is no such token: make one in the console.", _INVALID)
    known(request, token=found.id)
    if not places:
        raise unknown(_why(found, now), _INVALID)
    await _see(site, found, now)
    return Caller(found, Scope(found.person, places, rights_of(wanted)))


def demand(caller: Caller, wanted: TokenScope) -> None:
    """Problem (403) when the token is not for this."""
    if wanted not in caller.token.scopes:
        told = f"This token is not for that: make one with the scope “{wanted}”."
        raise Problem(HTTPStatus.FORBIDDEN, "scope", told)


def _why(token: ApiToken, now: datetime) -> str:
    if token.revoked_at:
        return "This token was revoked: make another one in the console."
    if not token.works(now):
        return "This token has expired: make another one in the console."
    return (
        "Whoever made this token does not manage its organisation any more: make another one in the console."
    )


async def _see(site: Site, token: ApiToken, now: datetime) -> None:
    """Keep that it was used, once an hour; also while nothing can be written the store can be asked."""
    if token.used_at and token.used_at > now - SEEN_EVERY:
        return
    try:
        await site.database.write(lambda tx: api_tokens.see(tx, token.id, now))
    except Exception as error:  # noqa: BLE001 (as in console/auth.py)
        log.warning("use of a token not kept", error=type(error).__name__)
