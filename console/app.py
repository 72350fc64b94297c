"""Puts the console together: routes, what stands before them, and calm pages for what goes wrong."""

import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from console import addresses, assets, live
from console.api.answering import HERE as API
from console.api.app import mount
from console.api.auth import Counter
from console.api.problems import of_status
from console.auth import for_coordinators
from console.documents import Documents
from console.entrance import Entrance
from console.guard import Bodies, Doubt, Protect, SameSite, protections
from console.journal import Journal
from console.pages import (
    account,
    adopting,
    announcements,
    answers,
    assignments,
    audit,
    bindings,
    calendar,
    campaigns,
    catalogue,
    certificate,
    certificates,
    closing,
    corrections,
    describing,
    editing,
    enclosing,
    entering,
    front,
    invitations,
    join,
    join_link,
    learners,
    leaving,
    lesson,
    lessons,
    messages,
    organisations,
    own_data,
    own_erasure,
    passkeys,
    person,
    pictures,
    privacy,
    privacy_notice,
    programme,
    programmes,
    provided,
    proving,
    results,
    rights,
    roster,
    roster_person,
    second,
    settling,
    sharing,
    signing_in,
    tokens,
    versions,
    webhooks,
    webinar_links,
    webinar_presence,
    webinars,
)
from console.pages.catalogue import Door
from console.pages.front import Host
from console.previews import Previews
from console.scim.app import mount as mount_scim
from console.scim.app import told as told_scim
from console.scim.shapes import HERE as SCIM
from console.site import Site, language_for
from domain.texts import Texts
from storage.database import Database

LARGEST_BODY = 1024 * 1024
LARGER_BODIES = {each.PATH: each.LARGEST_BODY for each in (enclosing, pictures, roster, webinar_presence)}
PROGRAMS = (f"{API}/", f"{SCIM}/")
OWN_LIMIT = {
    re.compile(f"({API}|{SCIM})/.*"): sys.maxsize
}  # they say in their own ways that a body is too large
ERRORS = {HTTPStatus.NOT_FOUND: "missing", HTTPStatus.FORBIDDEN: "rights"}


def create(  # noqa: PLR0913 (each is a word of its own to the caller)
    database: Database,
    texts: Texts,
    now: Callable[[], datetime],
    *,
    more_routes: Sequence[BaseRoute] = (),
    hosts: Sequence[Host] = (),
    doors: Sequence[Door] = (),
    documents: Documents | None = None,
    previews: Previews | None = None,
    address: str = "",
    entrance: Entrance | None = None,
) -> Starlette:
    """The web application; `now` gives the time in UTC, `more_routes` are the messengers' own, `hosts` the
    sample organisations of a demonstration, `doors` the messengers in which a programme can be begun.
    `documents` makes those of certificates, `previews` shows lessons; `address` is what the service's public
    addresses begin with, `entrance` how people come in.

    `app.state.closing` is an event: set it when the service stops, and open pages' streams end.
    All routes share the protections of `guard`: headers, no unsafe requests from other sites, a largest body.
    """
    addresses.register()
    more = {"documents": documents, "address": address, "previews": previews}
    site = Site(database, texts, now, **more, entrance=entrance or Entrance())  # type: ignore[arg-type]
    counter = Counter()
    app = Starlette(
        routes=[
            *front.routes(site, hosts),
            *catalogue.routes(site, doors),
            *lesson.routes(site, doors),
            *privacy.routes(site),
            *calendar.routes(site),
            *webinar_links.routes(site, doors),
            *enclosing.public(site),
            *join.routes(site, doors),
            *routes(site),
            mount(site, counter),
            mount_scim(site, counter),
            *more_routes,
        ],
        middleware=[
            Middleware(Journal),
            Middleware(Protect),
            Middleware(SameSite, refuse=partial(_refused, site), programs=PROGRAMS),
            Middleware(Bodies, most=LARGEST_BODY, larger=LARGER_BODIES | OWN_LIMIT),
        ],
        exception_handlers={HTTPException: partial(_told, site), Exception: partial(_broken, site)},
    )
    app.state.closing = site.closing
    return app


def routes(site: Site) -> list[BaseRoute]:
    """The console's pages."""
    return [
        Route("/console", for_coordinators(site, learners.show), name="learners"),
        *roster.routes(site),
        *roster_person.routes(site),
        *corrections.routes(site),
        Route("/console/people/{id}", for_coordinators(site, person.show), name="person"),
        Route("/console/programmes", for_coordinators(site, programmes.show), name="programmes"),
        *adopting.routes(site),
        Route("/console/programmes/{id}", for_coordinators(site, programme.show), name="programme"),
        *results.routes(site),
        *assignments.routes(site),
        *_telling(site),
        *answers.routes(site),
        *certificates.routes(site),
        *leaving.routes(site),
        *certificate.routes(site),
        *lessons.routes(site),
        *versions.routes(site),
        *sharing.routes(site),
        *describing.routes(site),
        *pictures.routes(site),
        *editing.routes(site),
        *tokens.routes(site),
        *webhooks.routes(site),
        *organisations.routes(site),
        *closing.routes(site),
        *rights.routes(site),
        *privacy_notice.routes(site),
        *audit.routes(site),
        Route("/console/live", for_coordinators(site, live.show, acts=False), name="live"),
        *signing_in.routes(site),
        *entering.routes(site),
        *passkeys.routes(site),
        *provided.routes(site),
        *proving.routes(site),
        *account.routes(site),
        *own_data.routes(site),
        *own_erasure.routes(site),
        *second.routes(site),
        assets.route(site.assets),
    ]


def _telling(site: Site) -> list[BaseRoute]:
    """What is told to people, and what they are asked to come to."""
    return [
        *campaigns.routes(site),
        *announcements.routes(site),
        *invitations.routes(site),
        *join_link.routes(site),
        *bindings.routes(site),
        *webinar_presence.routes(site),
        *webinars.routes(site),
        *messages.routes(site),
        *settling.routes(site),
    ]


async def _refused(site: Site, request: Request, doubt: Doubt) -> Response:
    if request.url.path.startswith(f"{API}/"):
        return of_status(HTTPStatus.FORBIDDEN).response()
    if request.url.path.startswith(f"{SCIM}/"):
        return await told_scim(request, of_status(HTTPStatus.FORBIDDEN))
    return _problem(site, request, doubt, HTTPStatus.FORBIDDEN)


async def _told(site: Site, request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    about = ERRORS.get(HTTPStatus(error.status_code), "other")
    if about == "rights":
        about = getattr(request.state, "refused", about)
    return _problem(site, request, about, error.status_code)


async def _broken(site: Site, request: Request, _error: Exception) -> Response:
    response = _problem(site, request, "broken", HTTPStatus.INTERNAL_SERVER_ERROR)
    response.headers.update(protections(request.url.scheme))  # this one is made outside the middleware
    return response


def _problem(site: Site, request: Request, about: str, status: int) -> Response:
    language = getattr(request.state, "language", None) or language_for(request)
    here = "/console"  # so that the page is the same whatever was asked for there
    inside = request.url.path.startswith(here)
    home = "" if about == "rights" else here if inside else "/"
    values = {"about": f"error.{about}", "home": home, "back": "error.home" if inside else "error.front"}
    return site.render(request, "message.html", language, status=status, here=here, **values)
