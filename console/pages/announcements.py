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

from actions import chase, compose, dispatch
from actions.amend import amended
from actions.compose import Changed, Composed, Fault, Reach
from actions.dispatch import Looked, NotSent, Steer
from actions.reckon import Reckoned
from actions.vote import Results, ends, results
from console.audience_words import AudienceWords, first_words, sentence, words_for
from console.auth import Reader, for_coordinators
from console.entrance import form_of
from console.lists import number
from console.marking import marked_up
from console.moments import Moments
from console.numbers import Numbers
from console.pages import (
    announced,
    announcement_list,
    announcement_templates,
    composing,
    correcting,
    enclosing,
    polling,
    segments,
)
from console.pages import groups as group_pages
from console.pages import topics as topic_pages
from console.pages.announced import Become, state_of
from console.seen import see_list
from console.site import Site, language_name
from console.story import Words
from domain.audience import Line, Told, ruled
from domain.enclosed import File, length, said_in
from domain.language import Language
from domain.message import Content
from domain.organisation import Organisation
from storage import (
    addresses,
    announcement_figures,
    announcements,
    comparing,
    groups,
    organisations,
    people,
)
from storage.amending import Amended
from storage.announcement_figures import Figures
from storage.announcements import Announced
from storage.comparing import Compared
from storage.database import Connection
from storage.errors import NotFound
from storage.groups import Posted
from storage.outbox import To
from storage.wall import beyond

HERE: Final = composing.HERE
NAMES_SHOWN: Final = 8
DONE: Final = ("tested", "late", "no_address", "kept")
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
    reckoned: Reckoned | None
    answered: Results | None
    until: datetime | None
    compared: Sequence[Compared]
    posts: Sequence[Posted]
    amended: Amended | None

    @property
    def become(self) -> Become:
        """What became of it."""
        return Become(self.announced, self.figures, self.answered, self.amended)


@dataclass(frozen=True, slots=True)
class Column:
    """What somebody sees of it in one messenger and language."""

    messenger: str
    language: Language
    content: Content


def routes(site: Site) -> list[Route]:
    """The list, the form, one announcement and what can be done with it, and its people."""
    return [
        Route(HERE, for_coordinators(site, announcement_list.show), name="announcements"),
        *composing.routes(site),
        *segments.routes(site),
        *group_pages.routes(site),
        *topic_pages.routes(site),
        *announcement_templates.routes(site),
        *correcting.routes(site),
        *enclosing.routes(site),
        *polling.routes(site),
        Route(HERE + "/{id}", for_coordinators(site, one), name="announcement"),
        Route(HERE + "/{id}", for_coordinators(site, do), methods=["POST"], name="do_announcement"),
        *announced.routes(site),
    ]


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
    missed = ruled([Line(Told(which, "missed"), anew=True)])
    rule = {"missed": missed, "silent": chase.silent(which)}.get(whom)
    return compose.copied(tx, reader.scope, which, rule, now, key=f"console:{secrets.token_hex(16)}")


async def _send(site: Site, request: Request, reader: Reader, form: FormData) -> Response:
    which, now = number(request.path_params["id"]), site.now()
    written = str(form.get("when", "")).strip()

    def look(tx: Connection) -> Looked | None:
        place = compose.one(tx, reader.scope, which).organisation
        assert place is not None, "a coordinator's is of a place"
        house = organisations.find(tx, place)
        assert house is not None, "organisations are not deleted"
        at, seen = moment(written, house.zone), str(form.get("seen", ""))
        return dispatch.look(tx, reader.scope, which, at, now, seen=seen, own_hour="own" in form)

    try:
        looked = await site.database.read(look)
        await site.database.write(
            lambda tx: dispatch.put(tx, reader.scope, which, looked, now, mails=site.entrance.mails)
        )
    except NotSent as error:
        return await _page(site, request, reader, error.faults, (written, "own" in form))
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
    site: Site,
    request: Request,
    reader: Reader,
    faults: Sequence[Fault] = (),
    when: tuple[str, bool] = ("", False),
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
        when=when[0],
        own_hour=when[1],
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
    return {
        "called": partial(language_name, language),
        "first": first_words(announced_.texts, language),
        "whom": sentence(sight.words, sight.composed.rule),
        "length": lambda spoken: length(sight.composed.texts.get(spoken, ""), announced_.enclosed, spoken),
        "most": compose.most(announced_.enclosed),
        "said_in": said_in,
        "answers": answers,
        "way": partial(way, announced_.enclosed.file),
        "marked": lambda text, spoken: marked_up(text, site.say(spoken, "editor.reveal")),
        "messenger": Words(site, language, {}).messenger,
        "mine": announced_.by == reader.person.id,
        "acts": reader.may(announced_.organisation),
        "state": state_of(announced_, sight.figures),
        "seen": compose.mark(announced_),
        "latest": sight.become.mark(now),
        "over": sight.become.is_over(now),
        "called_by": lambda each: (
            first_words(each.texts, language) or site.say(language, "announcements.empty")
        ),
        "numbers": Numbers(site, language),
        "moments": Moments(site, language, sight.place.zone, now),
    }


def _look(tx: Connection, site: Site, reader: Reader, which: int, now: datetime) -> Sight:
    found = compose.one(tx, reader.scope, which)
    composed, tree = compose.composed_of(found), organisations.places(tx)
    place = organisations.find(tx, composed.place)
    assert place is not None, "organisations are not deleted"
    figures = announcement_figures.figures(tx, reader.scope, [which])[which]
    reach = compose.reach(tx, composed, now) if found.state in announcements.BEFORE else None
    become = Become(found, figures, results(tx, found), amended(tx, found))
    return Sight(
        found,
        place,
        composed,
        words_for(tx, site, reader, tree),
        figures,
        people.name(tx, found.by) if found.by else "",
        people.name(tx, found.approved_by) if found.approved_by else "",
        reach,
        compose.faults(tx, reader.scope, composed, reach) if reach and found.state == "draft" else (),
        compose.needs_second(tx, composed.place, reach.many) if reach else 0,
        dispatch.may_announce(tx, found.by, composed.place),
        compose.reckoned(tx, composed, reach, dispatch.begins(found, now), own_hour=found.own_hour)
        if reach
        else None,
        become.answered,
        ends(found),
        comparing.compared(tx, reader.scope, found) if become.is_over(now) else (),
        groups.posts(tx, reader.scope, which),
        become.amended,
    )


def way(file: File | None, content: Content) -> str:
    """How a file gets to somebody: with the message, by an address in it, or not at all; "" where there is none."""
    if file is None:
        return ""
    if content.paper:
        return "along"
    return "linked" if _leads(file, content) else "absent"


def answers(content: Content) -> bool:
    """Whether a question can be answered where this is shown: by a button, or in words."""
    return "/vote " in content.text.plain or any(each.data.startswith("/vote ") for each in content.buttons)


def _leads(file: File, content: Content) -> bool:
    return file.path in content.text.plain or any(each.url.endswith(file.path) for each in content.buttons)


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
            previews.announcement(composed, language, messenger, number=sight.announced.id),
        )
        for language in composed.texts
        for messenger in used
    ]
