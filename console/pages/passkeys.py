"""Passkeys: added and named, removed, signed in with, and a proof before what is dangerous."""

import secrets
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.secure import add_passkey, remove_passkey
from actions.sign_in import enter
from console import credentials
from console.auth import ACCOUNT, Reader, for_anyone, session_token
from console.entrance import arrival, ceremony_token, field_of, new_token, ours, owner, set_ceremony
from console.pages.account import page
from console.pages.entering import door, entered
from console.pages.proving import proven
from console.proof import HERE as PROOF
from console.proof import back_to, freshly
from console.site import Site
from storage import ceremonies, passkeys, people
from storage.database import Connection
from storage.passkeys import Passkey

PLACE: Final = f"{ACCOUNT}/passkeys"
LONGEST_NAME: Final = 60
KIND: Final = "passkey"


def routes(site: Site) -> Sequence[Route]:
    """Each ceremony is two requests: what to ask the device for, and its answer."""
    asking, adding, away = (
        for_anyone(site, freshly(each, back_to(ACCOUNT))) for each in (ask_to_add, add, remove)
    )

    async def ask(request: Request) -> Response:
        return await _ask(site, request)

    async def use(request: Request) -> Response:
        return await _use(site, request)

    return (
        Route("/sign-in/passkey/options", ask, methods=["POST"], name="ask_passkey"),
        Route("/sign-in/passkey", use, methods=["POST"], name="use_passkey"),
        Route(f"{PROOF}/passkey", for_anyone(site, prove), methods=["POST"], name="prove_passkey"),
        Route(f"{PLACE}/options", asking, methods=["POST"], name="ask_to_add_passkey"),
        Route(PLACE, adding, methods=["POST"], name="add_passkey"),
        Route(f"{PLACE}/remove", away, methods=["POST"], name="remove_passkey"),
    )


async def ask_to_add(site: Site, request: Request, reader: Reader) -> Response:
    """`POST`: what a browser needs to have a passkey made."""
    person, where, challenge = reader.person, _place(site, request), secrets.token_bytes(32)

    def begin(tx: Connection) -> tuple[str, list[Passkey]]:
        return people.email(tx, person.id), passkeys.of_person(tx, person.id)

    email, known = await site.database.read(begin)
    asked = credentials.to_make(
        where, challenge, person=person.id, email=email, name=person.name, known=known
    )
    return await _begun(site, request, asked, challenge, person.id)


async def add(site: Site, request: Request, reader: Reader) -> Response:
    """`POST` of a device's answer (`credential`) and what to call it (`name`)."""
    person, where, now = reader.person.id, _place(site, request), site.now()
    answer, token = await field_of(request, "credential"), ceremony_token(request, KIND)
    name = " ".join((await field_of(request, "name")).split())[:LONGEST_NAME] or "Zinute"
    begun = await site.database.write(lambda tx: ceremonies.take(tx, KIND, token, now))
    new = None
    if begun and begun.person == person:
        new = credentials.made(where, begun.data["challenge"], answer)
    if new is None:
        return await page(site, request, reader, wrong="passkey")
    kept = Passkey(new.id, person, name, new.public_key, new.signs, now, None)
    theirs = owner(site, person)
    if not await site.database.write(lambda tx: add_passkey(tx, theirs, kept)):
        return await page(site, request, reader, wrong="passkey")
    return await proven(site, request, f"{ACCOUNT}?done=passkey", strong=True)


async def remove(site: Site, request: Request, reader: Reader) -> Response:
    """`POST` of `which` passkey does not sign in any more."""
    named, theirs = await field_of(request, "which"), owner(site, reader.person.id)
    await site.database.write(lambda tx: remove_passkey(tx, theirs, named))
    return RedirectResponse(f"{ACCOUNT}?done=passkey", HTTPStatus.SEE_OTHER)


async def prove(site: Site, request: Request, reader: Reader) -> Response:
    """`POST` of a device's answer: whoever is signed in has proved it again."""
    passkey = await _signed(site, request)
    if passkey is None or passkey.person != reader.person.id:
        return RedirectResponse(PROOF, HTTPStatus.SEE_OTHER)
    return await proven(site, request, ours(await field_of(request, "next")), strong=True)


async def _ask(site: Site, request: Request) -> Response:
    """What a browser needs to have a challenge signed; for everybody alike, so that nobody learns who has passkeys."""
    challenge = secrets.token_bytes(32)
    asked = credentials.to_sign(_place(site, request), challenge)
    return await _begun(site, request, asked, challenge, None)


async def _use(site: Site, request: Request) -> Response:
    """Sign in; no limit counts here, as nobody can guess, and nobody is to be locked out."""
    who = arrival(site, request, session_token(request))
    passkey = await _signed(site, request)
    if passkey is None:
        return await door(site, request, "passkey", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    await site.database.write(lambda tx: enter(tx, passkey.person, "passkey", who, strong=True))
    return entered(request, "ready", token=who.token, person=passkey.person)


async def _signed(site: Site, request: Request) -> Passkey | None:
    """The passkey that signed what this browser was asked to have signed, once; None for anything else."""
    answer, token, now = await field_of(request, "credential"), ceremony_token(request, KIND), site.now()
    named, where = credentials.which(answer), _place(site, request)

    def look(tx: Connection) -> tuple[ceremonies.Ceremony | None, Passkey | None]:
        return ceremonies.take(tx, KIND, token, now), passkeys.get(tx, named) if named else None

    begun, passkey = await site.database.write(look)
    if begun is None or passkey is None:
        return None
    signs = credentials.signed(where, begun.data["challenge"], answer, passkey)
    if signs is None or not await site.database.write(lambda tx: passkeys.used(tx, passkey, signs, now)):
        return None
    return passkey


async def _begun(site: Site, request: Request, asked: str, challenge: bytes, person: int | None) -> Response:
    token, now, kept = new_token(), site.now(), credentials.written(challenge)
    await site.database.write(
        lambda tx: ceremonies.begin(tx, KIND, token, now, person=person, challenge=kept)
    )
    response = Response(asked, media_type="application/json")
    set_ceremony(request, response, token, KIND)
    return response


def _place(site: Site, request: Request) -> credentials.Place:
    where = credentials.place(site, request)
    if where is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return where
