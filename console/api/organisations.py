"""Organisations: what holds at each and where that is set; those who manage them change it."""

from collections.abc import Iterable
from datetime import time
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from actions import tend
from actions.enlist import MOST_NAME, RANGES, NotEnlisted
from console.api.operation import Body, Call, Listed, Nothing, Operation, Paging, listed, part_of
from console.api.people import Text, Word, without_defaults
from console.api.problems import Problem, not_found, unfit
from console.site import Site
from domain import tree
from domain.days_off import MOST
from domain.language import Language
from domain.organisation import Scope
from domain.tree import Level, Place
from storage import listing, organisations
from storage.database import Connection
from storage.errors import NotFound
from storage.listing import House, Part

T = TypeVar("T")
Country = Literal["LT", "PL", "NO"]
Messenger = Literal["web", "telegram"]
Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:30"])]
Zone = Annotated[Text, Field(min_length=1, max_length=60, examples=["Europe/Vilnius"])]
Line = Annotated[Text, Field(min_length=1, max_length=MOST_NAME)]
DayOff = Annotated[Text, Field(max_length=30, examples=["2026-12-21..2027-01-02", "06-24"])]


def _from(least: int, most: int) -> Any:
    """A number: what is outside is told in the words of the rule itself."""
    return Field(json_schema_extra={"minimum": least, "maximum": most})


class Organisation(BaseModel):
    """A place of the tree; `above` is the one that it is part of, null for the token's own."""

    id: int
    name: str
    level: Level
    above: int | None
    country: str
    zone: str
    language: Language


class Setting(BaseModel, Generic[T]):
    """What is set at a place (`own`, null: nothing), what holds there, and where that is set: at which `place`, if the
    token sees it.
    """

    own: T | None
    holds: T
    where: Literal["here", "above", "by country", "nowhere"]
    place: int | None


class Settings(BaseModel):
    """What is not set at a place holds as above it.

    `approver_above`, `messengers` and `days_off` are limits: below it is never looser than above, and days off add up.
    """

    country: Setting[str]
    zone: Setting[str]
    language: Setting[Language]
    contact: Setting[str]
    sector: Setting[str]
    opens: Setting[str]
    closes: Setting[str]
    cap: Setting[int]
    keep: Setting[int]
    domains: Setting[list[str]]
    messengers: Setting[list[str]]
    approver_above: Setting[int]
    languages: Setting[list[Language]]
    days_off: Setting[list[str]]


class OrganisationInFull(Organisation):
    """A place of the tree with its settings."""

    settings: Settings


class ChangedOrganisation(Body):
    """What becomes different, here and for all under it that has set nothing else; null takes a setting back, so that
    it holds as above. What is not sent stays."""

    model_config = ConfigDict(defer_build=True, json_schema_extra=without_defaults)
    name: Line = ""
    country: Country | None = None
    zone: Zone | None = None
    language: Language | None = None
    contact: Line | None = None
    sector: Word | None = None
    opens: Hour | None = None
    closes: Hour | None = None
    cap: Annotated[int, _from(*RANGES["cap"][:2])] | None = None
    keep: Annotated[int, _from(*RANGES["keep"][:2])] | None = None
    domains: (
        Annotated[list[Annotated[Text, Field(max_length=MOST_NAME)]], Field(min_length=1, max_length=20)]
        | None
    ) = None
    messengers: Annotated[list[Messenger], Field(min_length=1, max_length=9)] | None = None
    approver_above: Annotated[int, _from(*RANGES["approver_above"][:2])] | None = None
    languages: Annotated[list[Language], Field(min_length=1, max_length=9)] | None = None
    days_off: Annotated[list[DayOff], Field(min_length=1, max_length=MOST)] | None = None


def find(tx: Connection, call: Call[Paging, None]) -> Listed[Organisation]:
    """The token's, and all under it."""
    scope = call.caller.scope
    found = listing.houses(tx, scope, part_of(call.query))
    answer: Listed[Organisation] = listed(
        call.query, found, lambda each: Organisation(**_shown(each, scope)), lambda each: each.id
    )
    return answer


def get(tx: Connection, call: Call[Nothing, None]) -> OrganisationInFull | None:
    """The one of the address."""
    scope = call.caller.scope
    found = listing.houses(tx, scope, Part(only=call.id))
    if not found:
        return None
    places = organisations.places(tx)
    settings = {name: _setting(places, call.id, name, scope) for name in Settings.model_fields}
    return OrganisationInFull(**_shown(found[0], scope), settings=Settings.model_validate(settings))


def change(tx: Connection, call: Call[Nothing, ChangedOrganisation]) -> int:
    """What it is called, and what is set there."""
    sent = call.body.model_dump(exclude_unset=True)
    name = sent.pop("name", None)
    try:
        tend.change(
            tx,
            call.caller.scope,
            call.id,
            name,
            said={each: _read(each, value) for each, value in sent.items()},
            now=call.now,
        )
    except NotFound as error:
        raise not_found() from error
    except NotEnlisted as wrong:
        raise _problem(call.site, wrong) from wrong
    return call.id


def _read(name: str, value: Any) -> Any:
    """A value as the tree has it; nothing but spaces is none."""
    if name in ("opens", "closes"):
        return None if value is None else time.fromisoformat(value)
    if isinstance(value, list):
        return tuple(dict.fromkeys(each.lower() for each in value))
    if isinstance(value, str):
        return " ".join(value.split()) or None
    return value


def _problem(site: Site, wrong: NotEnlisted) -> Problem:
    told = site.say("en", f"organisations.problem.{wrong.code}", value=wrong.value)
    return unfit(wrong.code, told, wrong.about)


def _setting(places: dict[int, Place], what: int, name: str, scope: Scope) -> dict[str, Any]:
    own = getattr(places[what].own, name)
    return {
        "own": _plain(own),
        "holds": _plain(tree.at(places, what, name)),
        **_whence(places, what, name, scope),
    }


def _whence(places: dict[int, Place], what: int, name: str, scope: Scope) -> dict[str, Any]:
    sayer = tree.sayer(places, what, name)
    if sayer is None:
        return {"where": "nowhere", "place": None}
    where = "above" if sayer.id != what else "here" if getattr(sayer.own, name) is not None else "by country"
    return {"where": where, "place": sayer.id if sayer.id in scope.organisations else None}


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else value


def _shown(found: House, scope: Scope) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "level": found.level,
        "above": found.above if found.above in scope.organisations else None,
        "country": found.country,
        "zone": found.zone,
        "language": found.language,
    }


OPERATIONS: Final = (
    Operation(
        "list_organisations",
        "GET",
        "/organisations",
        "organisations:read",
        "List organisations",
        find,
        Listed[Organisation],
        query=Paging,
    ),
    Operation(
        "get_organisation",
        "GET",
        "/organisations/{id}",
        "organisations:read",
        "Look at an organisation and its settings",
        get,
        OrganisationInFull,
    ),
    Operation(
        "change_organisation",
        "PATCH",
        "/organisations/{id}",
        "organisations:write",
        "Rename an organisation, or change its settings",
        change,
        body=ChangedOrganisation,
    ),
)
