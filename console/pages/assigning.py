"""The form of an assignment: it is filled in, shows whom it would reach, and only then is made."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import ClassVar, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.assign import NotAssigned, Reach, assign, preview, today_at, wrong
from console import lists
from console.auth import Reader, for_right
from console.numbers import Numbers
from console.seen import see_list
from console.site import Site, language_name
from console.sorting import sort_key
from domain.assigning import HOWS, PACES, After, Query, Terms
from domain.language import LANGUAGES, language_of
from domain.programme import Programme
from domain.tree import Place, depth, in_order
from storage import organisations, programmes, sharing
from storage.database import Connection

HERE: Final = "/console/assignments/new"
NAMES_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What is asked for, as it was written; dates are ISO. `who` "new": only those who come later; `done` "again":
    who has finished begins again. `after` is a programme, `wait` the days after it."""

    place = HERE
    choices: ClassVar = {"language": LANGUAGES, "how": HOWS, "who": ("new",), "done": ("again",)}
    start = "page"
    longest = 300
    page: int = 1
    programme: int = 0
    at: int = 0
    job: str = ""
    language: str = ""
    unit: str = ""
    since: str = ""
    starts: str = ""
    due: str = ""
    days: str = ""
    pace: str = ""
    who: str = ""
    done: str = ""
    after: int = 0
    how: str = "finished"
    wait: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of. `faults` are what is wrong; without any there is a preview."""

    programmes: Sequence[tuple[int, Programme]]
    places: Sequence[tuple[int, str]]
    terms: Terms
    faults: Sequence[str]
    reach: Reach | None


def routes(site: Site) -> list[Route]:
    """The form, and what makes the assignment."""
    return [
        Route(HERE, for_right(site, "act", show), name="assigning"),
        Route(HERE, for_right(site, "act", make), methods=["POST"], name="assign"),
    ]


def terms_of(view: View, today: date) -> tuple[Terms, list[str]]:
    """What is asked for, and what of it cannot be read."""
    faults = list[str]()

    def day(written: str) -> date | None:
        with suppress(ValueError):
            return date.fromisoformat(written) if written else None
        faults.append("date")
        return None

    def count(written: str, fault: str) -> int | None:
        if not written:
            return None
        if not (written.isascii() and written.isdecimal() and len(written) < 6):
            faults.append(fault)
            return None
        return int(written)

    language = language_of(view.language) or "" if view.language else ""
    query = Query(view.job, language, view.unit, day(view.since))
    how = next(each for each in HOWS if each == view.how)
    after = After(view.after, how, count(view.wait, "after_days") or 0) if view.after else None
    terms = Terms(
        view.programme,
        view.at,
        day(view.starts) or today,
        query,
        day(view.due),
        count(view.days, "due_days"),
        view.who == "new",
        view.done == "again",
        after,
        " ".join(view.why.split()),
        count(view.pace, "pace"),
    )
    return terms, faults


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/assignments/new?programme=...&at=...`: the form, and whom it reaches once it is filled in."""
    return await _page(site, request, reader)


async def make(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/assignments/new?programme=...&at=...`: what was previewed is assigned; else the form again."""
    view, now = View.of(request), site.now()

    def once(tx: Connection) -> int | None:
        terms, faults = _terms(tx, reader, view, now)
        return None if faults else assign(tx, terms, by=reader.person.id, now=now)

    with suppress(NotAssigned):
        new = await site.database.write(once)
        if new is not None:
            return RedirectResponse(f"/console/assignments/{new}?done=made", HTTPStatus.SEE_OTHER)
    return await _page(site, request, reader, HTTPStatus.UNPROCESSABLE_ENTITY)


async def _page(site: Site, request: Request, reader: Reader, status: int = HTTPStatus.OK) -> Response:
    view, language = View.of(request), reader.language
    asked = "at" in request.query_params or request.method == "POST"
    sight = await site.database.read(lambda tx: _look(tx, site, reader, view, asked=asked))
    titles = [(number, each.text(language).title) for number, each in sight.programmes]
    named = sight.reach.people[:NAMES_SHOWN] if sight.reach else ()
    mine = reader.scope.organisations
    works = ((each, next((at.place for at in each.works if at.place in mine), None)) for each in named)
    await see_list(site, reader.person.id, "assignment", [(each.person.id, place) for each, place in works])
    return site.render(
        request,
        "assigning.html",
        language,
        status=status if sight.faults else HTTPStatus.OK,
        here=view.link(),
        reader=reader,
        view=view,
        sight=sight,
        titles=sorted(titles, key=lambda pair: sort_key(language, pair[1])),
        spoken=[(each, language_name(language, each)) for each in LANGUAGES],
        names=[each.person.name for each in named],
        paces=[(str(each), site.say(language, "assignment.pace", n=each)) for each in PACES],
        numbers=Numbers(site, language),
        longest=view.longest,
    )


def _terms(tx: Connection, reader: Reader, view: View, now: datetime) -> tuple[Terms, list[str]]:
    """What is asked for, and what is wrong with it so far. Where no date is said, it is from today on."""
    place = organisations.find(tx, view.at) if view.at in reader.scope.organisations else None
    terms, faults = terms_of(view, today_at(place or reader.person.organisation, now))
    if place is None:
        faults.append("place")
    return terms, faults


def _look(tx: Connection, site: Site, reader: Reader, view: View, *, asked: bool) -> Sight:
    """`asked`: whom it reaches is to be shown."""
    now = site.now()
    terms, faults = _terms(tx, reader, view, now)
    if asked and not faults:
        faults += wrong(tx, terms, now)
    mine = sharing.listed(tx, reader.scope.organisations)
    taught = [(owner, programmes.version(tx, version)) for owner, version in mine.items()]
    return Sight(
        taught,
        indented(organisations.places(tx), reader),
        terms,
        list(dict.fromkeys(faults)) if asked else [],
        preview(tx, terms, reader.scope) if asked and not faults else None,
    )


def indented(places: Mapping[int, Place], reader: Reader) -> list[tuple[int, str]]:
    """The places of the scope as a tree in words."""
    mine = [each for each in in_order(places.values()) if each.id in reader.scope.organisations]
    least = min((depth(places, each) for each in mine), default=0)
    return [(each.id, "\N{EM SPACE}" * (depth(places, each) - least) + each.name) for each in mine]
