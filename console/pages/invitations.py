"""Invitations: who has joined and who has not, and new codes by e-mail, as letters or as a table."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import ClassVar, Final
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.invite import VALID, Made, invite_by_mail, invite_many, letters_of, mail_merge
from actions.keys import new_code, new_key
from console import lists
from console.auth import Reader, for_coordinators
from console.entrance import form_of
from console.lists import number
from console.moments import Moments
from console.pages.learners import heading
from console.proof import back_to, freshly
from console.seen import see_list
from console.site import Site
from console.sorting import sort_key
from domain.organisation import Organisation
from domain.programme import Programme
from storage import bindings, doorsteps, organisations, programmes, progress, sharing
from storage.bindings import PAGE, STANDINGS, Entrant, Wanted
from storage.database import Connection
from storage.invitations import Way

HERE: Final = "/console/invitations"
MOST: Final = 1000  # new codes at once
WAYS: Final[dict[str, Way]] = {"mail": "mail", "letter": "letter", "csv": "csv"}
DONE: Final = ("nobody", "unmarked", "no_mail")


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for; `page` counts from 1."""

    place = HERE
    choices: ClassVar = {"state": STANDINGS}
    start = "page"
    q: str = ""
    state: str = ""
    organisation: int = 0
    page: int = 1


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page is made of. `theirs` are the totals of whom the reader may invite, `asking` is how many ask to
    be let in."""

    organisations: Mapping[int, Organisation]
    found: Sequence[Entrant]
    more: bool
    totals: Mapping[str, int]
    theirs: Mapping[str, int]
    taught: Mapping[int, Programme]
    asking: int


def routes(site: Site) -> list[Route]:
    """The list, and what is made of it."""
    return [
        Route(HERE, for_coordinators(site, show), name="invitations"),
        Route(HERE, for_coordinators(site, make), methods=["POST"], name="invite"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/invitations?q=...&state=...&organisation=...&page=...`"""
    view, language, now = View.of(request), reader.language, site.now()
    sight = await site.database.read(partial(_look, reader=reader, view=view, now=now))
    there = [(each.person, each.organisation) for each in sight.found]
    await see_list(site, reader.person.id, "invitations", there)
    places = list(sight.organisations.values())
    asked = request.query_params
    titles = [(owner, each.text(language).title) for owner, each in sight.taught.items()]
    return site.render(
        request,
        "invitations.html",
        language,
        reader=reader,
        heading=heading(site, language, places),
        view=view,
        sight=sight,
        names=sorted(((each.id, each.name) for each in places), key=lambda pair: sort_key(language, pair[1])),
        titles=sorted(titles, key=lambda pair: sort_key(language, pair[1])),
        states=[
            (name, site.say(language, f"invitations.state.{name}"), sight.totals[name]) for name in STANDINGS
        ],
        done=asked["done"] if asked.get("done") in DONE else "",
        counts={name: number(asked.get(name, "")) for name in ("sent", "left")},
        ways=[name for name in WAYS if name != "mail" or site.entrance.mail_key],
        moments={each.id: Moments(site, language, each.zone, now) for each in places},
        missing=sum(
            sight.theirs[name] for name in STANDINGS if name != "joined" and view.state in ("", name)
        ),
        seen=now.isoformat(),
        most=MOST,
    )


def _look(tx: Connection, reader: Reader, view: View, now: datetime) -> Sight:
    scope, wanted = reader.scope, _wanted(tx, view, now)
    start = (max(view.page, 1) - 1) * PAGE
    found = bindings.entrants(
        tx, scope, wanted, PAGE + 1, start=start, key=partial(sort_key, reader.language)
    )
    newest = sharing.for_all(tx, scope.at("act"))
    return Sight(
        organisations=progress.organisations(tx, scope),
        found=found[:PAGE],
        more=len(found) > PAGE,
        totals=bindings.totals(tx, scope, wanted),
        theirs=bindings.totals(tx, scope.only("act"), wanted),
        taught={owner: programmes.version(tx, version) for owner, version in newest.items()},
        asking=len(doorsteps.requests(tx, scope)),
    )


def _wanted(tx: Connection, view: View, now: datetime) -> Wanted:
    houses = organisations.under(tx, [view.organisation]) if view.organisation else None
    return Wanted(now, houses, view.q, view.state)


async def make(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/invitations` of a `way`, a `programme`, and the people of the list or those that are marked.

    A mail is sent, or a file comes back, which has everybody's working code: that asks for a fresh proof. Whoever was
    invited since the page was `seen` is left out: a second press makes no second code.
    """
    form = await form_of(request)
    view = View.of_words({name: str(form.get(name, "")) for name in ("q", "state", "organisation")})
    way = WAYS.get(str(form.get("way", "")), "letter")
    marked = [number(str(each)) for each in form.getlist("person")][:MOST]
    everybody = form.get("whom") == "all"
    if not everybody and not marked:
        return _back(view, done="unmarked")
    if (way == "mail" and not site.entrance.mail_key) or (way == "letter" and site.documents is None):
        return _back(view, done="no_mail")
    only = None if everybody else marked
    order = _Order(way, number(str(form.get("programme", ""))), _seen(form, site.now()), only)
    if way == "mail":
        sent, left = await site.database.write(partial(_mail, site, reader, view, order))
        return _back(view, **({"sent": sent, "left": left} if sent or left else {"done": "nobody"}))
    return await freshly(partial(_hand_over, view, order), back_to(view.link()))(site, request, reader)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is wanted, for whom (None: everybody of the list)."""

    way: Way
    programme: int
    seen: datetime
    only: Sequence[int] | None


def _mail(site: Site, reader: Reader, view: View, order: _Order, tx: Connection) -> tuple[int, int]:
    programme, who = _whom(site, reader, view, order, tx)
    sent, left = invite_by_mail(
        tx,
        who,
        programme,
        key=site.entrance.mail_key,
        now=site.now(),
        new_key=new_key,
        by=reader.person.id,
    )
    return sent, len(left)


async def _hand_over(view: View, order: _Order, site: Site, _request: Request, reader: Reader) -> Response:
    made, programme = await site.database.write(partial(_make, site, reader, view, order))
    return await _file(site, made, programme, order.way) if made else _back(view, done="nobody")


def _make(
    site: Site, reader: Reader, view: View, order: _Order, tx: Connection
) -> tuple[Sequence[Made], Programme | None]:
    programme, who = _whom(site, reader, view, order, tx)
    made = invite_many(
        tx, who, programme, way=order.way, now=site.now(), new_code=new_code, by=reader.person.id
    )
    taught = programmes.version(tx, programmes.newest(tx)[programme]) if programme else None
    return made, taught


def _whom(
    site: Site, reader: Reader, view: View, order: _Order, tx: Connection
) -> tuple[int | None, Sequence[int]]:
    """The programme that is begun (None: nothing yet), and the people."""
    wanted, ends_by = _wanted(tx, view, site.now()), order.seen + VALID
    who = bindings.missing(tx, reader.scope, wanted, MOST, ends_by=ends_by, only=order.only)
    for_all = sharing.for_all(tx, reader.scope.at("act"))
    return order.programme if order.programme in for_all else None, who


def _seen(form: FormData, now: datetime) -> datetime:
    """When the page was made that the form stood on; now, where it does not say."""
    try:
        said = datetime.fromisoformat(str(form.get("seen", "")))
    except ValueError:
        return now
    return min(said, now) if said.tzinfo else now


async def _file(site: Site, made: Sequence[Made], programme: Programme | None, way: Way) -> Response:
    letters = letters_of(made, programme, site.address)
    if way == "csv":
        content, kind = mail_merge(letters).encode("utf-8-sig"), "text/csv; charset=utf-8"
    else:
        assert site.documents is not None, "it was asked before"
        content = await asyncio.to_thread(site.documents.letters, letters, site.now())
        kind = "application/pdf"
    name = f"invitations-{site.now():%Y-%m-%d-%H%M}.{'csv' if way == 'csv' else 'pdf'}"
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _back(view: View, **told: str | int) -> Response:
    link = view.link()
    said = {name: value for name, value in told.items() if value}
    return RedirectResponse(f"{link}{'&' if '?' in link else '?'}{urlencode(said)}", HTTPStatus.SEE_OTHER)
