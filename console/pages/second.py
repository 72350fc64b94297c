"""The second factor: an authenticator is added with a QR code, and recovery codes are shown once."""

import secrets
from collections.abc import Sequence
from http import HTTPStatus

import pyotp
import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.secure import add_authenticator, give_codes, remove_authenticator
from console.auth import ACCOUNT, SECOND, Reader, for_anyone, session_token, set_session
from console.entrance import Tries, ceremony_token, field_of, new_token, owner, set_ceremony, slow_down
from console.proof import back_to, freshly
from console.site import Site
from domain.bucket import CODE
from domain.signing import CODE_BYTES, CODES, secret_of
from storage import ceremonies, people
from storage.database import Connection


def routes(site: Site) -> Sequence[Route]:
    """Adding, new recovery codes, taking away: each after a fresh proof."""
    adding, added, anew, away = (
        for_anyone(site, freshly(each, back_to(place)))
        for each, place in ((show, SECOND), (add, SECOND), (renew, ACCOUNT), (remove, ACCOUNT))
    )
    return (
        Route(SECOND, adding, name="authenticator"),
        Route(SECOND, added, methods=["POST"], name="add_authenticator"),
        Route(f"{ACCOUNT}/codes", anew, methods=["POST"], name="new_codes"),
        Route(f"{SECOND}/remove", away, methods=["POST"], name="remove_authenticator"),
    )


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/account/second`: a new secret, as a QR code and in letters; nothing holds until a code is typed."""
    token, seed, now = new_token(), secrets.token_urlsafe(16), site.now()
    person = reader.person.id
    await site.database.write(lambda tx: ceremonies.begin(tx, "adding", token, now, person=person, seed=seed))
    response = await _sheet(site, request, reader, seed)
    set_ceremony(request, response, token)
    return response


async def add(site: Site, request: Request, reader: Reader) -> Response:
    """`POST` of a `code` that the authenticator shows: recovery codes, or the same page again."""
    token, typed, now, person = (
        ceremony_token(request),
        await field_of(request, "code"),
        site.now(),
        reader.person.id,
    )
    begun = await site.database.read(lambda tx: ceremonies.look(tx, "adding", token, now))
    if begun is None or begun.person != person:
        return RedirectResponse(SECOND, HTTPStatus.SEE_OTHER)
    tries, key = Tries(now, ((CODE, str(person)),)), site.entrance.key
    if wait := await site.database.write(tries.count):
        return slow_down(site, request, reader.language, wait)
    theirs, randoms = owner(site, person, session_token(request), new_token()), _randoms()

    def settle(tx: Connection) -> list[str]:
        codes = add_authenticator(tx, theirs, token, typed, randoms, key=key)
        if codes:
            tries.give_back(tx)
        return codes

    if codes := await site.database.write(settle):
        return _codes(site, request, reader, codes, theirs.new_session)
    return await _sheet(site, request, reader, begun.data["seed"], wrong=True)


async def renew(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/account/codes`: new recovery codes, shown this once; other sessions are over."""
    theirs, randoms = owner(site, reader.person.id, session_token(request), new_token()), _randoms()
    if codes := await site.database.write(lambda tx: give_codes(tx, theirs, randoms)):
        return _codes(site, request, reader, codes, theirs.new_session)
    return RedirectResponse(SECOND, HTTPStatus.SEE_OTHER)


async def remove(site: Site, request: Request, reader: Reader) -> Response:
    """`POST`: the authenticator and the recovery codes are worth nothing any more; not for who must have one."""
    if not _has_to(site, reader):
        theirs = owner(site, reader.person.id, session_token(request))
        await site.database.write(lambda tx: remove_authenticator(tx, theirs))
    return RedirectResponse(f"{ACCOUNT}?done=second", HTTPStatus.SEE_OTHER)


def _randoms() -> list[bytes]:
    return [secrets.token_bytes(CODE_BYTES) for _ in range(CODES)]


def _codes(site: Site, request: Request, reader: Reader, codes: list[str], token: str) -> Response:
    """The codes, and the session's new token."""
    response = site.render(request, "codes.html", reader.language, here=ACCOUNT, reader=reader, codes=codes)
    set_session(request, response, token)
    return response


def _has_to(site: Site, reader: Reader) -> bool:
    return site.entrance.needs_second(reader.scope)


async def _sheet(site: Site, request: Request, reader: Reader, seed: str, *, wrong: bool = False) -> Response:
    email = await site.database.read(lambda tx: people.email(tx, reader.person.id))
    secret = secret_of(site.entrance.key, seed)
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Zinute")
    drawing = segno.make_qr(address, error="m").svg_inline(scale=4, light="#fff", border=4)
    return site.render(
        request,
        "authenticator.html",
        reader.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        here=SECOND,
        reader=reader,
        drawing=Markup(drawing),  # noqa: S704 (our own drawing)
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        has_to=_has_to(site, reader),
        wrong=wrong,
    )
