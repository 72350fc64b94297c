"""What is dangerous asks again: a page behind a proof that is not older than half an hour."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.auth import PROOF, Page, Reader, owes_passkey, session_of
from console.site import Site
from domain.signing import is_fresh

HERE = PROOF


def back_to(place: str) -> Callable[[Request], str]:
    """Whatever was asked for, there."""
    return lambda _request: place


def freshly(page: Page, back: Callable[[Request], str]) -> Page:
    """The page for whoever has proved lately who they are; others do so first, and come `back` to where they began.

    Whoever has a passkey and came in without it proves it by that.
    """

    async def asked(site: Site, request: Request, reader: Reader) -> Response:
        session = await session_of(site, request)
        if session and is_fresh(session.proven_at, site.now()) and not await owes_passkey(site, session):
            return await page(site, request, reader)
        return RedirectResponse(f"{HERE}?next={quote(back(request))}", HTTPStatus.SEE_OTHER)

    return asked
