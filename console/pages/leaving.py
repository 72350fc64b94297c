"""A person's page: a copy of their data for them, and its erasure."""

from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import my_data
from actions.entrust import above
from console.auth import Reader, for_right
from console.entrance import field_of
from console.lists import number
from console.pages.own_erasure import HERE as OWN
from console.pages.privacy import copy_of
from console.proof import freshly
from console.prose import same_name
from console.site import Site
from domain.audit import Deed
from domain.own_data import own_kind
from storage import audit, erasures, progress
from storage.database import Connection
from storage.progress import Profile

HERE: Final = "/console/people/{id}"


def routes(site: Site) -> list[Route]:
    """Both begin with the person, who has to be in the reader's scope, without roles that are not theirs to give.

    And with a fresh proof.
    """
    fetched, asked, erased = (
        for_right(site, "act", freshly(each, lambda request: request.url.path))
        for each in (fetch, ask, erase)
    )
    return [
        Route(HERE + "/data.{kind}", fetched, name="copy"),
        Route(HERE + "/erase", asked, name="erasing"),
        Route(HERE + "/erase", erased, methods=["POST"], name="erase"),
    ]


async def fetch(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/people/ID/data.json` or `.pdf`."""
    profile, kind = await _named(site, request, reader), own_kind(request.path_params["kind"])
    if kind is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    deed = Deed("copy.given", profile.organisation.id, profile.id, after={"kind": kind})
    await site.database.write(partial(audit.note, deed=deed, who=reader.person.id, now=site.now()))
    return (await copy_of(site, profile.id, kind, reader.scope)).response()


async def ask(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/people/ID/erase`: what goes, what stays, and the name to be typed; of oneself, one's own page."""
    profile = await _named(site, request, reader)
    if profile.id == reader.person.id:
        return RedirectResponse(OWN, HTTPStatus.SEE_OTHER)
    return await _sheet(site, request, reader, profile)


async def erase(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/people/ID/erase` with the person's `name`; done within minutes, and not to be taken back."""
    profile = await _named(site, request, reader)
    if profile.id == reader.person.id:
        return RedirectResponse(OWN, HTTPStatus.SEE_OTHER)
    typed = await field_of(request, "name")
    if not same_name(typed, profile.name):
        return await _sheet(site, request, reader, profile, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = partial(my_data.erase, person=profile.id, now=site.now(), by=reader.person.id)
    await site.database.write(asked)
    return RedirectResponse(f"/console/people/{profile.id}/erase", HTTPStatus.SEE_OTHER)


async def _named(site: Site, request: Request, reader: Reader) -> Profile:
    wanted = number(request.path_params["id"])

    def look(tx: Connection) -> tuple[Profile | None, bool]:
        profile = progress.person(tx, reader.scope, wanted)
        return profile, profile is not None and bool(above(tx, reader.scope, wanted))

    profile, guarded = await site.database.read(look)
    if profile is None or profile.several:  # both are of everything, so of other organisations too
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if guarded:
        request.state.refused = "above"
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return profile


async def _sheet(
    site: Site, request: Request, reader: Reader, profile: Profile, status: int = HTTPStatus.OK
) -> Response:
    asked = await site.database.read(lambda tx: erasures.asked(tx, profile.id))
    return site.render(
        request,
        "erasing.html",
        reader.language,
        status=status,
        here=f"/console/people/{profile.id}/erase",
        reader=reader,
        profile=profile,
        asked=asked,
        wrong=status == HTTPStatus.UNPROCESSABLE_ENTITY,
    )
