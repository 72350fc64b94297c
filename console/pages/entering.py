"""The door: an address and a password, a second factor after what came first, and a link that is asked for by mail."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Literal

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.secure import finish_with
from actions.sign_in import Asked, Opened, enter, send_link, use_code
from console.auth import session_token, set_session
from console.entrance import (
    LINK,
    STEP,
    Tries,
    arrival,
    ceremony_token,
    drop_ceremony,
    field_of,
    new_token,
    place_of,
    set_ceremony,
    slow_down,
)
from console.hashing import AGAIN, Busy
from console.journal import came, known
from console.site import Site, language_for
from domain.bucket import CODE, CODES, FROM_ADDRESS, MAIL, PASSWORD, SIGN_IN
from storage import ceremonies, passwords, providers
from storage.database import Connection

Entered = Literal["ready", "second"]
SECOND = "/sign-in/second"
BUSY = timedelta(seconds=AGAIN)


def routes(site: Site) -> Sequence[Route]:
    """The pages that need no session yet."""

    async def password(request: Request) -> Response:
        return await _password(site, request)

    async def second(request: Request) -> Response:
        """Ask for the second factor; whoever has not begun begins."""
        token, now = ceremony_token(request), site.now()
        if await site.database.read(lambda tx: ceremonies.look(tx, "second", token, now)) is None:
            return RedirectResponse("/sign-in?ended", HTTPStatus.SEE_OTHER)
        return site.render(request, "second.html", language_for(request), wrong=False)

    async def prove(request: Request) -> Response:
        return await _second(site, request)

    async def ask(request: Request) -> Response:
        return _ask(site, request)

    async def send(request: Request) -> Response:
        return await _send(site, request)

    async def code(request: Request) -> Response:
        return await _code(site, request)

    return (
        Route("/sign-in/password", password, methods=["POST"], name="use_password"),
        Route(SECOND, second, name="second_factor"),
        Route(SECOND, prove, methods=["POST"], name="use_second"),
        Route("/sign-in/link", ask, name="ask_link"),
        Route("/sign-in/link", send, methods=["POST"], name="send_link"),
        Route("/sign-in/code", code, methods=["POST"], name="use_code"),
    )


async def door(
    site: Site, request: Request, about: str, *, status: int = HTTPStatus.OK, email: str = ""
) -> Response:
    """The ways in; `about` is why somebody stands here, such as "needed", "ended", "left", "out" or "wrong"."""
    ways = await site.database.read(providers.all_of_them)
    return site.render(
        request,
        "door.html",
        language_for(request),
        status=status,
        here="/sign-in",
        about=about,
        email=email,
        providers=ways,
    )


def entered(request: Request, state: Entered, *, token: str, person: int | None) -> Response:
    """On to the console with the session's token, or to the second factor with that of the ceremony."""
    known(request, person=person)
    came(request, "first factor" if state == "second" else "in")
    if state == "second":
        response = RedirectResponse(SECOND, HTTPStatus.SEE_OTHER)
        set_ceremony(request, response, token)
        return response
    response = RedirectResponse("/console", HTTPStatus.SEE_OTHER)
    for each in (STEP, LINK):
        if ceremony_token(request, each):
            drop_ceremony(request, response, each)
    set_session(request, response, token)
    return response


async def _password(site: Site, request: Request) -> Response:
    """Whether an address is not known, has no password or has another one is told in the same words and time."""
    email, given = (await field_of(request, "email")).strip().lower(), await field_of(request, "password")
    who, language = arrival(site, request, session_token(request)), language_for(request)
    tries = Tries(who.now, ((FROM_ADDRESS, place_of(request)), (SIGN_IN, email), (PASSWORD, email)))
    if wait := await site.database.write(tries.count):
        return slow_down(site, request, language, wait)
    found = await site.database.read(lambda tx: passwords.by_email(tx, email))
    try:
        right = await site.entrance.hashing.is_right(given, found[1] if found else None)
    except Busy:
        await site.database.write(tries.give_back)
        return slow_down(site, request, language, BUSY)
    known(request, person=found[0] if found else None)
    if not right or found is None:
        return await door(site, request, "wrong", status=HTTPStatus.UNPROCESSABLE_ENTITY, email=email)
    person, hashed = found

    def come_in(tx: Connection) -> Entered | None:
        if passwords.get(tx, person) != hashed:  # it was changed while we compared
            return None
        tries.give_back(tx)
        return enter(tx, person, "password", who)

    state = await site.database.write(come_in)
    if state is None:
        return await door(site, request, "wrong", status=HTTPStatus.UNPROCESSABLE_ENTITY, email=email)
    return entered(request, state, token=who.token, person=person)


async def _second(site: Site, request: Request) -> Response:
    """A code of the authenticator or a recovery code; each person has so many tries in 15 minutes and a day."""
    token, typed = ceremony_token(request), await field_of(request, "code")
    who, language = arrival(site, request, session_token(request)), language_for(request)
    begun = await site.database.read(lambda tx: ceremonies.look(tx, "second", token, who.now))
    if begun is None:
        return RedirectResponse("/sign-in?ended", HTTPStatus.SEE_OTHER)
    known(request, person=begun.person)
    tries, house = Tries(who.now, ((CODE, str(begun.person)), (CODES, str(begun.person)))), site.entrance
    if wait := await site.database.write(tries.count):
        return slow_down(site, request, language, wait)

    def come_in(tx: Connection) -> bool:
        right = finish_with(tx, token, typed, who, key=house.key, mails=house.mails)
        if right:
            tries.give_back(tx)
        return right

    if await site.database.write(come_in):
        return entered(request, "ready", token=who.token, person=begun.person)
    return site.render(request, "second.html", language, status=HTTPStatus.UNPROCESSABLE_ENTITY, wrong=True)


def _ask(site: Site, request: Request) -> Response:
    return site.render(request, "mail_link.html", language_for(request), ways=site.entrance.ways, asked="")


async def _send(site: Site, request: Request) -> Response:
    """Send a link to whom it may be sent, after the same answer for everybody; it will work in this browser."""
    email, language = (await field_of(request, "email")).strip().lower(), language_for(request)
    ways, chosen = site.entrance.ways, await field_of(request, "to")
    now, here = site.now(), ceremony_token(request, LINK) or new_token()
    tries = Tries(now, ((FROM_ADDRESS, place_of(request)), (MAIL, email)))
    if wait := await site.database.write(tries.count):
        return slow_down(site, request, language, wait)
    if not ways:
        return _ask(site, request)
    way = next((each for each in ways if each == chosen), ways[0])
    number = f"{secrets.randbelow(90) + 10}"
    asked = Asked(email, way, here, number, secrets.token_urlsafe(16))
    response = site.render(request, "mail_link.html", language, asked=way, wrong=False)
    set_ceremony(request, response, here, LINK)
    response.background = BackgroundTask(_go, site, asked, now)
    return response


async def _go(site: Site, asked: Asked, now: datetime) -> None:
    key = site.entrance.key
    await site.database.write(lambda tx: send_link(tx, asked, key=key, now=now))


async def _code(site: Site, request: Request) -> Response:
    """What stands below a link, typed in the browser in which it was asked for; five tries in 15 minutes.

    In a browser that asked for nothing no code is right: it has no tries, which would be those of all such browsers.
    """
    here, typed = ceremony_token(request, LINK), await field_of(request, "code")
    who, language = arrival(site, request, session_token(request)), language_for(request)
    own = ((CODE, f"link:{here}"),) if here else ()
    tries = Tries(who.now, ((FROM_ADDRESS, place_of(request)), *own))
    if wait := await site.database.write(tries.count):
        return slow_down(site, request, language, wait)

    def come_in(tx: Connection) -> Opened:
        opened = use_code(tx, code=typed, arrival=who, browser=here)
        if opened.state in ("ready", "second"):
            tries.give_back(tx)
        return opened

    opened = await site.database.write(come_in)
    if opened.state in ("ready", "second"):
        whose = opened.person.id if opened.person else None
        return entered(request, opened.state, token=who.token, person=whose)
    way = "chat" if await field_of(request, "to") == "chat" else "mail"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return site.render(request, "mail_link.html", language, status=status, asked=way, wrong=True)
