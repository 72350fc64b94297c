"""The page that asks again who somebody is, before something dangerous."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.secure import take_second
from console.auth import Reader, for_anyone, owes_passkey, session_of, session_token, set_session
from console.entrance import Tries, field_of, new_token, ours, owner, slow_down
from console.hashing import Busy
from console.journal import came
from console.pages.entering import BUSY
from console.proof import HERE
from console.site import Site
from domain.bucket import PROOF
from storage import passkeys, passwords, second_factors, sessions
from storage.database import Connection

ANSWERS: Final = {True: HTTPStatus.UNPROCESSABLE_ENTITY, False: HTTPStatus.OK}


def routes(site: Site) -> Sequence[Route]:
    """The page and its form."""
    return (
        Route(HERE, for_anyone(site, ask), name="proof"),
        Route(HERE, for_anyone(site, prove), methods=["POST"], name="prove"),
    )


async def ask(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/proof?next=...`"""
    return await _page(site, request, reader, ours(request.query_params.get("next", "")))


async def prove(site: Site, request: Request, reader: Reader) -> Response:
    """`POST` of a `password` or a `code`, and where to go `next`; neither counts where it has to be the passkey."""
    person, place = reader.person.id, ours(await field_of(request, "next"))
    password, code = await field_of(request, "password"), await field_of(request, "code")
    if await _only_passkey(site, request):
        return await _page(site, request, reader, place, wrong=True)
    tries = Tries(site.now(), ((PROOF, str(person)),))  # none that strangers at the door can use up
    if wait := await site.database.write(tries.count):
        return slow_down(site, request, reader.language, wait)
    try:
        right = await _is_right(site, person, password, code)
    except Busy:
        await site.database.write(tries.give_back)
        return slow_down(site, request, reader.language, BUSY)
    if not right:
        return await _page(site, request, reader, place, wrong=True)
    await site.database.write(tries.give_back)
    return await proven(site, request, place)


async def proven(site: Site, request: Request, place: str, *, strong: bool = False) -> Response:
    """On to where somebody wanted to go, with a new token of their session."""
    old, new, now = session_token(request), new_token(), site.now()
    alive = await site.database.write(lambda tx: sessions.renew(tx, old, new, now, strong=strong))
    response = RedirectResponse(place if alive else "/sign-in?ended", HTTPStatus.SEE_OTHER)
    if alive:
        came(request, "again")
        set_session(request, response, new)
    return response


async def _is_right(site: Site, person: int, password: str, code: str) -> bool:
    if password:
        hashed = await site.database.read(lambda tx: passwords.get(tx, person))
        return await site.entrance.hashing.is_right(password, hashed)
    key, theirs = site.entrance.key, owner(site, person)
    return await site.database.write(lambda tx: take_second(tx, theirs, code, key=key))


async def _only_passkey(site: Site, request: Request) -> bool:
    session = await session_of(site, request)
    return session is not None and await owes_passkey(site, session)


async def _page(site: Site, request: Request, reader: Reader, place: str, *, wrong: bool = False) -> Response:
    only = await _only_passkey(site, request)

    def look(tx: Connection) -> dict[str, bool]:
        return {
            "password": not only and passwords.get(tx, reader.person.id) is not None,
            "code": not only and second_factors.seed(tx, reader.person.id) is not None,
            "passkey": bool(passkeys.of_person(tx, reader.person.id)),
        }

    ways = await site.database.read(look)
    values = {"reader": reader, "place": place, "ways": ways, "wrong": wrong, "mails": site.entrance.mails}
    return site.render(request, "proof.html", reader.language, status=ANSWERS[wrong], here=HERE, **values)
