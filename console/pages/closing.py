"""Closing a place of the tree: what would go, somebody who asks for it, and somebody else who confirms it."""

from dataclasses import asdict
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import close_organisation
from console.auth import Page, Reader, for_right
from console.entrance import field_of
from console.lists import number
from console.moments import Moments
from console.numbers import Numbers
from console.pages import organisations
from console.proof import freshly
from console.prose import same_name
from console.site import Site
from domain.closing import NotClosed
from domain.language import Language
from storage import programmes
from storage.database import Connection
from storage.errors import NotFound

HERE: Final = organisations.HERE + "/{id}/close"


def routes(site: Site) -> list[Route]:
    """All are for those who manage the place, after a fresh proof."""
    return [
        Route(HERE, _managing(site, look), name="closing"),
        Route(HERE, _managing(site, ask), methods=["POST"], name="ask_closing"),
        Route(HERE + "/confirm", _managing(site, confirm), methods=["POST"], name="confirm_closing"),
        Route(HERE + "/withdraw", _managing(site, withdraw), methods=["POST"], name="withdraw_closing"),
    ]


def _managing(site: Site, page: Page) -> Any:
    return for_right(site, "manage", freshly(page, _place))


def _place(request: Request) -> str:
    return HERE.format(id=_id(request))


def _id(request: Request) -> int:
    return number(request.path_params["id"])


async def look(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/organisations/ID/close`: what would go, and who asked for it."""
    return await _sheet(site, request, reader, "")


async def ask(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/organisations/ID/close` with the place's `name`: whoever can confirm it is told."""
    which, now, mails = _id(request), site.now(), site.entrance.mails
    if not await _is_named(site, request, reader):
        return await _sheet(site, request, reader, "name")
    try:
        await site.database.write(
            lambda tx: close_organisation.ask(tx, reader.scope, which, now, mails=mails)
        )
    except NotClosed as why:
        return await _sheet(site, request, reader, why.why)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(_place(request), HTTPStatus.SEE_OTHER)


async def confirm(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/organisations/ID/close/confirm` with its `name`, by somebody else than who asked; not to be taken
    back."""
    which, now = _id(request), site.now()
    if not await _is_named(site, request, reader):
        return await _sheet(site, request, reader, "name")
    try:
        await site.database.write(lambda tx: close_organisation.confirm(tx, reader.scope, which, now))
    except NotClosed as why:
        return await _sheet(site, request, reader, why.why)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    home = organisations.HERE
    return site.render(
        request,
        "message.html",
        reader.language,
        here=home,
        about="closing.done",
        home=home,
        back="organisations.title",
    )


async def withdraw(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/organisations/ID/close/withdraw`, by whoever asked or could confirm it."""
    which, now = _id(request), site.now()
    try:
        await site.database.write(lambda tx: close_organisation.withdraw(tx, reader.scope, which, now))
    except NotClosed as why:
        return await _sheet(site, request, reader, why.why)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(_place(request), HTTPStatus.SEE_OTHER)


async def _is_named(site: Site, request: Request, reader: Reader) -> bool:
    """Whether they typed what the place is called."""
    typed = await field_of(request, "name")
    sheet = await _found(site, request, reader)
    return same_name(typed, sheet.places[0].name)


async def _found(site: Site, request: Request, reader: Reader) -> close_organisation.Sheet:
    which, now = _id(request), site.now()
    try:
        return await site.database.read(lambda tx: close_organisation.sheet(tx, reader.scope, which, now))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error


def _titles(tx: Connection, sheet: close_organisation.Sheet, language: Language) -> dict[int, str]:
    newest = programmes.newest(tx)
    own = {each.id: programmes.version(tx, newest[each.id]) for each in sheet.programmes}
    return {which: programme.text(language).title for which, programme in own.items()}


async def _sheet(site: Site, request: Request, reader: Reader, wrong: str) -> Response:
    sheet, language = await _found(site, request, reader), reader.language
    zone = reader.person.organisation.zone
    return site.render(
        request,
        "closing.html",
        language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        here=_place(request),
        reader=reader,
        place=sheet.places[0],
        sheet=sheet,
        titles=await site.database.read(partial(_titles, sheet=sheet, language=language)),
        counted=asdict(sheet.counts),
        mine=sheet.request is not None and sheet.request.asked_by == reader.person.id,
        wrong=wrong,
        numbers=Numbers(site, language),
        moments=Moments(site, language, zone, site.now()),
    )
