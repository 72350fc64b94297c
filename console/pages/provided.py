"""Signing in with an organisation's own provider, and saying that an account there is one's own."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.secure import link_account, unlink_account
from actions.sign_in import enter
from console.asking import Untrusted
from console.auth import ACCOUNT, Reader, for_anyone, session_of, session_token
from console.entrance import (
    Tries,
    arrival,
    ceremony_token,
    new_token,
    owner,
    place_of,
    set_ceremony,
    slow_down,
)
from console.lists import number
from console.pages.entering import Entered, door, entered
from console.proof import back_to, freshly
from console.provider import Asked, subject_of, way_to
from console.site import Site, language_for
from domain.bucket import PROVIDER
from storage import ceremonies, providers
from storage.database import Connection
from storage.providers import Provider

HERE: Final = "/sign-in/organisation"
PLACE: Final = f"{ACCOUNT}/organisation"
KIND: Final = "organisation"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Begun:
    """Where a browser is sent, and the token of what it has begun."""

    address: str
    token: str


def routes(site: Site) -> Sequence[Route]:
    """To the provider and back; to say that an account is one's own, the same way from the account's page."""

    async def go(request: Request) -> Response:
        return await _go(site, request)

    async def back(request: Request) -> Response:
        return await _back(site, request)

    linking, unlinking = (for_anyone(site, freshly(each, back_to(ACCOUNT))) for each in (link, unlink))
    whose = PLACE + "/{id}"
    return (
        Route(f"{HERE}/back", back, name="provider_back"),
        Route(HERE + "/{id}", go, methods=["POST"], name="provider"),
        Route(whose, linking, methods=["POST"], name="link_provider"),
        Route(f"{whose}/remove", unlinking, methods=["POST"], name="unlink_provider"),
    )


async def link(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/account/organisation/ID`: off to the provider, to come back with an account of one's own."""
    provider = await _named(site, request)
    begun = await _begin(site, request, provider, reader.person.id)
    if isinstance(begun, Response):
        return begun
    return _onward(site, request, begun, {"here": ACCOUNT, "name": provider.name, "reader": reader})


async def unlink(site: Site, request: Request, reader: Reader) -> Response:
    """`POST`: the account there does not sign in any more."""
    provider, theirs = await _named(site, request), owner(site, reader.person.id)
    await site.database.write(lambda tx: unlink_account(tx, theirs, provider))
    return RedirectResponse(f"{ACCOUNT}?done={KIND}", HTTPStatus.SEE_OTHER)


async def _named(site: Site, request: Request) -> Provider:
    which = number(request.path_params["id"])
    found = await site.database.read(lambda tx: providers.get(tx, which))
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


async def _go(site: Site, request: Request) -> Response:
    """`POST /sign-in/organisation/ID`: off to the provider, to sign in. Nobody is sent there by another site."""
    provider = await _named(site, request)
    begun = await _begin(site, request, provider, None)
    if isinstance(begun, Response):
        return begun
    return _onward(site, request, begun, {"here": HERE, "name": provider.name})


def _onward(site: Site, request: Request, begun: _Begun, values: Mapping[str, Any]) -> Response:
    """A page of ours that leads there: browsers let no form lead to another site (`form-action`)."""
    reader = values.get("reader")
    language = reader.language if reader else language_for(request)
    response = site.render(request, "onward.html", language, address=begun.address, **values)
    response.headers["Refresh"] = f"0; url={begun.address}"
    set_ceremony(request, response, begun.token, KIND)
    return response


async def _begin(site: Site, request: Request, provider: Provider, person: int | None) -> _Begun | Response:
    """Where the browser is to go, or why it cannot."""
    asked, token, now = Asked(*(secrets.token_urlsafe(32) for _ in range(3))), new_token(), site.now()
    if wait := await site.database.write(_try(request, now).count):
        return slow_down(site, request, language_for(request), wait)
    try:
        address = await way_to(site.entrance.asking, provider, asked, _return(site, request))
    except Untrusted as error:
        return await _refused(site, request, provider, str(error))
    data = {"provider": provider.id, "at": now.isoformat(), **asdict(asked)}
    await site.database.write(lambda tx: ceremonies.begin(tx, KIND, token, now, person=person, **data))
    return _Begun(address, token)


def _try(request: Request, at: datetime) -> Tries:
    """It counts until somebody has come back with an account that is known."""
    return Tries(at, ((PROVIDER, place_of(request)),))


async def _back(site: Site, request: Request) -> Response:
    """What came back counts once, in the browser that was sent, with the state that it was sent with."""
    token, now, query = ceremony_token(request, KIND), site.now(), request.query_params

    def take(tx: Connection) -> tuple[ceremonies.Ceremony, Provider] | None:
        begun = ceremonies.take(tx, KIND, token, now)
        provider = providers.get(tx, begun.data["provider"]) if begun else None
        return (begun, provider) if begun and provider else None

    found = await site.database.write(take)
    if found is None:
        return await _refused(site, request, None, "nobody was sent")
    begun, provider = found
    asked = Asked(begun.data["state"], begun.data["nonce"], begun.data["verifier"])
    if not secrets.compare_digest(query.get("state", "").encode(), asked.state.encode()):
        return await _refused(site, request, provider, "the state is another")
    if query.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        return await _refused(site, request, provider, "the answer is of another provider")
    try:
        code, back = query.get("code", ""), _return(site, request)
        subject = await subject_of(site.entrance.asking, provider, asked, code, back=back, now=now)
    except Untrusted as error:
        return await _refused(site, request, provider, str(error))
    if begun.person is None:
        response = await _enter(site, request, provider, subject)
    else:
        response = await _link(site, request, provider, subject, begun.person)
    if response.status_code == HTTPStatus.SEE_OTHER and (at := begun.data.get("at")):
        await site.database.write(_try(request, datetime.fromisoformat(at)).give_back)
    return response


async def _enter(site: Site, request: Request, provider: Provider, subject: str) -> Response:
    who = arrival(site, request, session_token(request))

    def come_in(tx: Connection) -> tuple[Entered, int] | None:
        person = providers.whose(tx, provider, subject)
        return None if person is None else (enter(tx, person, KIND, who), person)

    found = await site.database.write(come_in)
    if found is None:
        return await door(site, request, "stranger", status=HTTPStatus.FORBIDDEN)
    return entered(request, found[0], token=who.token, person=found[1])


async def _link(site: Site, request: Request, provider: Provider, subject: str, person: int) -> Response:
    """Only in the session of whoever began."""
    session, theirs = await session_of(site, request), owner(site, person)
    if session is None or session.person != person:
        return await _refused(site, request, provider, "the session is another's")
    if await site.database.write(lambda tx: link_account(tx, theirs, provider, subject)):
        return RedirectResponse(f"{ACCOUNT}?done={KIND}", HTTPStatus.SEE_OTHER)
    return await _refused(site, request, provider, "the account is another's")


async def _refused(site: Site, request: Request, provider: Provider | None, why: str) -> Response:
    log.warning("provider not believed", provider=provider.id if provider else None, reason=why)
    return await door(site, request, "unbelieved", status=HTTPStatus.FORBIDDEN)


def _return(site: Site, request: Request) -> str:
    return (site.address or str(request.base_url).rstrip("/")) + f"{HERE}/back"
