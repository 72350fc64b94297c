"""How somebody signs in, and where they are signed in: their password, factors, passkeys and sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Final
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.secure import set_password
from console import credentials
from console.auth import ACCOUNT, Reader, for_anyone, session_of, session_token, set_session
from console.entrance import Tries, field_of, new_token, owner, slow_down
from console.hashing import Busy
from console.pages.entering import BUSY
from console.proof import back_to, freshly
from console.site import Site
from domain.bucket import PROOF
from domain.message import Moment
from domain.person import Person
from domain.signing import LONGEST, SHORTEST
from storage import organisations, passkeys, passwords, people, providers, second_factors, sessions
from storage.database import Connection
from storage.passkeys import Passkey
from storage.providers import Provider
from storage.sessions import Session

DONE: Final = ("password", "sessions", "passkey", "second", "organisation")


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of. `email` is the address to sign in with."""

    email: str
    password: bool
    authenticator: bool
    codes: int
    passkeys: Sequence[Passkey]
    sessions: Sequence[Session]
    providers: Sequence[Provider]
    linked: frozenset[str]


def routes(site: Site) -> Sequence[Route]:
    """The page, and what can be changed on it."""
    changing = freshly(change_password, back_to(ACCOUNT))
    return (
        Route(ACCOUNT, for_anyone(site, show), name="account"),
        Route(f"{ACCOUNT}/password", for_anyone(site, changing), methods=["POST"], name="set_password"),
        Route(f"{ACCOUNT}/sessions", for_anyone(site, end), methods=["POST"], name="end_sessions"),
    )


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/account`; `?done=...` says what was changed."""
    done = request.query_params.get("done", "")
    return await page(site, request, reader, done=done if done in DONE else "")


async def page(site: Site, request: Request, reader: Reader, *, wrong: str = "", done: str = "") -> Response:
    """The page; `wrong` is what was wrong with what was sent."""
    sight = await site.database.read(partial(_look, person=reader.person.id, now=site.now()))
    session = await session_of(site, request)
    zone = ZoneInfo(reader.person.organisation.zone)
    values: Mapping[str, object] = {
        "at": lambda moment: Moment(moment.astimezone(zone)),
        "current": session.id if session else "",
        "asks_current": sight.password and session is not None and session.how != "link",
        "shortest": SHORTEST,
        "longest": LONGEST,
        "passkeys_work": credentials.place(site, request) is not None,
        "wrong": wrong,
        "done": done,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return site.render(
        request,
        "account.html",
        reader.language,
        status=status,
        here=ACCOUNT,
        reader=reader,
        sight=sight,
        **values,
    )


async def change_password(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/account/password` with a `new` one, and the `current` one of whoever did not come by a link."""
    person, now, new = reader.person, site.now(), await field_of(request, "new")
    own = await site.database.read(partial(_own_words, person=person))
    tries = Tries(now, ((PROOF, str(person.id)),))
    if wait := await site.database.write(tries.count):
        return slow_down(site, request, reader.language, wait)
    hashing = site.entrance.hashing
    try:
        if not await _knows_current(site, request, reader):
            return await page(site, request, reader, wrong="current")
        await site.database.write(tries.give_back)
        if fault := await hashing.weakness(new, *own):
            return await page(site, request, reader, wrong=fault)
        hashed = await hashing.hash(new)
    except Busy:
        await site.database.write(tries.give_back)
        return slow_down(site, request, reader.language, BUSY)
    token = new_token()
    theirs = owner(site, person.id, session_token(request), token)
    await site.database.write(lambda tx: set_password(tx, theirs, hashed))
    response = RedirectResponse(f"{ACCOUNT}?done=password", HTTPStatus.SEE_OTHER)
    set_session(request, response, token)
    return response


async def end(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/account/sessions`: end the session `which`, or all others."""
    which, token = await field_of(request, "which"), session_token(request)

    def over(tx: Connection) -> None:
        if which:
            sessions.end_one(tx, reader.person.id, which)
        else:
            sessions.end_all(tx, reader.person.id, but=token)

    await site.database.write(over)
    return RedirectResponse(f"{ACCOUNT}?done=sessions", HTTPStatus.SEE_OTHER)


async def _knows_current(site: Site, request: Request, reader: Reader) -> bool:
    """Whether the present password was given; whoever came by a link has forgotten it, perhaps."""
    hashed = await site.database.read(lambda tx: passwords.get(tx, reader.person.id))
    session = await session_of(site, request)
    if hashed is None or (session is not None and session.how == "link"):
        return True
    return await site.entrance.hashing.is_right(await field_of(request, "current"), hashed)


def _own_words(tx: Connection, person: Person) -> Sequence[str]:
    """What is easy to guess for them (docs/signing-in.md): who they are, where they work, and what this is."""
    houses, here = organisations.names(tx), person.organisation.id
    around = {*organisations.upward(tx, here), *organisations.under(tx, [here])}
    return (person.name, people.email(tx, person.id), *(houses[each][0] for each in sorted(around)), "zinute")


def _look(tx: Connection, person: int, now: datetime) -> Sight:
    return Sight(
        email=people.email(tx, person),
        password=passwords.get(tx, person) is not None,
        authenticator=second_factors.seed(tx, person) is not None,
        codes=second_factors.codes_left(tx, person),
        passkeys=passkeys.of_person(tx, person),
        sessions=sessions.of_person(tx, person, now),
        providers=[each for each in providers.all_of_them(tx) if providers.may_use(tx, each, person)],
        linked=providers.linked(tx, person),
    )
