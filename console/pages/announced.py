"""The people of an announcement: where the message to each stands, as a list, as a file, and live in figures."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import ClassVar, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions import compose
from console import lists, live
from console.audience_words import first_words
from console.auth import Reader, for_coordinators
from console.lists import first_of, number
from console.moments import Moments
from console.numbers import Numbers
from console.pages.composing import HERE
from console.proof import freshly
from console.seen import see_list
from console.site import Site
from console.story import Words
from domain.audit import Deed
from domain.organisation import Organisation, Scope
from domain.spreadsheet import guarded
from storage import announcement_figures, announcements, audit, progress
from storage.announcement_figures import GROUPS, PAGE, Figures, Status
from storage.announcements import Announced
from storage.database import Connection
from storage.errors import NotFound

SHOWN: Final = (*GROUPS, "confirmed", "silent")
EVERYBODY: Final = 1_000_000
LOOK_EVERY: Final = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for: one of the groups, from a message on."""

    place = HERE
    choices: ClassVar = {"state": SHOWN}
    state: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of; `older` is from where to look on (0: there are no more)."""

    announced: Announced
    figures: Figures
    people: Sequence[Status]
    older: int
    organisations: dict[int, Organisation]


def routes(site: Site) -> list[Route]:
    """The list, the file for whoever has proved lately who they are, and the stream of an open page."""
    return [
        Route(HERE + "/{id}/people", for_coordinators(site, show), name="announced"),
        Route(HERE + "/{id}/people.csv", for_coordinators(site, freshly(give, _back)), name="announced_csv"),
        Route(HERE + "/{id}/live", for_coordinators(site, stream, acts=False), name="announcement_live"),
    ]


def _back(request: Request) -> str:
    return f"{HERE}/{number(request.path_params['id'])}/people"


def mark_of(found: Announced, figures: Figures) -> str:
    """A word that is another one when the page of an announcement is."""
    return f"{found.state}.{compose.mark(found)}.{figures.mark}"


async def stream(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/ID/live`: `latest` with the mark of what its page shows."""
    which = number(request.path_params["id"])

    def look(tx: Connection, scope: Scope) -> str:
        found = announcements.of_scope(tx, scope, which)
        counted = announcement_figures.figures(tx, scope, [which])
        return mark_of(found[0], counted[which]) if found else ""

    if not await site.database.read(lambda tx: look(tx, reader.scope)):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return live.stream(site, request, look, LOOK_EVERY)


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/ID/people?state=...&before=...`"""
    view, which = View.of(request), number(request.path_params["id"])

    def look(tx: Connection) -> Sight:
        found = _found(tx, reader, which)
        shown, last = first_of(
            announcement_figures.people(
                tx, reader.scope, which, view.state, before=view.before, most=PAGE + 1
            ),
            PAGE,
        )
        counted = announcement_figures.figures(tx, reader.scope, [which])[which]
        return Sight(found, counted, shown, last.id if last else 0, progress.organisations(tx, reader.scope))

    sight = await site.database.read(look)
    seen = [(each.person, each.place) for each in sight.people if each.person]
    await see_list(site, reader.person.id, "announcement", seen)
    language, now = reader.language, site.now()
    there = f"{HERE}/{which}/people"
    return site.render(
        request,
        "announced.html",
        language,
        reader=reader,
        sight=sight,
        view=view,
        link=lambda **changed: there + view.link(**changed).removeprefix(HERE),
        first=first_words(sight.announced.texts, language),
        why=why_of,
        shown=SHOWN if sight.announced.confirms else tuple(GROUPS),
        messenger=Words(site, language, {}).messenger,
        moments={each.id: Moments(site, language, each.zone, now) for each in sight.organisations.values()},
        numbers=Numbers(site, language),
    )


def why_of(status: Status) -> str:
    """The reason of where it stands, as the page names it; the messenger's own word is nothing that can be named."""
    known = ("late", "left", "coordinator", "cancelled", "restored", "unbound")
    return f".{status.reason}" if status.state == "dropped" and status.reason in known else ""


async def give(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/ID/people.csv`: all of them; who takes it is kept."""
    which, now = number(request.path_params["id"]), site.now()

    def take(tx: Connection) -> list[Status]:
        found = _found(tx, reader, which)
        everybody = announcement_figures.people(tx, reader.scope, which, most=EVERYBODY)
        given = Deed("announcement.given", found.organisation, which, after={"count": len(everybody)})
        audit.note(tx, given, reader.person.id, now)
        return everybody

    taken = await site.database.write(take)
    headers = {"Content-Disposition": f'attachment; filename="announcement-{which}.csv"'}
    return Response(written(taken), media_type="text/csv; charset=utf-8", headers=headers)


def _found(tx: Connection, reader: Reader, which: int) -> Announced:
    try:
        return compose.one(tx, reader.scope, which)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error


COLUMNS: Final = (
    "person",
    "name",
    "organisation",
    "messenger",
    "state",
    "reason",
    "ended_at",
    "confirmed_at",
)


def written(people: Iterable[Status]) -> bytes:
    """CSV as RFC 4180 has it; no cell is a formula to a spreadsheet."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for each in people:
        named = (each.name, each.place_name, each.channel, each.state, each.reason)
        rows.writerow(
            [str(each.person or ""), *map(guarded, named), _moment(each.ended_at), _moment(each.confirmed_at)]
        )
    return out.getvalue().encode()


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
