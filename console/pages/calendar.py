"""A person's calendar at its secret address, for the calendar that they use elsewhere (RFC 5545)."""

import hashlib
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions import calendar
from actions.calendar import Calendar
from console.entrance import Tries
from console.site import Site
from domain.bucket import CALENDAR
from domain.calendar import ENDING, Entry, Revision, page_of, uid
from domain.language import Language
from domain.signing import is_link, link_token
from domain.webinar import join_page

HOURS: Final = timedelta(hours=4)  # after which a calendar may ask again
HEADERS: Final = {
    "Cache-Control": f"private, max-age={int(HOURS.total_seconds())}",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def routes(site: Site) -> list[Route]:
    """It is for whoever has its address."""

    async def show(request: Request) -> Response:
        """`GET /calendar/SEED.TOKEN.ics`"""
        seed, now = request.path_params["seed"], site.now()
        known = is_link(site.entrance.key, seed, request.path_params["token"])
        found = await site.database.read(partial(calendar.look, seed=seed, now=now)) if known else None
        if found is None:  # of 256 bits nobody guesses any, and a wrong address costs us nothing
            raise HTTPException(HTTPStatus.NOT_FOUND)
        if wait := await site.database.write(Tries(now, ((CALENDAR, seed),)).count):
            after = {"Retry-After": str(int(wait.total_seconds()) + 1)}
            return Response(status_code=HTTPStatus.TOO_MANY_REQUESTS, headers=after)
        if found.new:
            found = await site.database.write(partial(calendar.give, seed=seed, now=now))
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return _response(request, written(site, found, seed))

    return [Route(page_of("{seed}") + "{token}" + ENDING, show, name="calendar")]


def _response(request: Request, content: bytes) -> Response:
    """The calendar; nothing where the asker has it as it is."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": tag}
    if tag in request.headers.get("if-none-match", "").replace("W/", "").replace(" ", "").split(","):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def written(site: Site, found: Calendar, seed: str) -> bytes:
    """The calendar as a file: the same bytes as long as nothing changes in it."""
    import icalendar

    made = icalendar.Calendar()
    made.add("prodid", "-//Zinute//calendar//")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", "Zinute")
    made.add("refresh-interval", HOURS, parameters={"value": "DURATION"})
    for entry in found.entries:
        made.add_component(event(site, found.language, entry, uid(seed, entry), found.revisions[entry.name]))
    return bytes(made.to_ical())


def event(site: Site, language: Language, entry: Entry, name: str, revision: Revision) -> Any:
    """An entry as calendars know it."""
    import icalendar

    words, made = site.say(language, f"calendar.{entry.kind}", title=entry.title), icalendar.Event()
    made.add("uid", name)
    made.add("sequence", revision.sequence)
    made.add("dtstamp", revision.at)
    made.add("last-modified", revision.at)
    made.add("summary", words)
    made.add("dtstart", entry.at)
    made.add("dtend", _end(entry))
    made.add("class", "PRIVATE")
    made.add("transp", "OPAQUE" if entry.held else "TRANSPARENT")  # nobody is busy because of a lesson
    if entry.held:
        made.add("status", "CANCELLED" if entry.held.cancelled else "CONFIRMED")
    if entry.held and entry.held.venue:
        made.add("location", entry.held.venue)
    if entry.held and entry.held.seed and site.address:
        seed = entry.held.seed
        link = f"{site.address}{join_page(seed)}{link_token(site.entrance.key, seed)}"
        made.add("url", link)
        made.add("description", site.say(language, "calendar.join", link=link))
    if entry.reminded is not None:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", words)
        alarm.add("trigger", -entry.reminded)
        made.add_component(alarm)
    return made


def _end(entry: Entry) -> object:
    if isinstance(entry.at, datetime):
        return entry.at + timedelta(minutes=max(entry.minutes, 1))
    return entry.at + timedelta(days=1)
