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
from console.pages import recordings, trainers, webinar_approval
from console.pages.assigning import indented
from console.pages.webinar_people import Part, View, part, ticks
from console.seen import see_list
from console.site import Site, language_name
from domain.language import LANGUAGES
from domain.leading import Feedback, feedback
from domain.planning import (
    CURRENCIES,
    EVERY,
    LONGEST_ABOUT,
    LONGEST_LINK,
    LONGEST_TITLE,
    LONGEST_VENUE,
    Fault,
)
from domain.webinar import Webinar
from storage import leads, organisations, people, registrations, webinars
from storage.database import Connection
from storage.errors import NotFound
from storage.leads import Asked
from storage.registrations import Listed

HERE: Final = "/console/webinars"
DONE: Final = ("made", "changed", "told", "cancelled", "attended", "settled", "recorded")


@dataclass(frozen=True, slots=True)
class Group:
    """A page of those that are ahead, or were before, and whether there are more."""

    name: str
    webinars: Sequence[Webinar]
    more: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the page of a webinar is made of; `part` of those who sit or wait, and those who are
    `asking` to be approved of."""

    webinar: Webinar
    taken: Mapping[str, int]
    part: Part
    asking: Sequence[Listed]
    questions: Sequence[tuple[str, str, object]]
    places: Mapping[int, str]
    trainer: str
    leads: Sequence[tuple[str, Asked]]
    feedback: Feedback


def routes(site: Site) -> list[Route]:
    """Looking is for those who see the place or one under it, the rest for those who act at it."""
    return [
        Route(HERE, for_coordinators(site, show), name="webinars"),
        Route(HERE + "/new", for_right(site, "act", begin), name="planning"),
        Route(HERE + "/new", for_right(site, "act", make), methods=["POST"], name="plan"),
        *(each for page in (trainers, webinar_approval, recordings) for each in page.routes(site)),
        Route(HERE + "/{id}", for_coordinators(site, sheet), name="webinar"),
        Route(HERE + "/{id}/edit", for_right(site, "act", edit), name="edit_webinar"),
        Route(HERE + "/{id}/edit", for_right(site, "act", change), methods=["POST"], name="change_webinar"),
        Route(HERE + "/{id}/cancel", for_right(site, "act", cancel), methods=["POST"], name="cancel_webinar"),
        Route(
            HERE + "/{id}/attendance", for_right(site, "act", attend), methods=["POST"], name="attend_webinar"
        ),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars`: a page of those to come, and then one of those that were (`ahead`, `before`)."""
    now = site.now()
    pages = {name: max(number(request.query_params.get(name, "")), 1) for name in ("ahead", "before")}

    def look(
        tx: Connection,
    ) -> tuple[list[Group], dict[int, dict[str, int]], dict[int, str], frozenset[int]]:
        lists = [
            Group("ahead", *webinars.ahead(tx, reader.scope, now, pages["ahead"])),
            Group("before", *webinars.before(tx, reader.scope, now, pages["before"])),
        ]
        names = {number: name for number, (name, _) in organisations.names(tx).items()}
        shown = [each.id for those in lists for each in those.webinars]
        return lists, registrations.taken(tx, shown), names, leads.nobody_left(tx, shown, now)

    groups, taken, names, left = await site.database.read(look)
    return site.render(
        request,
        "webinars.html",
        reader.language,
        reader=reader,
        groups=[each for each in groups if each.webinars],
        pages=pages,
        taken=taken,
        names=names,
        left=left,
        now=now,
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
    found = await site.database.read(lambda tx: _look(tx, reader, which, request.query_params))
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    shown = {each.registration.id: each for each in (*found.part.shown, *found.asking)}
    seen = [(each.registration.person, each.organisation) for each in shown.values()]
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
            (each.registration.id, each.name)
            for each in found.part.shown
            if each.registration.state == "seated"
        ],
        asking=[
            (each.registration.id, f"{each.name}, {found.places.get(each.organisation, '–')}")
            for each in found.asking
        ],
        part=found.part,
        came=[each.registration.id for each in found.part.shown if each.registration.attended],
        over=own and found.webinar.state == "open" and found.webinar.starts_at <= now,
        numbers=Numbers(site, reader.language),
        moments=Moments(site, reader.language, found.webinar.zone, now),
    )


def _look(tx: Connection, reader: Reader, which: int, asked: Mapping[str, str]) -> Sheet | None:
    found = webinars.of_scope(tx, reader.scope, which)
    if found is None:
        return None
    listed = registrations.listed(tx, reader.scope, which)
    return Sheet(
        found,
        registrations.taken(tx, [which]).get(which, {}),
        part(listed, asked),
        [each for each in listed if each.registration.state == "asked"][: organise.MOST_SHOWN],
        registrations.questions(tx, reader.scope, which),
        {number: name for number, (name, _) in organisations.names(tx).items()},
        people.name(tx, found.trainer) if found.trainer else "",
        leads.named(tx, found) if found.organisation in reader.scope.at("see") else [],
        feedback(leads.ratings(tx, which)),
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
    """`POST /console/webinars/ID/attendance` with `on`, who was on the page by their registrations' numbers, `ticked`,
    who of these was known to have been there, and `there`, once for each who is: of nobody else anything changes."""
    found, now, form = await _own(site, request, reader), site.now(), await form_of(request)
    said, ticked = ticks(form)
    if found.starts_at <= now:
        unit = partial(
            organise.attend, scope=reader.scope, webinar=found.id, said=said, now=now, ticked=ticked
        )
        await site.database.write(unit)
    view = View.of_words({name: str(form.get(name, "")) for name in ("q", "page")})
    return _to(found.id, "attended", view.link(page=view.page))


async def _own(site: Site, request: Request, reader: Reader) -> Webinar:
    which = number(request.path_params["id"])
    try:
        return await site.database.read(lambda tx: organise.seen(tx, reader.scope, which))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error


def _to(which: int, done: str, view: str = "") -> Response:
    more = f"&{view[1:]}" if view else ""
    return RedirectResponse(f"{HERE}/{which}?done={done}{more}", HTTPStatus.SEE_OTHER)


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

    def look(tx: Connection) -> tuple[list[tuple[int, str]], dict[int, str], list[tuple[str, str]]]:
        places = indented(organisations.places(tx), reader)
        return places, organise.trainers(tx, reader.scope, before), trainers.taught(tx, reader)

    places, named, programmes = await site.database.read(look)
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
        trainers=[
            (webinar_form.SEEK, site.say(reader.language, "webinar.trainer.seek")),
            *sorted(((str(who), name) for who, name in named.items()), key=lambda pair: pair[1]),
        ],
        taught=programmes,
        spoken=[(each, language_name(reader.language, each)) for each in LANGUAGES],
        rows=range(webinar_form.KEPT_ROWS),
        currencies=[(each, each) for each in CURRENCIES],
        seen_by=[
            (each, site.say(reader.language, f"webinar.seen_by.{each}")) for each in webinar_form.SEEN_BY
        ],
        every=[(each, site.say(reader.language, f"webinar.every.{each}")) for each in EVERY],
        longest={
            "title": LONGEST_TITLE,
            "about": LONGEST_ABOUT,
            "venue": LONGEST_VENUE,
            "link": LONGEST_LINK,
        },
    )
