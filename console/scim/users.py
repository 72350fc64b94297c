"""The users of SCIM: found, brought, changed and removed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.responses import Response

from actions import provision
from actions.edit_person import Unfit
from actions.provision import Directory, Stale, Wish
from console.api.problems import Problem, not_found
from console.lists import number
from console.scim.discovery import MOST
from console.scim.shapes import Document, answered, listed, narrowed, person
from console.seen import see, see_list
from console.site import Site
from domain.roster_cells import Problem as Wrong
from domain.scim_filter import BadFilter, parse
from domain.scim_user import NotUnderstood, Words, patched, read
from storage import provisioned
from storage.database import Connection
from storage.progress import LARGEST_ID
from storage.provisioned import Member, View

_TOLD: Final = {
    "user_name_missing": "There is no userName: send one.",
    "user_name_taken": "Somebody else has this userName already.",
    "language_not_offered": (
        "The organisation does not offer this preferredLanguage: send one that it offers, or none."
    ),
}
_ASKED: Final = (
    "Somebody with this address learns at another organisation. They are asked in the chat whether they work here too, "
    "and are found here once they have agreed."
)


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that may be carried out. `which` stands in its address, `query` there or in the body of a search."""

    site: Site
    by: Directory
    now: datetime
    which: str
    query: Mapping[str, Any]
    headers: Headers
    body: Mapping[str, Any]

    @property
    def id(self) -> int:
        """The person of the address; 0 for what is no id."""
        return number(self.which)


async def find(ask: Ask) -> Response:
    """`GET /Users` and `POST /.search`: those who hold the filter, a part of them."""
    try:
        terms = () if ask.query.get("filter") is None else parse(str(ask.query["filter"]))
    except BadFilter as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "invalidFilter", str(error)) from error
    start, most = max(1, _number(ask, "startIndex", 1)), min(MOST, max(0, _number(ask, "count", MOST)))

    def look(tx: Connection) -> tuple[int, list[Document], list[tuple[int, int]]]:
        view = provision.view(tx, ask.by, ask.now)
        total, found = provisioned.page(tx, view, terms, skip=start - 1, most=most)
        there = [(each.id, each.place) for each in found]
        return total, [_shown(ask, view, each) for each in found], there

    total, found, there = await ask.site.database.read(look)
    await see_list(ask.site, ask.by.scope.person, "scim", there)
    return answered(listed([_narrowed(ask, each) for each in found], total, start))


async def get(ask: Ask) -> Response:
    """`GET` of one of them."""

    def look(tx: Connection) -> tuple[Document, int]:
        view = provision.view(tx, ask.by, ask.now)
        member = provisioned.one(tx, view, ask.id)
        if member is None:
            raise not_found()
        return _shown(ask, view, member), member.place

    document, place = await ask.site.database.read(look)
    await see(ask.site, ask.by.scope.person, ask.id, place)
    if _tags(ask, "if-none-match") & {document["meta"]["version"], "*"}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=_tag(document))
    return _answer(ask, document)


async def bring(ask: Ask) -> Response:
    """`POST /Users`."""
    said = _words(read, ask.body)

    def unit(tx: Connection) -> Document | None:
        which = provision.bring(tx, ask.by, said, now=ask.now)
        return None if which is None else _again(tx, ask, which)

    document = await _do(ask, unit)
    if document is None:
        raise Problem(HTTPStatus.CONFLICT, "uniqueness", _ASKED)
    headers = {"Location": document["meta"]["location"]}
    return _answer(ask, document, HTTPStatus.CREATED, headers)


async def replace(ask: Ask) -> Response:
    """`PUT`: what is not sent stays, as RFC 7644 (3.5.1) lets a service choose."""
    return await _change(ask, "scim_replace", _words(read, ask.body))


async def patch(ask: Ask) -> Response:
    """`PATCH`: some of them becomes different."""
    return await _change(ask, "scim_patch", _words(patched, ask.body))


async def remove(ask: Ask) -> Response:
    """`DELETE`: they have left; what they did stays."""
    await _do(ask, lambda tx: provision.leave(tx, ask.by, ask.id, _fits(tx, ask), now=ask.now))
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _change(ask: Ask, operation: str, said: Words) -> Response:
    def unit(tx: Connection) -> Document:
        wish = Wish(operation, said, _fits(tx, ask))
        provision.change(tx, ask.by, ask.id, wish, now=ask.now)
        return _again(tx, ask, ask.id)

    return _answer(ask, await _do(ask, unit))


async def _do(ask: Ask, unit: Callable[[Connection], Any]) -> Any:
    try:
        return await ask.site.database.write(unit)
    except Stale as error:
        told = "The person has changed since: ask for them again."
        raise Problem(HTTPStatus.PRECONDITION_FAILED, "stale", told) from error
    except Unfit as error:
        raise _problem(ask.site, error.problem) from error


def _problem(site: Site, wrong: Wrong) -> Problem:
    if wrong.code == "nobody":
        return not_found()
    told = _TOLD.get(wrong.code) or site.say("en", f"people.problem.{wrong.code}", value=wrong.value)
    if wrong.code in ("taken", "elsewhere", "user_name_taken"):
        return Problem(HTTPStatus.CONFLICT, "uniqueness", told)
    if wrong.code == "role_above":
        return Problem(HTTPStatus.FORBIDDEN, wrong.code, told)
    return Problem(HTTPStatus.BAD_REQUEST, "invalidValue", told)


def _words(how: Callable[[Mapping[str, Any]], Words], body: Mapping[str, Any]) -> Words:
    try:
        return how(body)
    except NotUnderstood as error:
        raise Problem(HTTPStatus.BAD_REQUEST, error.why, str(error)) from error


def _fits(tx: Connection, ask: Ask) -> Callable[[Member], bool]:
    """Whether somebody is still as the request says (If-Match)."""
    wanted = _tags(ask, "if-match")
    view = provision.view(tx, ask.by, ask.now)
    return lambda member: (
        not wanted or bool(wanted & {"*", str(_shown(ask, view, member)["meta"]["version"])})
    )


def _tags(ask: Ask, header: str) -> frozenset[str]:
    return frozenset(each.strip() for each in ask.headers.get(header, "").split(",") if each.strip())


def _again(tx: Connection, ask: Ask, which: int) -> Document:
    """The person as they stand now; one who went where the directory does not see is not there any more."""
    view = provision.view(tx, ask.by, ask.now)
    member = provisioned.one(tx, view, which)
    assert member is not None, "nobody is moved out of the scope"
    return _shown(ask, view, member)


def _shown(ask: Ask, view: View, member: Member) -> Document:
    return person(member, view.today[member.place], ask.site.address)


def _answer(
    ask: Ask, document: Document, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    return answered(_narrowed(ask, document), status, {**_tag(document), **(headers or {})})


def _tag(document: Document) -> Mapping[str, str]:
    return {"ETag": document["meta"]["version"]}


def _narrowed(ask: Ask, document: Document) -> Document:
    return narrowed(
        document, _names(ask.query.get("attributes")), _names(ask.query.get("excludedAttributes"))
    )


def _names(said: Any) -> Sequence[str]:
    """Names of attributes: a list of a search, or with commas between them."""
    several = said if isinstance(said, list) else str(said or "").split(",")
    return [each.strip() for each in several if isinstance(each, str) and each.strip()]


def _number(ask: Ask, name: str, usual: int) -> int:
    """A number of the query; one below 0 counts as 0."""
    said = str(ask.query.get(name, usual))
    digits = said.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise Problem(HTTPStatus.BAD_REQUEST, "invalidValue", f"“{name}” is a whole number.")
    return 0 if said != digits else min(int(digits[:11]), LARGEST_ID)
