"""Announcements: all of them, and one as it is written, waits, goes, and has gone."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import compose, dispatch
from actions.compose import Changed, Composed, Fault, Reach
from actions.dispatch import NotSent, Steer
from console.audience_words import AudienceWords, first_words, words_for
from console.auth import Reader, for_coordinators
from console.entrance import form_of
from console.lists import number
from console.marking import marked_up
from console.moments import Moments
from console.numbers import Numbers
from console.pages import announced, composing
from console.pages.learners import heading
from console.seen import see_list
from console.site import Site, language_name
from console.story import Words
from domain.audience import Line, Told, lines_of, ruled
from domain.fitting import MOST_TEXT
from domain.language import Language
from domain.message import Content
from domain.organisation import Organisation
from storage import addresses, announcement_figures, announcements, organisations, people, progress
from storage.announcement_figures import Figures
from storage.announcements import Announced
from storage.database import Connection
from storage.errors import NotFound
from storage.outbox import To
from storage.wall import beyond

HERE: Final = composing.HERE
NAMES_SHOWN: Final = 8
DONE: Final = ("tested", "late", "no_address")
CHANGED: Final = Fault("changed")
STEERS: Final[tuple[Steer, ...]] = get_args(Steer)


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page of an announcement is made of; `reach` is there before anybody is told. `asks`: to how many
    one person may announce alone, where these are more; `may`: whether who announces it still may."""

    announced: Announced
    place: Organisation
    composed: Composed
    words: AudienceWords
    figures: Figures
    by: str
    approved_by: str
    reach: Reach | None
    faults: Sequence[Fault]
    asks: int
    may: bool


@dataclass(frozen=True, slots=True)
class Column:
    """What somebody sees of it in one messenger and language."""

    messenger: str
    language: Language
    content: Content


def routes(site: Site) -> list[Route]:
    """The list, the form, one announcement and what can be done with it, and its people."""
    return [
        Route(HERE, for_coordinators(site, show), name="announcements"),
        *composing.routes(site),
        Route(HERE + "/{id}", for_coordinators(site, one), name="announcement"),
        Route(HERE + "/{id}", for_coordinators(site, do), methods=["POST"], name="do_announcement"),
        *announced.routes(site),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements`"""

    def look(tx: Connection) -> tuple[list[Announced], dict[int, Figures], dict[int, Organisation]]:
        found = announcements.of_scope(tx, reader.scope)
        counted = announcement_figures.figures(tx, reader.scope, [each.id for each in found])
        return found, counted, progress.organisations(tx, reader.scope)

    found, counted, places = await site.database.read(look)
    language, now = reader.language, site.now()
    return site.render(
        request,
        "announcements.html",
        language,
        reader=reader,
        heading=heading(site, language, list(places.values())),
        found=found,
        figures=counted,
        places=places,
        several=len(places) > 1,
        first_words=lambda each: first_words(each.texts, language),
        state_of=state_of,
        moments={each.id: Moments(site, language, each.zone, now) for each in places.values()},
        numbers=Numbers(site, language),
    )


def state_of(found: Announced, figures: Figures) -> str:
    """Where it stands, in a word: one of whose messages none is left has gone."""
    return "done" if found.state == "sending" and not figures.counts["queued"] else found.state


async def one(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/ID`: 404 alike for none and for one of others."""
    return await _page(site, request, reader)


async def do(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/ID`: what the button `do` says; 404 outside of the scope."""
    form, which = await form_of(request), number(request.path_params["id"])
    what, now = str(form.get("do", "")), site.now()
    try:
        if what == "send":
            return await _send(site, request, reader, form)
        if what == "test":
            done = await site.database.write(lambda tx: _test(tx, reader, which, now))
        elif what in ("missed", "silent", "copy"):
            new = await site.database.write(lambda tx: _again(tx, reader, which, what, now))
            return RedirectResponse(f"{HERE}/{new}", HTTPStatus.SEE_OTHER)
        else:
            seen = str(form.get("seen", ""))
            done = await site.database.write(lambda tx: _do(tx, reader, which, what, now, seen=seen))
    except Changed:
        return await _page(site, request, reader, [CHANGED])
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(f"{HERE}/{which}" + (f"?done={done}" if done else ""), HTTPStatus.SEE_OTHER)


def _do(tx: Connection, reader: Reader, which: int, what: str, now: datetime, *, seen: str) -> str:
    """What is to be said of it afterwards."""
    if what == "approve":
        return "" if dispatch.approve(tx, reader.scope, which, seen, now) else "late"
    deed = next((each for each in STEERS if each == what), None)
    if deed is None:
        compose.one(tx, reader.scope, which)
        return ""
    return "" if dispatch.steer(tx, reader.scope, which, deed, now) else "late"


def _test(tx: Connection, reader: Reader, which: int, now: datetime) -> str:
    compose.one(tx, reader.scope, which)
    with beyond(tx, "holders"):
        place = addresses.of_person(tx, reader.person.id, reader.person.organisation.messengers)
    if place is None:
        return "no_address"
    to = To(place.id, place.channel, reader.person.id)
    dispatch.try_out(tx, reader.scope, which, to, now)
    return "tested"


def _again(tx: Connection, reader: Reader, which: int, whom: str, now: datetime) -> int:
    """A new draft in the same words, for those who were not reached, who have not confirmed, or for the same."""
    if whom == "copy":
        rule = compose.composed_of(compose.one(tx, reader.scope, which)).rule
        return compose.copied(tx, reader.scope, which, rule, now, key=f"console:{secrets.token_hex(16)}")
    arrived, confirmed = Line(Told(which, "arrived"), anew=True), Line(Told(which, "confirmed"), negated=True)
    lines = [Line(Told(which, "missed"), anew=True)] if whom == "missed" else [arrived, confirmed]
    key = f"console:{secrets.token_hex(16)}"
    return compose.copied(tx, reader.scope, which, ruled(lines), now, key=key)


async def _send(site: Site, request: Request, reader: Reader, form: FormData) -> Response:
    which, now = number(request.path_params["id"]), site.now()
    written = str(form.get("when", "")).strip()

    def send(tx: Connection) -> None:
        place = compose.one(tx, reader.scope, which).organisation
        assert place is not None, "a coordinator's is of a place"
        house = organisations.find(tx, place)
        assert house is not None, "organisations are not deleted"
        at, mails = moment(written, house.zone), site.entrance.mails
        seen = str(form.get("seen", ""))
        dispatch.send(tx, reader.scope, which, at, now, seen=seen, mails=mails)

    try:
        await site.database.write(send)
    except NotSent as error:
        return await _page(site, request, reader, error.faults, written)
    return RedirectResponse(f"{HERE}/{which}", HTTPStatus.SEE_OTHER)


def moment(written: str, zone: str) -> datetime | None:
    """The time that a form says, there; raises NotSent for what is none."""
    if not written:
        return None
    with suppress(ValueError, OverflowError):
        wall = datetime.fromisoformat(written)
        return (wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    raise NotSent([Fault("when")])


async def _page(
    site: Site, request: Request, reader: Reader, faults: Sequence[Fault] = (), when: str = ""
) -> Response:
    which, now = number(request.path_params["id"]), site.now()
    try:
        sight = await site.database.read(lambda tx: _look(tx, site, reader, which, now))
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    shown = sight.reach.people[:NAMES_SHOWN] if sight.reach else ()
    await see_list(
        site, reader.person.id, "announcement", [(each.person.id, each.to.organisation) for each in shown]
    )
    done = request.query_params.get("done", "")
    return site.render(
        request,
        "announcement.html",
        reader.language,
        status=_status(faults),
        here=f"{HERE}/{which}",
        reader=reader,
        sight=sight,
        faults=list(dict.fromkeys((*sight.faults, *faults))),
        when=when,
        names=[each.person.name for each in shown],
        columns=await asyncio.to_thread(_columns, site, sight) if sight.reach else (),
        done=done if done in DONE else "",
        **_words(site, reader, sight, now),
    )


def _status(faults: Sequence[Fault]) -> HTTPStatus:
    if CHANGED in faults:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK


def _words(site: Site, reader: Reader, sight: Sight, now: datetime) -> Mapping[str, Any]:
    """What the template says things with."""
    language, announced_ = reader.language, sight.announced
    lines, without = lines_of(sight.composed.rule)
    return {
        "called": partial(language_name, language),
        "first": first_words(announced_.texts, language),
        "lines": [(each.anew, sight.words.line(each)) for each in lines],
        "without": [sight.words.leaf(each) for each in without],
        "length": partial(compose.length, sight.composed),
        "most": MOST_TEXT,
        "marked": lambda text, spoken: marked_up(text, site.say(spoken, "editor.reveal")),
        "messenger": Words(site, language, {}).messenger,
        "mine": announced_.by == reader.person.id,
        "acts": reader.may(announced_.organisation),
        "state": state_of(announced_, sight.figures),
        "seen": compose.mark(announced_),
        "latest": announced.mark_of(announced_, sight.figures),
        "numbers": Numbers(site, language),
        "moments": Moments(site, language, sight.place.zone, now),
    }


def _look(tx: Connection, site: Site, reader: Reader, which: int, now: datetime) -> Sight:
    found = compose.one(tx, reader.scope, which)
    composed, tree = compose.composed_of(found), organisations.places(tx)
    place = organisations.find(tx, composed.place)
    assert place is not None, "organisations are not deleted"
    reach = compose.reach(tx, composed, now) if found.state in announcements.BEFORE else None
    return Sight(
        found,
        place,
        composed,
        words_for(tx, site, reader, tree),
        announcement_figures.figures(tx, reader.scope, [which])[which],
        people.name(tx, found.by) if found.by else "",
        people.name(tx, found.approved_by) if found.approved_by else "",
        reach,
        compose.faults(tx, reader.scope, composed, reach) if reach and found.state == "draft" else (),
        dispatch.needs_second(tx, composed.place, len(reach.people)) if reach else 0,
        dispatch.may_announce(tx, found.by, composed.place),
    )


def _columns(site: Site, sight: Sight) -> list[Column]:
    """It in each messenger that its people have and each language that it is written in."""
    previews, reach, composed = site.previews, sight.reach, sight.composed
    if previews is None or reach is None:
        return []
    used = [name for name, _ in reach.messengers] or list(previews.messengers)
    return [
        Column(
            messenger,
            language,
            previews.announcement(
                composed.texts, language, messenger, link=composed.link, confirms=composed.confirms
            ),
        )
        for language in composed.texts
        for messenger in used
    ]
