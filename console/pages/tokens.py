"""Tokens of the REST API: what programs of an organisation sign in with; made, listed and revoked."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Final, Literal

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.api_tokens import TooMany, idle, make, revoke
from console.auth import Reader, for_right
from console.entrance import form_of
from console.lists import number
from console.moments import Moments
from console.pages.learners import heading
from console.proof import back_to, freshly
from console.scim.shapes import HERE as SCIM
from console.site import Site
from console.sorting import by_name
from domain.api_token import BYTES, LIVES, MOST, MOST_NAME, SCOPES, TokenScope, scopes_of
from domain.organisation import Organisation
from storage import api_tokens, progress
from storage.api_tokens import ApiToken, New
from storage.database import Connection

HERE: Final = "/console/rights/tokens"
State = Literal["works", "idle", "revoked", "expired"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks for; `wrong` is the name of the sentence that says what is wrong with it."""

    name: str = ""
    organisation: int = 0
    scopes: tuple[TokenScope, ...] = ()
    days: int = LIVES[1]
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of: each token with how it stands."""

    places: Mapping[int, Organisation]
    tokens: Sequence[tuple[ApiToken, State]]


def routes(site: Site) -> list[Route]:
    """The page, and the two things that can be done: each after a fresh proof."""
    shown, made, ended = (
        for_right(site, "manage", freshly(each, back_to(HERE))) for each in (show, bring, end)
    )
    return [
        Route(HERE, shown, name="tokens"),
        Route(HERE, made, methods=["POST"], name="make_token"),
        Route(HERE + "/{id}", ended, methods=["POST"], name="revoke_token"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/rights/tokens`; `?done=revoked` says what was done."""
    return await _page(site, request, reader, Asked(), revoked="done" in request.query_params)


async def bring(site: Site, request: Request, reader: Reader) -> Response:
    """`POST`: the page with the new token, this once; 404 for what they do not manage."""
    asked, now = _asked(await form_of(request)), site.now()
    if asked.wrong:
        return await _page(site, request, reader, asked)
    new = New(asked.organisation, asked.name, asked.scopes, now + timedelta(days=asked.days))
    random = secrets.token_bytes(BYTES)
    try:
        token = await site.database.write(
            partial(make, new=new, random=random, by=reader.scope, now=now),
        )
    except TooMany:
        return await _page(site, request, reader, replace(asked, wrong="many"))
    if token is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return await _page(site, request, reader, Asked(), token=token)


async def end(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/rights/tokens/ID`: it works no more; 404 where none does in the scope."""
    which = number(request.path_params["id"])
    if not await site.database.write(partial(revoke, token=which, by=reader.scope, now=site.now())):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return RedirectResponse(f"{HERE}?done=revoked", HTTPStatus.SEE_OTHER)


def _asked(form: FormData) -> Asked:
    name = " ".join(str(form.get("name", "")).split())[:MOST_NAME]
    scopes = scopes_of([str(each) for each in form.getlist("scope")])
    days = next((each for each in LIVES if str(each) == form.get("days")), LIVES[1])
    wrong = "name" if not name else "scopes" if not scopes else ""
    return Asked(name, number(str(form.get("organisation", ""))), scopes, days, wrong)


async def _page(
    site: Site, request: Request, reader: Reader, asked: Asked, *, token: str = "", revoked: bool = False
) -> Response:
    language = reader.language
    sight = await site.database.read(partial(_look, site=site, reader=reader))
    places = by_name(language, sight.places.values())
    return site.render(
        request,
        "tokens.html",
        language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if asked.wrong else HTTPStatus.OK,
        here=HERE,
        reader=reader,
        heading=heading(site, language, places),
        asked=asked,
        token=token,
        revoked=revoked,
        tokens=sight.tokens,
        places=[(each.id, each.name) for each in places],
        scopes=[(each, site.say(language, f"tokens.scope.{each.replace(':', '.')}")) for each in SCOPES],
        directory=f"{site.address}{SCIM}",
        lives=LIVES,
        longest=MOST_NAME,
        most=MOST,
        moments={each.id: Moments(site, language, each.zone, site.now()) for each in places},
    )


def _look(tx: Connection, site: Site, reader: Reader) -> Sight:
    now = site.now()

    found = api_tokens.visible(tx, reader.scope)
    resting = idle(tx, found, now)

    def state(token: ApiToken) -> State:
        if token.revoked_at:
            return "revoked"
        if not token.works(now):
            return "expired"
        return "idle" if token.id in resting else "works"

    return Sight(progress.organisations(tx, reader.scope), [(each, state(each)) for each in found])
