"""A message: what it is, where it stands, and step by step why."""

from collections.abc import Sequence
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actions.tell_why import Why, why
from console.auth import Reader
from console.lists import number
from console.moments import Moments
from console.seen import see
from console.site import Site
from console.story import Words, by_day
from domain.message import Feedback, ShowCard
from domain.programme import Programme
from storage import programmes
from storage.database import Connection
from storage.message import Entry


def versions(tx: Connection, entries: Sequence[Entry]) -> dict[int, Programme]:
    """The programmes that messages are about, by version."""
    told = {each.message.version for each in entries if isinstance(each.message, ShowCard | Feedback)}
    return {version: programmes.version(tx, version) for version in told}


def named(entry: Entry) -> str:
    """A message as a form names it: as it was seen."""
    return f"{entry.id}.{entry.state}.{entry.attempts}"


def done(request: Request) -> dict[str, int]:
    """How many messages were just sent again, dropped, or left alone, as the address says it."""
    return {name: number(request.query_params.get(name, "")) for name in ("again", "dropped", "left")}


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/messages/ID`: 404 alike for no message and for one of another organisation.

    Whose it is, and whose name and times the page has, is decided by the organisation that the message was written
    for: the page stays with those who answer for that one when its person moves to another, and does not say where.
    """
    wanted, now = number(request.path_params["id"]), site.now()
    found = await site.database.read(lambda tx: _look(tx, reader, wanted, now))
    if found is None:
        raise HTTPException(404)
    told, contents = found
    entry, words = told.story.entry, Words(site, reader.language, contents)
    if entry.person and entry.organisation:
        await see(site, reader.person.id, entry.person, entry.organisation)
    zone = told.organisation.zone if told.organisation else reader.person.organisation.zone
    moments = Moments(site, reader.language, zone, now)
    return site.render(
        request,
        "message_story.html",
        reader.language,
        reader=reader,
        entry=entry,
        organisation=told.organisation,
        words=words,
        moments=moments,
        days=by_day(words.steps(told, moments), moments),
        then=words.then(told, moments),
        named=named,
        done=done(request),
    )


def _look(
    tx: Connection, reader: Reader, wanted: int, now: datetime
) -> tuple[Why, dict[int, Programme]] | None:
    found = why(tx, reader.scope, wanted, now)
    return (found, versions(tx, [found.story.entry])) if found else None
