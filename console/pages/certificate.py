"""A certificate's public page: what it is worth, for whoever has its address; and its documents."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import date
from http import HTTPStatus
from typing import Final
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.documents import Documents
from console.site import Site, language_for
from domain.certificate import Certificate, name_of, page_of
from storage import certificates
from storage.certificates import Kept

HIDDEN: Final = {"X-Robots-Tag": "noindex, nofollow, noarchive"}
BADGE: Final = "application/vc+jwt"
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
Page = Callable[[Request, Kept], Awaitable[Response]]


def routes(site: Site) -> list[Route]:
    """The page and its documents, without signing in: a code has 128 random bits, and nobody guesses one."""

    async def show(request: Request, kept: Kept) -> Response:
        return _page(site, request, kept)

    async def pdf(request: Request, kept: Kept) -> Response:
        if kept.certificate.revoked_on:
            return _page(site, request, kept, HTTPStatus.GONE)
        return await pdf_of(site, kept.certificate)

    async def badge(request: Request, kept: Kept) -> Response:
        if kept.certificate.revoked_on:
            return _page(site, request, kept, HTTPStatus.GONE)
        maker, where = _maker(site), _address(site, kept.certificate)
        token = await asyncio.to_thread(maker.badge, kept.certificate, where, kept.zone)
        return _file(token.encode(), BADGE, f"{name_of(kept.certificate.number)}.jwt")

    async def status(_request: Request, kept: Kept) -> Response:
        where = _address(site, kept.certificate)
        token = await asyncio.to_thread(_maker(site).status, kept.certificate, where, site.now())
        return Response(token, media_type=BADGE, headers=HIDDEN)

    async def issuer(_request: Request) -> Response:
        return Response(_maker(site).issuer(), media_type="application/did+json")

    return [
        Route("/certificate/{code}.pdf", _found(site, pdf), name="certificate_pdf"),
        Route("/certificate/{code}/badge.jwt", _found(site, badge), name="certificate_badge"),
        Route("/certificate/{code}/status", _found(site, status), name="certificate_status"),
        Route("/certificate/{code}", _found(site, show), name="certificate"),
        Route("/.well-known/did.json", issuer, name="issuer"),
    ]


async def pdf_of(site: Site, certificate: Certificate) -> Response:
    """The certificate as a PDF to keep."""
    maker, where = _maker(site), _address(site, certificate)
    content = await asyncio.to_thread(maker.pdf, certificate, where)
    return _file(content, "application/pdf", f"{name_of(certificate.number)}.pdf")


def today(site: Site, kept: Kept) -> date:
    """The date where the certificate's dates are."""
    return site.now().astimezone(ZoneInfo(kept.zone)).date()


def _found(site: Site, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """The page of the certificate that the address names, or a friendly one that says that there is none."""

    async def endpoint(request: Request) -> Response:
        code = request.path_params["code"]
        kept = None
        if _CODE.fullmatch(code):
            kept = await site.database.read(lambda tx: certificates.by_code(tx, code))
        if kept is None:
            language, about = language_for(request), "certificate.missing"
            response = site.render(request, "message.html", language, status=404, about=about, home="")
        else:
            response = await page(request, kept)
        response.headers.update(HIDDEN)
        return response

    return endpoint


def _page(site: Site, request: Request, kept: Kept, status: int = HTTPStatus.OK) -> Response:
    language, certificate = language_for(request), kept.certificate
    return site.render(
        request,
        "certificate.html",
        language,
        status=status,
        here=page_of(certificate.code),
        certificate=certificate,
        state=certificate.state(today(site, kept)),
        place=page_of(certificate.code),
        documents=site.documents is not None,
    )


def _maker(site: Site) -> Documents:
    if site.documents is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return site.documents


def _address(site: Site, certificate: Certificate) -> str:
    return site.address + page_of(certificate.code)


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
