"""The register of certificates: found, counted, downloaded, revoked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.certify import revoke
from console import lists
from console.auth import Reader, for_coordinators
from console.entrance import form_of
from console.lists import first_of, number
from console.pages.certificate import pdf_of, today
from console.pages.learners import heading
from console.proof import freshly
from console.seen import see, see_list
from console.site import Site
from console.sorting import sort_key
from domain.certificate import page_of
from domain.organisation import Organisation
from domain.programme import Programme
from storage import programmes, progress, register
from storage.certificates import Kept
from storage.database import Connection
from storage.progress import LARGEST_ID
from storage.register import PAGE, STATES, Totals, Wanted

HERE: Final = "/console/certificates"
LONGEST_REASON: Final = 300


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for."""

    place = HERE
    choices: ClassVar = {"state": STATES}
    q: str = ""
    state: str = ""
    programme: int = 0
    person: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of. `older` is from where to look on; None when there are no more."""

    organisations: Mapping[int, Organisation]
    found: Sequence[Kept]
    older: int | None
    totals: Totals
    taught: Mapping[int, Programme]
    person: str


def routes(site: Site) -> list[Route]:
    """The register, a certificate in it, and the two things that can be done."""
    revoking = freshly(take_back, lambda request: request.url.path.removesuffix("/revoke"))
    return [
        Route(HERE, for_coordinators(site, show), name="certificates"),
        Route(HERE + "/{id}.pdf", for_coordinators(site, pdf), name="registered_pdf"),
        Route(HERE + "/{id}/revoke", for_coordinators(site, revoking), methods=["POST"], name="revoke"),
        Route(HERE + "/{id}", for_coordinators(site, one), name="registered"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/certificates?q=...&state=...&programme=...&person=...&before=...`

    States are those of today where the reader is.
    """
    view, language = View.of(request), reader.language
    on = _today(site, reader)
    sight = await site.database.read(partial(_look, reader=reader, view=view, on=on))
    there = [(each.person, each.organisation) for each in sight.found]
    await see_list(site, reader.person.id, "certificates", there)
    places = list(sight.organisations.values())
    titles = [(owner, each.text(language).title) for owner, each in sight.taught.items()]
    return site.render(
        request,
        "certificates.html",
        language,
        reader=reader,
        heading=heading(site, language, places),
        several=len(places) > 1,
        view=view,
        sight=sight,
        states=[
            (name, site.say(language, f"certificate.state.{name}"), sight.totals.states[name])
            for name in STATES
        ],
        on=on,
        titles=sorted(titles, key=lambda pair: sort_key(language, pair[1])),
    )


def _look(tx: Connection, reader: Reader, view: View, on: date) -> Sight:
    scope = reader.scope
    wanted = Wanted(
        on,
        view.q,
        view.state,
        programme=view.programme or None,
        person=view.person or None,
        before=view.before or LARGEST_ID,
    )
    found, last = first_of(register.page(tx, scope, wanted, PAGE + 1), PAGE)
    person = progress.person(tx, scope, view.person) if view.person else None
    taught = register.taught(tx, scope)
    return Sight(
        organisations=progress.organisations(tx, scope),
        found=found,
        older=last.id if last else None,
        totals=register.totals(tx, scope, wanted),
        taught={owner: programmes.version(tx, version) for owner, version in taught},
        person=person.name if person else "",
    )


async def one(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/certificates/ID`: 404 alike for none and for one of another organisation."""
    kept = await _seen(site, request, reader)
    return _sheet(site, request, reader, kept)


async def pdf(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/certificates/ID.pdf`; there is none of what was revoked."""
    kept = await _seen(site, request, reader)
    if kept.certificate.revoked_on:
        return _sheet(site, request, reader, kept, HTTPStatus.GONE)
    return await pdf_of(site, kept.certificate)


async def take_back(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/certificates/ID/revoke` with a `reason`; without one it is asked for."""
    kept = await _named(site, request, reader)
    written = (await form_of(request)).get("reason", "")
    reason = " ".join(written.replace("\0", "").split())[:LONGEST_REASON] if isinstance(written, str) else ""
    if not reason and not kept.certificate.revoked_on:
        return _sheet(site, request, reader, kept, HTTPStatus.UNPROCESSABLE_ENTITY)
    now = site.now()
    await site.database.write(lambda tx: revoke(tx, reader.scope, kept.id, reason=reason, now=now))
    return RedirectResponse(f"{HERE}/{kept.id}", HTTPStatus.SEE_OTHER)


async def _seen(site: Site, request: Request, reader: Reader) -> Kept:
    """The one that is asked for; that whose it is was seen is kept."""
    kept = await _named(site, request, reader)
    await see(site, reader.person.id, kept.person, kept.organisation)
    return kept


async def _named(site: Site, request: Request, reader: Reader) -> Kept:
    wanted = number(request.path_params["id"])
    kept = await site.database.read(lambda tx: register.one(tx, reader.scope, wanted))
    if kept is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return kept


def _sheet(site: Site, request: Request, reader: Reader, kept: Kept, status: int = HTTPStatus.OK) -> Response:
    return site.render(
        request,
        "registered.html",
        reader.language,
        status=status,
        here=f"{HERE}/{kept.id}",
        reader=reader,
        kept=kept,
        certificate=kept.certificate,
        state=kept.certificate.state(today(site, kept)),
        place=page_of(kept.certificate.code),
        documents=site.documents is not None,
        unsaid=status == HTTPStatus.UNPROCESSABLE_ENTITY,
        longest=LONGEST_REASON,
    )


def _today(site: Site, reader: Reader) -> date:
    return site.now().astimezone(ZoneInfo(reader.person.organisation.zone)).date()
