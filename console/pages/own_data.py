"""One's own data, for whoever is signed in: what is kept, a copy, what changes at once, and what is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import at_the_desk, close_organisation, correct, my_data
from actions.correct import Work
from certificates.own_words import told
from console.auth import ACCOUNT, Reader, for_everybody
from console.entrance import field_of, form_of
from console.lists import number
from console.moments import Moments
from console.pages.privacy import copy_of
from console.pages.privacy_notice import path_of
from console.proof import freshly
from console.roster_words import RosterWords
from console.site import Site, language_name
from domain.audit import Deed
from domain.correction import WHAT, Wish
from domain.facts import StudyState
from domain.language import language_of
from domain.own_data import own_kind
from domain.privacy_notice import told_at
from domain.report import Report
from domain.roster_cells import Problem
from domain.settings import hour_of
from storage import audit, corrections, studies
from storage.corrections import Asked
from storage.database import Connection

HERE: Final = f"{ACCOUNT}/data"
DONE: Final = ("rhythm", "paused", "resumed", "asked", "same", "many")
_DEEDS: Final = {"pause": (at_the_desk.pause, "paused"), "resume": (at_the_desk.resume, "resumed")}


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of."""

    report: Report
    states: frozenset[StudyState]
    works: Sequence[Work]
    waiting: Sequence[Asked]
    closing: Sequence[tuple[str, datetime]]


def routes(site: Site) -> list[Route]:
    """The page, the copies, and what is changed on it; a copy is behind a fresh proof."""
    fetched = freshly(fetch, lambda request: request.url.path)
    return [
        Route(HERE, for_everybody(site, show), name="my_data"),
        Route(HERE + "/copy.{kind}", for_everybody(site, fetched), name="my_copy"),
        Route(HERE + "/learning", for_everybody(site, learn), methods=["POST"], name="my_learning"),
        Route(HERE + "/rhythm", for_everybody(site, set_rhythm), methods=["POST"], name="my_rhythm"),
        Route(HERE + "/correct", for_everybody(site, ask), methods=["POST"], name="my_correction"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/account/data`; `?done=...` says what was changed."""
    return await _page(site, request, reader)


async def _page(
    site: Site,
    request: Request,
    reader: Reader,
    *,
    wrong: str = "",
    problem: Problem | None = None,
    wish: Wish | None = None,
) -> Response:
    """The page; `wrong` or `problem` is what was wrong with what was sent, `wish` what was asked for."""
    language, done = reader.language, request.query_params.get("done", "")
    sight = await site.database.read(partial(_look, site=site, reader=reader))
    words = RosterWords(site, language, {})
    own = reader.person
    return site.render(
        request,
        "own_data.html",
        language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong or problem else HTTPStatus.OK,
        here=HERE,
        reader=reader,
        told=told(replace(sight.report, language=language, tables=()), site.texts),
        sight=sight,
        papers=site.documents is not None,
        notice=path_of(site, told_at(own.organisation.id)),
        done=done if done in DONE else "",
        wrong=words.problem(problem) if problem else wrong and site.say(language, f"own.wrong.{wrong}"),
        wrong_hour=wrong == "hour",
        wish=wish,
        wishes=[(what, words.named(what)) for what in WHAT],
        words=words,
        spoken=[(each, language_name(language, each)) for each in own.organisation.offers],
        hour=own.hour.strftime("%H:%M"),
        moments=Moments(site, language, own.organisation.zone, site.now()),
    )


def _look(tx: Connection, site: Site, reader: Reader) -> Sight:
    person = reader.person
    return Sight(
        report=my_data.report(tx, person.id, site.now()),
        states=frozenset(each.state for each in studies.of_person(tx, person.id)),
        works=correct.works(tx, person),
        waiting=corrections.of_person(tx, person.id),
        closing=close_organisation.where_they_work(tx, person, site.now()),
    )


async def fetch(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/account/data/copy.json` or `.pdf`: everything, of all organisations."""
    person, kind = reader.person, own_kind(request.path_params["kind"])
    if kind is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    deed = Deed("copy.given", person.organisation.id, person.id, after={"kind": kind})
    await site.database.write(partial(audit.note, deed=deed, who=person.id, now=site.now()))
    return (await copy_of(site, person.id, kind)).response()


async def learn(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/account/data/learning` with a `deed`: pause or resume."""
    found = _DEEDS.get(await field_of(request, "deed"))
    if found is None:
        return _back("")
    do, done = found
    await site.database.write(partial(do, person=reader.person.id, now=site.now()))
    return _back(done)


async def set_rhythm(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/account/data/rhythm` of a `language` and an `hour`: both hold at once."""
    language = language_of(await field_of(request, "language")) or reader.person.language
    hour = hour_of(await field_of(request, "hour"))
    if hour is None:
        return await _page(site, request, reader, wrong="hour")
    unit = partial(at_the_desk.set_rhythm, person=reader.person.id, now=site.now())
    await site.database.write(partial(unit, language=language, hour=hour))
    return _back("rhythm")


async def ask(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/account/data/correct` of `what` (a job: at which `work`) by which `words`: a request."""
    form = await form_of(request)
    written = str(form.get("words", ""))
    what = next((each for each in WHAT if each == form.get("what")), WHAT[0])
    wish = Wish(what, written, number(str(form.get("work", ""))) if what == "job" else 1)
    if not written.strip():
        return await _page(site, request, reader, wrong="words", wish=wish)
    unit = partial(correct.ask, person=reader.person.id, wish=wish, now=site.now())
    filed = await site.database.write(unit)
    if filed.became == "unfit":
        return await _page(site, request, reader, problem=filed.why, wish=wish)
    return _back(filed.became)


def _back(done: str) -> Response:
    return RedirectResponse(f"{HERE}?done={done}" if done else HERE, HTTPStatus.SEE_OTHER)
