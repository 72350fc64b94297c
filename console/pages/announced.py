"""The people of an announcement: where the message to each stands, as a list, as a file, and live in figures."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import ClassVar, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions import compose
from actions.amend import amended
from actions.vote import Results, ends, results
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
from domain.enclosed import said_in
from domain.language import Language
from domain.organisation import Organisation, Scope
from domain.spreadsheet import guarded
from storage import announcement_figures, announcements, audit, progress
from storage.amending import Amended
from storage.announcement_figures import GROUPS, PAGE, Figures, Status
from storage.announcements import Announced
from storage.database import Connection
from storage.errors import NotFound

SHOWN: Final = (*GROUPS, "confirmed", "silent")
EVERYBODY: Final = 1_000_000
LOOK_EVERY: Final = 0.5  # seconds
OVER: Final = ".over"
STALE: Final = timedelta(
    days=2
)  # after its days; who confirms it later is seen when the page is opened again
MARK: Final = "\ufeff"  # by which spreadsheets know UTF-8


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


def state_of(found: Announced, figures: Figures | None) -> str:
    """Where it stands, in a word: one of whose messages none is left has gone."""
    gone = found.state == "sending" and figures and not figures.waits
    return "done" if gone else found.state


@dataclass(frozen=True, slots=True)
class Become:
    """What became of an announcement: its figures, the answers to its question, and its changes."""

    found: Announced
    figures: Figures
    answered: Results | None
    amended: Amended | None

    def mark(self, now: datetime) -> str:
        """A word that is another one when its page is."""
        said, over = self.answered.mark if self.answered else "", OVER if self.is_over(now) else ""
        changed = self.amended.mark if self.amended else ""
        return f"{self.found.state}.{compose.mark(self.found)}.{self.figures.mark}.{said}.{changed}{over}"

    def is_over(self, now: datetime) -> bool:
        """Whether nothing of it is going to change: all of it has gone, and nobody is going to confirm it soon, or may
        still answer its question."""
        counts, until = self.figures.counts, ends(self.found)
        going = self.found.state != "sending" or self.figures.waits or counts["unknown"]
        asks = self.found.confirms and self.figures.confirmed < counts["sent"]
        return (
            not going and (not asks or now > self.found.not_after + STALE) and (until is None or now > until)
        )


async def stream(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/ID/live`: `latest` with the mark of what its page shows."""
    which = number(request.path_params["id"])

    def look(tx: Connection, scope: Scope) -> str:
        found = announcements.of_scope(tx, scope, which)
        counted = announcement_figures.figures(tx, scope, [which])
        if not found:
            return ""
        become = Become(found[0], counted[which], results(tx, found[0]), amended(tx, found[0]))
        return become.mark(site.now())

    if not await site.database.read(lambda tx: look(tx, reader.scope)):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return live.stream(site, request, look, LOOK_EVERY, rests=lambda mark: str(mark).endswith(OVER))


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

    def take(tx: Connection) -> tuple[list[Status], Mapping[int, str]]:
        found = _found(tx, reader, which)
        everybody = announcement_figures.people(tx, reader.scope, which, most=EVERYBODY)
        given = Deed("announcement.given", found.organisation, which, after={"count": len(everybody)})
        audit.note(tx, given, reader.person.id, now)
        return everybody, _chosen(tx, found, reader.language)

    taken, chosen = await site.database.write(take)
    headers = {"Content-Disposition": f'attachment; filename="announcement-{which}.csv"'}
    return Response(written(taken, chosen), media_type="text/csv; charset=utf-8", headers=headers)


def _chosen(tx: Connection, found: Announced, language: Language) -> Mapping[int, str]:
    """Who chose which answer, in words; nobody where that is anonymous."""
    poll, answered = found.enclosed.poll, results(tx, found)
    if poll is None or answered is None:
        return {}
    return {person: said_in(poll.answers[choice], language) for person, choice in answered.named.items()}


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
    "answer",
)


def written(people: Iterable[Status], chosen: Mapping[int, str]) -> bytes:
    """CSV as RFC 4180 has it, behind the mark of UTF-8; no cell is a formula to a spreadsheet. `chosen` are the answers
    given by name."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for each in people:
        named = (each.name, each.place_name, each.channel, each.state, each.reason)
        rows.writerow(
            [
                str(each.person or ""),
                *map(guarded, named),
                _moment(each.ended_at),
                _moment(each.confirmed_at),
                guarded(chosen.get(each.person, "")),
            ]
        )
    return (MARK + out.getvalue()).encode()


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
