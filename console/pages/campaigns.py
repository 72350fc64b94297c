"""Launch campaigns: all of them, the form of one, and one as it is prepared, runs, and is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final, get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import launch
from actions.launch import Changed, Deeds, Fault, Met, NotStarted, Planned
from console import campaign_form
from console.auth import Reader, for_coordinators, for_right
from console.entrance import form_of
from console.lists import number
from console.moments import Moments
from console.numbers import Numbers
from console.pages import campaign_watch
from console.pages.campaign_watch import HERE, Watched
from console.site import Site, language_name
from console.sorting import sort_key
from domain.campaigning import LAST, NAMES, STEPS, TEXTS, WAYS, Way
from domain.organisation import Organisation, Scope
from domain.tree import depth, in_order
from storage import campaigns, organisations, people, programmes, progress, sharing
from storage.campaigns import Campaign
from storage.database import Connection
from storage.errors import NotFound

DEEDS: Final[tuple[Deeds, ...]] = get_args(Deeds)
CHANGED: Final = Fault("changed")
ROWS: Final = 100  # organisations on a page


@dataclass(frozen=True, slots=True)
class Sight:
    """What the page of a campaign is made of besides what is watched; `met` is there before it starts."""

    watched: Watched
    place: Organisation
    by: str
    title: str
    met: Mapping[int, Met]
    faults: Sequence[Fault]
    seen: str


@dataclass(frozen=True, slots=True)
class Form:
    """What the form is made of: what is written, the places above, the organisations, and the programmes."""

    planned: Planned
    places: Sequence[tuple[int, str]]
    houses: Sequence[tuple[int, str]]
    titles: Sequence[tuple[int, str]]


def routes(site: Site) -> list[Route]:
    """Looking is for those who see its place, the rest for those who act there."""
    return [
        Route(HERE, for_coordinators(site, show), name="campaigns"),
        Route(HERE + "/new", for_right(site, "act", new), name="preparing"),
        Route(HERE + "/new", for_right(site, "act", keep), methods=["POST"], name="prepare"),
        Route(HERE + "/{id}", for_coordinators(site, one), name="campaign"),
        Route(HERE + "/{id}", for_right(site, "act", do), methods=["POST"], name="do_campaign"),
        Route(HERE + "/{id}/edit", for_right(site, "act", edit), name="repreparing"),
        Route(HERE + "/{id}/edit", for_right(site, "act", change), methods=["POST"], name="reprepare"),
        *campaign_watch.routes(site),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/campaigns`"""

    def look(tx: Connection) -> tuple[list[Campaign], dict[int, int], dict[int, Organisation]]:
        found = campaigns.of_scope(tx, reader.scope)
        many = campaigns.sizes(tx, [each.id for each in found])
        return found, many, progress.organisations(tx, reader.scope)

    found, many, places = await site.database.read(look)
    language, now = reader.language, site.now()
    return site.render(
        request,
        "campaigns.html",
        language,
        reader=reader,
        found=found,
        many=many,
        places=places,
        numbers=Numbers(site, language),
        moments={each.id: Moments(site, language, each.zone, now) for each in places.values()},
    )


async def new(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/campaigns/new`"""
    way: Way = "mail" if site.entrance.mail_key else "hand"

    def first(tx: Connection) -> int:
        tree, mine = organisations.places(tx), reader.scope.at("act")
        return min(mine, key=lambda each: (depth(tree, tree[each]), each))

    place = await site.database.read(first)
    return await _form(site, request, reader, campaign_form.usual(site, place, way))


async def keep(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/campaigns/new`: it is kept, and its page says what it will meet."""
    return await _keep(site, request, reader, 0)


async def edit(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/campaigns/ID/edit`: 404 for what is no draft."""
    which = number(request.path_params["id"])
    planned = await site.database.read(lambda tx: _draft(tx, reader.scope, which))
    return await _form(site, request, reader, planned, which)


async def change(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/campaigns/ID/edit`"""
    which = number(request.path_params["id"])
    await site.database.read(lambda tx: _draft(tx, reader.scope, which))
    return await _keep(site, request, reader, which)


def _draft(tx: Connection, scope: Scope, which: int) -> Planned:
    found = campaign_watch.found(tx, scope, which)
    if found.state != "draft" or found.place not in scope.at("act"):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    places = frozenset(each.place for each in campaigns.stages(tx, which))
    return Planned(found.place, places, found.programme, found.way, found.texts, found.days)


async def _keep(site: Site, request: Request, reader: Reader, which: int) -> Response:
    planned, now = campaign_form.planned_of(await form_of(request)), site.now()

    def save(tx: Connection) -> int:
        there = planned.places or frozenset(launch.offered(tx, reader.scope, planned.place))
        return launch.save(tx, reader.scope, replace(planned, places=there), now, which=which)

    try:
        kept = await site.database.write(save)
    except NotFound:
        return await _form(site, request, reader, planned, which, wrong="place")
    return RedirectResponse(f"{HERE}/{kept}", HTTPStatus.SEE_OTHER)


async def _form(
    site: Site, request: Request, reader: Reader, planned: Planned, which: int = 0, *, wrong: str = ""
) -> Response:
    form = await site.database.read(lambda tx: _choices(tx, reader, planned))
    language = reader.language
    return site.render(
        request,
        "campaign_form.html",
        language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        here=f"{HERE}/{which}/edit" if which else f"{HERE}/new",
        back=f"{HERE}/{which}" if which else HERE,
        reader=reader,
        form=form,
        wrong=wrong,
        steps=STEPS,
        texts=TEXTS,
        names={text: sorted(f"{{{name}}}" for name in NAMES[text]) for text in TEXTS},
        ways=[each for each in WAYS if each != "mail" or site.entrance.mail_key],
        last=LAST,
        called=partial(language_name, language),
    )


def _choices(tx: Connection, reader: Reader, planned: Planned) -> Form:
    mine, language = reader.scope.at("act"), reader.language
    closed = organisations.closed(tx)
    tree = [each for each in in_order(organisations.places(tx).values()) if each.id in mine - closed]
    above, house = [each for each in tree if each.level != "unit"], "organisation"
    taught = {owner: programmes.version(tx, version) for owner, version in sharing.for_all(tx, mine).items()}
    titles = [(owner, each.text(language).title) for owner, each in taught.items()]
    return Form(
        planned,
        [(each.id, each.name) for each in above],
        [(each.id, each.name) for each in tree if each.level == house],
        sorted(titles, key=lambda pair: sort_key(language, pair[1])),
    )


async def one(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/campaigns/ID`: what it will meet, or how it goes."""
    return await _page(site, request, reader)


async def do(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/campaigns/ID`: what the button `do` says, of one `organisation` or of all."""
    form, which, now = await form_of(request), number(request.path_params["id"]), site.now()
    what, place = str(form.get("do", "")), number(str(form.get("organisation", ""))) or None
    seen, mails = str(form.get("seen", "")), bool(site.entrance.mail_key)

    def unit(tx: Connection) -> str:
        deed = next((each for each in DEEDS if each == what), None)
        if deed:
            done = launch.steer(tx, reader.scope, which, deed, now, place=place)
        elif what == "start":
            launch.start(tx, reader.scope, which, now, seen=seen, mails=mails)
            done = True
        elif what == "discard":
            done = launch.discard(tx, reader.scope, which)
        else:
            launch.one(tx, reader.scope, which)
            done = True
        return "" if done else "late"

    try:
        done = await site.database.write(unit)
    except NotStarted as error:
        return await _page(site, request, reader, error.faults)
    except Changed:
        return await _page(site, request, reader, [CHANGED])
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(f"{HERE}/{which}" + (f"?done={done}" if done else ""), HTTPStatus.SEE_OTHER)


async def _page(site: Site, request: Request, reader: Reader, faults: Sequence[Fault] = ()) -> Response:
    which, now = number(request.path_params["id"]), site.now()
    sight = await site.database.read(lambda tx: _look(tx, site, reader, which, now))
    done = request.query_params.get("done", "")
    shown = list(sight.watched.names.items())
    page = max(number(request.query_params.get("page", "")), 1)
    first = min(page - 1, max(len(shown) - 1, 0) // ROWS) * ROWS
    status = HTTPStatus.CONFLICT if CHANGED in faults else HTTPStatus.UNPROCESSABLE_ENTITY
    return site.render(
        request,
        "campaign.html",
        reader.language,
        status=status if faults else HTTPStatus.OK,
        here=f"{HERE}/{which}",
        reader=reader,
        sight=sight,
        own=sight.watched.campaign,
        shown=shown[first : first + ROWS],
        page=first // ROWS + 1,
        first=first,
        total=len(shown),
        faults=list(dict.fromkeys((*sight.faults, *faults))),
        done=done if done == "late" else "",
        **_words(site, reader, sight, now),
    )


def _words(site: Site, reader: Reader, sight: Sight, now: datetime) -> Mapping[str, Any]:
    """What the template says things with."""
    language, watched = reader.language, sight.watched
    return {
        "called": partial(language_name, language),
        "acts": reader.may(watched.campaign.place),
        "latest": watched.mark,
        "texts": launch.wanted(watched.campaign),
        "numbers": Numbers(site, language),
        "moments": Moments(site, language, sight.place.zone, now),
    }


def _look(tx: Connection, site: Site, reader: Reader, which: int, now: datetime) -> Sight:
    watched, mails = campaign_watch.look(tx, reader.scope, which, now), bool(site.entrance.mail_key)
    campaign, stages = watched.campaign, [each for those in watched.stages.values() for each in those]
    draft = campaign.state == "draft"
    met = launch.met(tx, campaign, stages, now, mails=mails) if draft else []
    title = ""
    if version := sharing.known(tx, reader.scope).get(campaign.programme or 0):
        title = programmes.version(tx, version).text(reader.language).title
    return Sight(
        watched,
        launch.there(tx, campaign.place),
        people.name(tx, campaign.by) if campaign.by else "",
        title,
        {each.place: each for each in met},
        launch.faults(tx, reader.scope, campaign, met, mails=mails) if draft else (),
        launch.mark(campaign, stages),
    )
