"""Assignments: which programmes are given to whom, and how many of these have begun, finished, or are late."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.assign import NotAssigned, change_due, change_pace, end, today_at
from actions.assigned import Given, given
from console.auth import Reader, for_coordinators
from console.entrance import form_of
from console.lists import number
from console.numbers import Numbers
from console.pages import assigning
from console.pages.learners import heading
from console.site import Site
from domain.assigning import PACES
from domain.organisation import Organisation
from storage import progress
from storage.database import Connection

HERE: Final = "/console/assignments"
DONE: Final = ("made", "due", "pace", "ended")


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the pages are made of."""

    given: Sequence[Given]
    organisations: Sequence[Organisation]


def routes(site: Site) -> list[Route]:
    """The list, the form, an assignment, and the three things that can be done."""
    return [
        Route(HERE, for_coordinators(site, show), name="assignments"),
        *assigning.routes(site),
        Route(HERE + "/{id}", for_coordinators(site, one), name="assignment"),
        Route(HERE + "/{id}/due", for_coordinators(site, put_due), methods=["POST"], name="assignment_due"),
        Route(
            HERE + "/{id}/pace", for_coordinators(site, put_pace), methods=["POST"], name="assignment_pace"
        ),
        Route(HERE + "/{id}/end", for_coordinators(site, stop), methods=["POST"], name="assignment_end"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/assignments`"""
    today = today_at(reader.person.organisation, site.now())

    def look(tx: Connection) -> Sight:
        return Sight(given(tx, reader.scope, today), list(progress.organisations(tx, reader.scope).values()))

    sight = await site.database.read(look)
    return site.render(
        request,
        "assignments.html",
        reader.language,
        reader=reader,
        heading=heading(site, reader.language, sight.organisations),
        given=sight.given,
        today=today,
        numbers=Numbers(site, reader.language),
    )


async def one(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/assignments/ID`: 404 alike for none and for one that reaches nobody of the scope."""
    return _sheet(site, request, reader, await _named(site, request, reader))


async def put_due(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/assignments/ID/due` with a date `due`, or none."""
    found, now = await _named(site, request, reader, own=True), site.now()
    written, due_on = (await form_of(request)).get("due", ""), None
    if written:
        with suppress(ValueError):
            due_on = date.fromisoformat(written) if isinstance(written, str) else None
        if due_on is None:
            return _sheet(site, request, reader, found, "date")
    try:
        await site.database.write(
            partial(change_due, assignment=found.assigned.id, due_on=due_on, by=reader.person.id, now=now)
        )
    except NotAssigned as error:
        return _sheet(site, request, reader, found, error.faults[0])
    return RedirectResponse(f"{HERE}/{found.assigned.id}?done=due", HTTPStatus.SEE_OTHER)


async def put_pace(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/assignments/ID/pace` with a number `pace`, or none."""
    found, now = await _named(site, request, reader, own=True), site.now()
    written = (await form_of(request)).get("pace", "")
    pace = next((each for each in PACES if str(each) == written), None)
    if written and pace is None:
        return _sheet(site, request, reader, found, "pace")
    await site.database.write(
        partial(change_pace, assignment=found.assigned.id, pace=pace, by=reader.person.id, now=now)
    )
    return RedirectResponse(f"{HERE}/{found.assigned.id}?done=pace", HTTPStatus.SEE_OTHER)


async def stop(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/assignments/ID/end`"""
    found, now = await _named(site, request, reader, own=True), site.now()
    await site.database.write(lambda tx: end(tx, found.assigned.id, now, reader.person.id))
    return RedirectResponse(f"{HERE}/{found.assigned.id}?done=ended", HTTPStatus.SEE_OTHER)


async def _named(site: Site, request: Request, reader: Reader, *, own: bool = False) -> Given:
    """The assignment of the address; `own`: it is of a place of the scope, and not of one above it."""
    wanted, today = number(request.path_params["id"]), today_at(reader.person.organisation, site.now())
    seen = await site.database.read(lambda tx: given(tx, reader.scope, today, wanted))
    if not seen or (own and not seen[0].own):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return seen[0]


def _sheet(site: Site, request: Request, reader: Reader, found: Given, fault: str = "") -> Response:
    done = request.query_params.get("done", "")
    values: Mapping[str, object] = {
        "found": found,
        "assigned": found.assigned,
        "terms": found.assigned.terms,
        "done": done if done in DONE and not fault else "",
        "fault": fault,
        "paces": PACES,
        "today": today_at(reader.person.organisation, site.now()),
        "numbers": Numbers(site, reader.language),
    }
    return site.render(
        request,
        "assignment.html",
        reader.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        here=f"{HERE}/{found.assigned.id}",
        reader=reader,
        **values,
    )
