"""Who has which role where: as those who manage an organisation see it, give roles and take them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import ClassVar, Final, Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.entrust import Outcome, give, take
from console import lists
from console.auth import FIRST, Reader, for_right
from console.entrance import form_of
from console.lists import number
from console.pages.learners import heading
from console.proof import back_to, freshly
from console.seen import see_list
from console.site import Site
from console.sorting import by_name, sort_key
from domain.organisation import Organisation
from domain.rights import ROLES, Grant, may_give
from storage import people, progress, roles
from storage.database import Connection
from storage.progress import LARGEST_ID
from storage.roles import Holder

HERE: Final = "/console/rights"
DONE: Final = ("given", "had", "taken", "last", "refused", "unknown")
ROWS: Final = 100
LONGEST: Final = 254  # characters of an address (RFC 5321)


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for; `page` counts from 1."""

    place = HERE
    choices: ClassVar = {"role": ROLES}
    start = "page"
    q: str = ""
    role: str = ""
    organisation: int = 0
    page: int = 1

    def wants(self, holder: Holder) -> bool:
        """Whether it asks for this one."""
        named = sort_key("en", self.q)[0] in sort_key("en", f"{holder.name} {holder.email}")[0]
        there = self.organisation in (0, holder.organisation)
        return named and there and self.role in ("", holder.role)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for, as it was written."""

    email: str = ""
    role: str = ""
    organisation: int = 0


def routes(site: Site) -> list[Route]:
    """The page, and the two things that can be done: each after a fresh proof."""
    shown, given, taken = (
        for_right(site, "manage", freshly(each, back_to(HERE))) for each in (show, put, take_back)
    )
    return [
        Route(HERE, shown, name="rights"),
        Route(HERE, given, methods=["POST"], name="give"),
        Route(HERE + "/{person}/{organisation}/{role}", taken, methods=["POST"], name="take"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/rights?q=...&role=...&organisation=...&page=...&done=OUTCOME`"""
    return await _page(site, request, reader, done=request.query_params.get("done", ""), asked=Asked())


async def put(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/rights`: give the role to one of the scope's people, by their address."""
    form = await form_of(request)
    email, role, place = (str(form.get(name, ""))[:LONGEST] for name in ("email", "role", "organisation"))
    asked = Asked(email.strip(), role, number(place))
    done = await site.database.write(partial(_give, reader=reader, asked=asked, now=site.now()))
    if done in ("unknown", "refused"):
        return await _page(
            site, request, reader, done=done, asked=asked, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    return RedirectResponse(f"{HERE}?done={done}", HTTPStatus.SEE_OTHER)


async def take_back(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/rights/PERSON/ORGANISATION/ROLE`: take it; 404 where there is none in the scope."""
    gap = request.path_params
    role = next((each for each in ROLES if each == gap["role"]), None)
    if role is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    grant = Grant(number(gap["person"]), role, number(gap["organisation"]))
    now = site.now()
    done = await site.database.write(lambda tx: take(tx, grant, reader.scope, now))
    if done == "none" or (done == "refused" and grant.organisation not in reader.scope.organisations):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    own = done == "taken" and grant.person == reader.person.id
    return RedirectResponse(FIRST if own else f"{HERE}?done={done}", HTTPStatus.SEE_OTHER)


def _give(tx: Connection, reader: Reader, asked: Asked, now: datetime) -> Outcome | Literal["unknown"]:
    role = next((each for each in ROLES if each == asked.role), None)
    if role is None or not may_give(reader.scope, role, asked.organisation):
        return "refused"
    person = people.by_email(tx, asked.email) or LARGEST_ID  # so that others' people cost what nobody does
    if progress.person(tx, reader.scope, person) is None:
        return "unknown"
    return give(tx, Grant(person, role, asked.organisation), reader.scope, now)


async def _page(
    site: Site,
    request: Request,
    reader: Reader,
    *,
    done: str,
    asked: Asked,
    status: int = HTTPStatus.OK,
) -> Response:
    view, language, scope = View.of(request), reader.language, reader.scope
    homes, everyone = await site.database.read(partial(_look, reader=reader))
    found = [each for each in everyone if view.wants(each)]
    first = (min(view.page, max(1, -(-len(found) // ROWS))) - 1) * ROWS
    shown = found[first : first + ROWS]
    there = [(each.person, each.organisation) for each in shown]
    await see_list(site, reader.person.id, "roles", there)
    places = by_name(language, homes.values())
    return site.render(
        request,
        "rights.html",
        language,
        status=status,
        here=view.link(page=view.page),
        reader=reader,
        heading=heading(site, language, places),
        view=view,
        asked=asked,
        done=done if done in DONE else "",
        holders=shown,
        first=first,
        total=len(found),
        rows=ROWS,
        places=[(each.id, each.name) for each in places],
        roles=[(each, site.say(language, f"role.{each}")) for each in ROLES],
        givable=[each for each in ROLES if any(may_give(scope, each, home) for home in homes)],
        mine=lambda each: may_give(scope, each.role, each.organisation),
    )


def _look(tx: Connection, reader: Reader) -> tuple[Mapping[int, Organisation], Sequence[Holder]]:
    return progress.organisations(tx, reader.scope), roles.everyone(tx, reader.scope)
