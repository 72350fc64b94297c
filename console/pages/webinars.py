"""Webinars and classroom sessions: the list, the form of one, who sits and who waits, and who was there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import organise
from actions.organise import NotHeld
from console import webinar_form
from console.auth import Reader, for_coordinators, for_right
from console.entrance import form_of
from console.lists import number
from console.moments import Moments
from console.numbers import Numbers
from console.pages.assigning import indented
from console.seen import see_list
from console.site import Site, language_name
from domain.language import LANGUAGES
from domain.planning import EVERY, LONGEST_ABOUT, LONGEST_LINK, LONGEST_TITLE, LONGEST_VENUE, Fault
from domain.webinar import Webinar
from storage import organisations, people, registrations, webinars
from storage.database import Connection
from storage.errors import NotFound
from storage.registrations import Listed

HERE: Final = "/console/webinars"
DONE: Final = ("made", "changed", "told", "cancelled", "attended")


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the page of a webinar is made of; `more` sit or wait besides those who are `listed`."""

    webinar: Webinar
    taken: Mapping[str, int]
    listed: Sequence[Listed]
    more: int
    questions: Sequence[tuple[str, str, object]]
    places: Mapping[int, str]
    trainer: str


def routes(site: Site) -> list[Route]:
    """Looking is for those who see the place or one under it, the rest for those who act at it."""
    return [
        Route(HERE, for_coordinators(site, show), name="webinars"),
        Route(HERE + "/new", for_right(site, "act", begin), name="planning"),
        Route(HERE + "/new", for_right(site, "act", make), methods=["POST"], name="plan"),
        Route(HERE + "/{id}", for_coordinators(site, sheet), name="webinar"),
        Route(HERE + "/{id}/edit", for_right(site, "act", edit), name="edit_webinar"),
        Route(HERE + "/{id}/edit", for_right(site, "act", change), methods=["POST"], name="change_webinar"),
        Route(HERE + "/{id}/cancel", for_right(site, "act", cancel), methods=["POST"], name="cancel_webinar"),
        Route(
            HERE + "/{id}/attendance", for_right(site, "act", attend), methods=["POST"], name="attend_webinar"
        ),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars`: those to come, and then those that were."""

    def look(tx: Connection) -> tuple[list[Webinar], dict[int, dict[str, int]], dict[int, str]]:
        found = webinars.of_scope(tx, reader.scope)
        names = {number: name for number, (name, _) in organisations.names(tx).items()}
        return found, registrations.taken(tx, [each.id for each in found]), names

    found, taken, names = await site.database.read(look)
    now = site.now()
    ahead = [each for each in found if each.ends_at > now]
    before = [each for each in found if each.ends_at <= now][::-1]
    return site.render(
        request,
        "webinars.html",
        reader.language,
        reader=reader,
        groups=[(name, those) for name, those in (("ahead", ahead), ("before", before)) if those],
        taken=taken,
        names=names,
        numbers=Numbers(site, reader.language),
        moments=Moments(site, reader.language, reader.person.organisation.zone, now),
    )


async def begin(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars/new`"""
    mine = reader.scope.at("act")
    home = reader.person.organisation
    place = home.id if home.id in mine else min(mine)
    return await _form(site, request, reader, webinar_form.empty(place, home.zone))


async def make(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/webinars/new`: it is there, or the form says why not."""
    words, now = webinar_form.written(await form_of(request)), site.now()
    planned, faults = webinar_form.planned(words)
    if faults:
        return await _form(site, request, reader, words, faults)
    try:
        new = await site.database.write(partial(organise.make, scope=reader.scope, planned=planned, now=now))
    except NotHeld as why:
        return await _form(site, request, reader, words, why.faults)
    return _to(new[0], "made")


async def sheet(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars/ID`: what it is, who sits, and who waits in which order."""
    which, done = number(request.path_params["id"]), request.query_params.get("done", "")
    found = await site.database.read(lambda tx: _look(tx, reader, which))
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    seen = [(each.registration.person, each.organisation) for each in found.listed]
    await see_list(site, reader.person.id, "webinar", seen)
    now, own = site.now(), reader.may(found.webinar.organisation)
    return site.render(
        request,
        "webinar.html",
        reader.language,
        reader=reader,
        sheet=found,
        webinar=found.webinar,
        done=done if done in DONE else "",
        open=own and found.webinar.state == "open" and found.webinar.starts_at > now,
        seated=[
            (each.registration.id, each.name) for each in found.listed if each.registration.state == "seated"
        ],
        came=[each.registration.id for each in found.listed if each.registration.attended],
        over=own and found.webinar.state == "open" and found.webinar.starts_at <= now,
        numbers=Numbers(site, reader.language),
        moments=Moments(site, reader.language, found.webinar.zone, now),
    )


def _look(tx: Connection, reader: Reader, which: int) -> Sheet | None:
    found = next((each for each in webinars.of_scope(tx, reader.scope) if each.id == which), None)
    if found is None:
        return None
    listed = registrations.listed(tx, reader.scope, which)
    return Sheet(
        found,
        registrations.taken(tx, [which]).get(which, {}),
        listed[: organise.MOST_SHOWN],
        max(len(listed) - organise.MOST_SHOWN, 0),
        registrations.questions(tx, reader.scope, which),
        {number: name for number, (name, _) in organisations.names(tx).items()},
        people.name(tx, found.trainer) if found.trainer else "",
    )


async def edit(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars/ID/edit`"""
    found = await _own(site, request, reader)
    return await _form(site, request, reader, webinar_form.of(found), before=found)


async def change(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/webinars/ID/edit`: so it is, and those who are registered are told; or the form says why not."""
    before, now = await _own(site, request, reader), site.now()
    form = webinar_form.written(await form_of(request))
    words = form | {"organisation": str(before.organisation), "every": "", "times": ""}
    planned, faults = webinar_form.planned(words, before.id)
    if faults:
        return await _form(site, request, reader, words, faults, before=before)
    try:
        after = await site.database.write(
            partial(organise.change, scope=reader.scope, planned=planned[0], now=now)
        )
    except NotHeld as why:
        return await _form(site, request, reader, words, why.faults, before=before)
    return _to(before.id, "changed" if after.sequence == before.sequence else "told")


async def cancel(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/webinars/ID/cancel`"""
    found, now = await _own(site, request, reader), site.now()
    await site.database.write(partial(organise.cancel, scope=reader.scope, webinar=found.id, now=now))
    return _to(found.id, "cancelled")


async def attend(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/webinars/ID/attendance` with `there`, once for each who was: by their registration's number."""
    found, now = await _own(site, request, reader), site.now()
    there = [number(str(each)) for each in (await form_of(request)).getlist("there")]
    if found.starts_at <= now:
        unit = partial(organise.attend, scope=reader.scope, webinar=found.id, there=there, now=now)
        await site.database.write(unit)
    return _to(found.id, "attended")


async def _own(site: Site, request: Request, reader: Reader) -> Webinar:
    which = number(request.path_params["id"])
    try:
        return await site.database.read(lambda tx: organise.seen(tx, reader.scope, which))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error


def _to(which: int, done: str) -> Response:
    return RedirectResponse(f"{HERE}/{which}?done={done}", HTTPStatus.SEE_OTHER)


async def _form(
    site: Site,
    request: Request,
    reader: Reader,
    words: Mapping[str, str],
    faults: Sequence[Fault] = (),
    *,
    before: Webinar | None = None,
) -> Response:
    """`before`: as one is that is there already."""

    def look(tx: Connection) -> tuple[list[tuple[int, str]], dict[int, str]]:
        return indented(organisations.places(tx), reader), organise.trainers(tx, reader.scope, before)

    places, trainers = await site.database.read(look)
    which = before.id if before else 0
    return site.render(
        request,
        "webinar_form.html",
        reader.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        reader=reader,
        here=f"{HERE}/{which}/edit" if which else f"{HERE}/new",
        back=f"{HERE}/{which}" if which else HERE,
        which=which,
        words=words,
        faults=list(dict.fromkeys(faults)),
        places=[(str(place), name) for place, name in places],
        trainers=sorted(((str(who), name) for who, name in trainers.items()), key=lambda pair: pair[1]),
        spoken=[(each, language_name(reader.language, each)) for each in LANGUAGES],
        rows=range(webinar_form.KEPT_ROWS),
        every=[(each, site.say(reader.language, f"webinar.every.{each}")) for each in EVERY],
        longest={
            "title": LONGEST_TITLE,
            "about": LONGEST_ABOUT,
            "venue": LONGEST_VENUE,
            "link": LONGEST_LINK,
        },
    )
