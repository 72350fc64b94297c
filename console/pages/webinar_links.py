"""What is behind the links that somebody has of a webinar: the way in, and a file for a calendar (RFC 5545, 5546)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from actions.calendar import entry
from actions.join_webinar import Found, find, join
from console.opened import by_a_person
from console.pages import webinar_door
from console.pages.calendar import HEADERS, event
from console.pages.catalogue import Door
from console.site import Site
from domain.calendar import Revision
from domain.recognising import own_link
from domain.signing import is_link
from domain.webinar import calendar_page, join_page

NO_MAIL: Final = "zinute.invalid"  # where this service has no address of its own (RFC 2606)


def routes(site: Site, doors: Sequence[Door] = ()) -> list[BaseRoute]:
    """They are for whoever has the link: the token is made of the seed with a key that is not in the store. And what is
    at the door of a session; `doors` are the messengers in which people learn."""

    async def enter(request: Request) -> Response:
        """`GET /webinar/join/SEED.TOKEN`: on to where it is held. That the link was opened is kept; nobody was there
        because of it. Whoever only looks at what is behind it sees a button, and has opened nothing."""
        now, found = site.now(), await _found(site, request)
        if (
            not found.webinar.link
            or found.webinar.state == "cancelled"
            or found.registration.state != "seated"
        ):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        if not by_a_person(request):
            return site.render(request, "entering.html", found.language)
        await site.database.write(lambda tx: join(tx, found, now))
        link = own_link(found.webinar.link, found.name, found.registration.seed)
        return RedirectResponse(link, HTTPStatus.SEE_OTHER, {"Referrer-Policy": "no-referrer"})

    async def file(request: Request) -> Response:
        """`GET /webinar/calendar/SEED.TOKEN`: a calendar that has it already sees by its number what has changed."""
        content, headers = written(site, await _found(site, request), site.now()), dict(HEADERS)
        headers["Content-Disposition"] = 'attachment; filename="webinar.ics"'
        headers["Cache-Control"] = "no-store"
        return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)

    return [
        Route(join_page("{seed}") + "{token}", enter, name="join_webinar"),
        Route(calendar_page("{seed}") + "{token}", file, name="webinar_file"),
        *webinar_door.routes(site, doors),
    ]


async def _found(site: Site, request: Request) -> Found:
    seed, token = request.path_params["seed"], request.path_params["token"]
    known = is_link(site.entrance.key, seed, token)
    found = await site.database.read(lambda tx: find(tx, seed)) if known else None
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def written(site: Site, found: Found, now: datetime) -> bytes:
    """A request while they have a seat; that it is cancelled when it is, or when they cannot come.

    Of two of the same SEQUENCE the one that was made later holds (RFC 5546, 2.1.5): who cannot come changes no webinar.
    """
    import icalendar

    shown = entry(found.webinar, found.registration.seed, found.language)
    assert shown.held is not None, "it is a webinar"
    gone = shown.held.cancelled or found.registration.state != "seated"
    made = icalendar.Calendar()
    made.add("prodid", "-//Zinute//webinar//")
    made.add("version", "2.0")
    made.add("method", "CANCEL" if gone else "REQUEST")
    revision = Revision("", shown.held.sequence, max(shown.held.changed_at, found.webinar.changed_at or now))
    told = replace(shown, held=replace(shown.held, seed="")) if gone else shown
    held = event(site, found.language, told, shown.held.uid, revision)
    del held["dtstamp"]
    held.add("dtstamp", now)
    held["status"] = icalendar.vText("CANCELLED" if gone else "CONFIRMED")
    host = urlsplit(site.address).hostname or NO_MAIL
    held.add("organizer", icalendar.vCalAddress(f"mailto:noreply@{host}"))
    guest = icalendar.vCalAddress(f"mailto:{shown.held.uid}@{host}")
    guest.params["PARTSTAT"] = icalendar.vText("ACCEPTED")
    guest.params["RSVP"] = icalendar.vText("FALSE")
    held.add("attendee", guest, encode=0)
    made.add_component(held)
    return bytes(made.to_ical())
