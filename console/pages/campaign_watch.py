"""How a launch campaign goes: its organisations and steps, live, who stands behind each figure, and all as a file."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import ClassVar, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions import launch
from console import lists, live
from console.auth import Reader, for_coordinators
from console.lists import number
from console.numbers import Numbers
from console.pages.composing import HERE as ANNOUNCEMENTS
from console.proof import freshly
from console.seen import see_list
from console.site import Site
from domain.audit import Deed
from domain.campaigning import STEPS, Step
from domain.organisation import Scope
from domain.spreadsheet import guarded
from storage import audit, campaign_people, campaigns, organisations
from storage.campaign_people import GROUPS, Member
from storage.campaigns import Campaign, Stage
from storage.database import Connection
from storage.errors import NotFound

HERE: Final = ANNOUNCEMENTS + "/campaigns"
LOOK_EVERY: Final = 2.0  # seconds
MOST: Final = 500  # people on a page
_ON_ITS_WAY: Final = ("asked", "due", "sending", "paused")  # of what heads are told


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for: the people of an organisation, in one of the groups."""

    place = HERE
    choices: ClassVar = {"state": GROUPS}
    start = "state"
    state: str = ""
    organisation: int = 0


@dataclass(frozen=True, slots=True)
class Watched:
    """A campaign with its steps and how many people stand where, by organisation; `names` of these, in their order."""

    campaign: Campaign
    stages: Mapping[int, Sequence[Stage]]
    counts: Mapping[int, Mapping[str, int]]
    names: Mapping[int, str]

    @property
    def whole(self) -> Mapping[str, int]:
        """How many people stand where at all of them."""
        return sum((Counter(each) for each in self.counts.values()), Counter())

    @property
    def mark(self) -> str:
        """A word that is another one when the page is."""
        stood = [
            (each.place, each.step, each.state, each.reason, each.told, each.due_at) for each in self.all
        ]
        counts = [(place, sorted(each.items())) for place, each in self.counts.items()]
        return sha256(repr((self.campaign.state, stood, counts)).encode()).hexdigest()[:16]

    @property
    def all(self) -> list[Stage]:
        """Every step at every organisation."""
        return [each for those in self.stages.values() for each in those]

    @property
    def stops(self) -> bool:
        """Whether there is something left of it that can be stopped: a step, or what heads are to be told."""
        on_its_way = any(each.told in _ON_ITS_WAY for each in self.all)
        return self.campaign.state in ("running", "paused") or (self.campaign.state == "over" and on_its_way)

    @property
    def steps(self) -> list[Step]:
        """The steps that it has."""
        return [each for each in STEPS if each in self.campaign.days]


def routes(site: Site) -> list[Route]:
    """The people, the file for whoever has proved lately who they are, and the stream of an open page."""
    return [
        Route(HERE + "/{id}/people", for_coordinators(site, show), name="campaign_people"),
        Route(HERE + "/{id}/campaign.csv", for_coordinators(site, freshly(give, _back)), name="campaign_csv"),
        Route(HERE + "/{id}/live", for_coordinators(site, stream, acts=False), name="campaign_live"),
    ]


def _back(request: Request) -> str:
    return f"{HERE}/{number(request.path_params['id'])}"


def found(tx: Connection, scope: Scope, which: int) -> Campaign:
    """The scope's campaign; 404 alike for none and for one of others."""
    try:
        return launch.one(tx, scope, which)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error


def look(tx: Connection, scope: Scope, which: int, now: datetime) -> Watched:
    """The campaign as it stands."""
    campaign, stages = found(tx, scope, which), dict[int, list[Stage]]()
    for each in campaigns.stages(tx, which):
        stages.setdefault(each.place, []).append(each)
    counts = {place: dict.fromkeys(map(str, GROUPS), 0) for place in stages}
    for member, place in _members(tx, scope, list(stages), now):
        counts[place][member.group] += 1
    tree = organisations.places(tx)
    names = {place: tree[place].name for place in sorted(stages, key=lambda each: tree[each].name.casefold())}
    return Watched(campaign, stages, counts, names)


def _members(
    tx: Connection, scope: Scope, places: Sequence[int], now: datetime
) -> Iterator[tuple[Member, int]]:
    """Their people, each with the organisation that they belong to by a unit of it or itself."""
    whose = launch.whose(tx, places)
    for each in campaign_people.members(tx, whose, now, scope):
        yield each, whose[each.place]


async def stream(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/campaigns/ID/live`: `latest` with the mark of what its page shows."""
    which = number(request.path_params["id"])

    def seen(tx: Connection, scope: Scope) -> str:
        return look(tx, scope, which, site.now()).mark

    await site.database.read(lambda tx: found(tx, reader.scope, which))
    return live.stream(site, request, seen, LOOK_EVERY)


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/campaigns/ID/people?organisation=...&state=...`"""
    view, which, now = View.of(request), number(request.path_params["id"]), site.now()

    def unit(tx: Connection) -> tuple[Watched, list[Member], dict[int, str]]:
        watched = look(tx, reader.scope, which, now)
        places = [each for each in watched.stages if view.organisation in (0, each)]
        members = [each for each, _ in _members(tx, reader.scope, places, now)]
        names = {each.id: each.name for each in organisations.places(tx).values()}
        return watched, [each for each in members if view.state in ("", each.group)], names

    watched, members, places = await site.database.read(unit)
    shown = members[:MOST]
    await see_list(site, reader.person.id, "campaign", [(each.person, each.place) for each in shown])
    there = f"{HERE}/{which}/people"
    return site.render(
        request,
        "campaign_people.html",
        reader.language,
        reader=reader,
        view=view,
        watched=watched,
        back=f"{HERE}/{which}",
        there=there,
        link=lambda **changed: there + view.link(**changed).removeprefix(HERE),
        groups=GROUPS,
        counts=watched.counts.get(view.organisation, {}) if view.organisation else watched.whole,
        shown=shown,
        more=len(members) - len(shown),
        places=places,
        numbers=Numbers(site, reader.language),
    )


async def give(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/campaigns/ID/campaign.csv`: a row for each organisation; who takes it is kept."""
    which, now = number(request.path_params["id"]), site.now()

    def take(tx: Connection) -> Watched:
        watched = look(tx, reader.scope, which, now)
        after = {"count": len(watched.stages)}
        given = Deed("campaign.given", watched.campaign.place, which, after=after)
        audit.note(tx, given, reader.person.id, now)
        return watched

    taken = await site.database.write(take)
    headers = {"Content-Disposition": f'attachment; filename="campaign-{which}.csv"'}
    return Response(written(taken), media_type="text/csv; charset=utf-8", headers=headers)


def written(watched: Watched) -> bytes:
    """CSV as RFC 4180 has it, behind the mark of UTF-8; no cell is a formula to a spreadsheet."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    steps = [f"{step}{end}" for step in watched.steps for end in ("", "_why", "_people", "_at")]
    rows.writerow(["organisation", "name", *GROUPS, *steps])
    for place, name in watched.names.items():
        counts = [str(watched.counts[place][group]) for group in GROUPS]
        rows.writerow([str(place), guarded(name), *counts, *_cells(watched.stages[place])])
    return out.getvalue().encode("utf-8-sig")


def _cells(stages: Sequence[Stage]) -> list[str]:
    return [
        cell
        for each in stages
        for cell in (each.state, each.reason, str(each.many), _at(each.ended_at or each.due_at))
    ]


def _at(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
