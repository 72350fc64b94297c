"""What people ask to have corrected of themselves, to be taken over into the roster or refused with a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.correct import LONGEST, refuse, take_over
from actions.edit_person import Unfit
from console.auth import Reader, for_coordinators
from console.entrance import form_of
from console.lists import number
from console.moments import Moments
from console.numbers import Numbers
from console.pages.learners import heading
from console.roster_words import RosterWords
from console.seen import see_list
from console.site import Site
from domain.organisation import Organisation
from domain.roster_cells import Problem
from domain.roster_plan import Change
from storage import corrections, progress
from storage.corrections import Wanted
from storage.database import Connection
from storage.progress import LARGEST_ID

HERE: Final = "/console/people/corrections"
DONE: Final = ("taken", "refused")
MOST: Final = 50  # on the page, the oldest first


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of; `more` wait behind those who are shown."""

    organisations: Mapping[int, Organisation]
    wanted: Sequence[Wanted]
    more: int


def routes(site: Site) -> list[Route]:
    """The list, and what is decided on it."""
    return [
        Route(HERE, for_coordinators(site, show), name="corrections"),
        Route(HERE + "/{id}", for_coordinators(site, decide), methods=["POST"], name="correct"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/people/corrections?done=...`"""
    return await _page(site, request, reader)


async def _page(
    site: Site,
    request: Request,
    reader: Reader,
    *,
    about: int = 0,
    problem: Problem | None = None,
    no_word: bool = False,
) -> Response:
    """The page; what was wrong with a decision `about` one of them: a `problem` of the roster, or no word of why."""
    language, done = reader.language, request.query_params.get("done", "")
    sight = await site.database.read(partial(_look, reader=reader))
    await see_list(
        site, reader.person.id, "corrections", [(each.person, each.place) for each in sight.wanted]
    )
    words = RosterWords(site, language, {})
    places = list(sight.organisations.values())
    return site.render(
        request,
        "corrections.html",
        language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem or no_word else HTTPStatus.OK,
        here=HERE,
        reader=reader,
        heading=heading(site, language, places),
        wanted=[(each, words.change(Change(each.what, each.before, each.words))) for each in sight.wanted],
        more=sight.more,
        numbers=Numbers(site, language),
        houses=sight.organisations,
        done=done if done in DONE else "",
        about=about,
        wrong=words.problem(problem) if problem else site.say(language, "corrections.why") if no_word else "",
        no_word=no_word,
        longest=LONGEST,
        moments={each.id: Moments(site, language, each.zone, site.now()) for each in places},
    )


def _look(tx: Connection, reader: Reader) -> Sight:
    wanted = corrections.wanted(tx, reader.scope)
    shown = wanted[:MOST]
    return Sight(progress.organisations(tx, reader.scope), shown, len(wanted) - len(shown))


async def decide(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/people/corrections/ID` with `decision=take`, or not and `why`; 404 outside of the scope, and for
    what was decided before."""
    form, which = await form_of(request), number(request.path_params["id"])
    scope, now, mails = reader.scope, site.now(), bool(site.entrance.mail_key)
    if not 0 < which <= LARGEST_ID or not await site.database.read(
        lambda tx: corrections.wanted(tx, scope, which)
    ):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if form.get("decision") == "take":
        unit, done = partial(take_over, scope=scope, which=which, now=now, mails=mails), "taken"
    else:
        why = " ".join(str(form.get("why", "")).split())[:LONGEST]
        if not why:
            return await _page(site, request, reader, about=which, no_word=True)
        unit, done = partial(refuse, scope=scope, which=which, why=why, now=now, mails=mails), "refused"
    try:
        decided = await site.database.write(unit)
    except Unfit as unfit:
        return await _page(site, request, reader, about=which, problem=unfit.problem)
    if decided is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return RedirectResponse(f"{HERE}?done={done}", HTTPStatus.SEE_OTHER)
