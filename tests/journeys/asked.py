"""What every route asks of a request, found by asking it, in which forms its requests come."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import FormData, ImmutableMultiDict, QueryParams
from starlette.routing import Mount, Route

from console.api.app import OPERATIONS
from console.api.operation import Operation
from tests.console.api.conftest import HERE
from tests.console.api.test_api_matrix import NEEDS as API_NEEDS
from tests.console.api.test_api_matrix import id_of
from tests.console.planted import Planted
from tests.console.test_matrix import NEEDS

Place = Literal["path", "query", "form", "json", "header", "cookie"]
Who = Literal["nobody", "person", "program"]
IDLE: Final = frozenset(
    {"live", "announcement_live", "campaign_live", "webinar_door_live", "static", "_events", "_file", "leak"}
)  # streams; files in memory; the tests' own
HEADERS: Final = ("User-Agent", "Referer", "Accept-Language")
API_HEADERS: Final = ("Authorization", "Idempotency-Key")
COOKIES: Final = (  # a route where each is looked at
    ("learners", "zinute_session"),
    ("front", "zinute_language"),
    ("second_factor", "zinute_step"),
    ("use_passkey", "zinute_passkey"),
    ("provider_back", "zinute_organisation"),
    ("_earlier", "zinute_chat"),
)
CHAT: Final = {"id": "12345678", "text": "labas", "label": "", "lang": "lt"}
# What a form needs to be carried out; what it does not need is left out.
FITTING: Final = {"name": "Nauja", "language": "lt", "lang": "lt", "email": "nauja@example.org", "role": "trainer"} | {
    "deed": "domains", "domains": "example.org", "decision": "let_in", "reach": "all", "days": "30", "words": "Taip",
    "scope": "people:read", "reason": "klaida", "way": "mail", "text": "Tekstas", "due": "2027-01-04",
    "code": "123456", "password": "kavos puodelis prie lango", "new": "kavos puodelis prie lango", "sort": "name",
}  # fmt: skip
NUMBERS: Final = frozenset({"organisation", "programme"})


@dataclass(frozen=True)
class Spot:
    """A part of a request that may be anything."""

    place: Place
    name: str


@dataclass(frozen=True)
class Target:
    """A route, and what is sent to it: what is "" is left out.

    `path` is its address with a gap for each part that may be another.
    """

    name: str
    method: str
    path: str
    parts: Mapping[str, str]
    who: Who
    given: Mapping[Spot, str] = field(default_factory=dict)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """All that may be anything."""
        return (*(Spot("path", name) for name in self.parts), *self.given)

    def of(self, place: Place) -> dict[str, str]:
        """What is sent there."""
        return {spot.name: value for spot, value in self.given.items() if spot.place == place and value}

    def saying(self, spot: Spot, value: str) -> "Target":
        """The same with something else in one spot."""
        if spot.place == "path":
            return replace(self, parts={**self.parts, spot.name: quote(value, safe="*")})
        return replace(self, given={**self.given, spot: value})

    def address(self) -> str:
        """Its address without a query."""
        return self.path.format(**self.parts)


@contextmanager
def asked_for() -> Iterator[set[Spot]]:
    """The names that are looked for in queries and forms meanwhile."""
    found = set[Spot]()
    with pytest.MonkeyPatch.context() as patch:
        for way in ("__getitem__", "__contains__", "getlist"):
            known = getattr(ImmutableMultiDict, way)

            def heard(words: Any, name: Any, known: Any = known) -> Any:
                if isinstance(name, str) and isinstance(words, (QueryParams, FormData)):
                    found.add(Spot("query" if isinstance(words, QueryParams) else "form", name))
                return known(words, name)

            patch.setattr(ImmutableMultiDict, way, heard)
        yield found


def fitting(planted: Planted, name: str) -> str:
    """What the name may be, so that more than it is looked at; "" for what need not be there."""
    own, person = str(planted.organisations["own"]), str(planted.ids["person", "own"])
    known = {"place": own, "organisation": own, "at": own, "programme": str(planted.taught), "person": person}
    return (FITTING | known).get(name, "")


def pages(app: Starlette, planted: Planted) -> Iterator[Target]:
    """Each route for browsers, as yet without what is asked of it; a new one is among them by itself."""
    for route in app.routes:
        if isinstance(route, Mount) and route.name in ("api", "scim"):
            continue  # see operations and of_directory
        assert isinstance(route, Route), f"{route} is of a kind that is not asked for here"
        for method in sorted((route.methods or set()) - {"HEAD"}):
            if route.name not in IDLE:
                yield _page(planted, route, method)


def _page(planted: Planted, route: Route, method: str) -> Target:
    need = NEEDS.get((method, route.name))
    known = {"id": planted.ids.get((need.thing, "own"), 1) if need else 1, "version": planted.versions["own"]}
    address = (need.address if need else route.path.replace("{digest}", "0" * 64)).partition("?")[0]
    address = address.format(**known, place=planted.organisations["own"], at="own")
    found = route.path_regex.match(address)
    assert found, address
    path = address
    for name in sorted(found.groupdict(), key=found.start, reverse=True):
        path = f"{path[: found.start(name)]}{{{name}}}{path[found.end(name) :]}"
    given = {Spot("header", name): "" for name in HEADERS}
    given |= {Spot("cookie", name): "" for at, name in COOKIES if at == route.name}
    given |= {Spot("json", name): value for name, value in CHAT.items() if route.name == "_message"}
    who: Who = "person" if need and need.right else "nobody"
    return Target(route.name, method, path, found.groupdict(), who, given)


def operations(planted: Planted) -> Iterator[Target]:
    """Each operation of the API, with all that it declares."""
    for each in OPERATIONS:
        need = API_NEEDS[each.name]
        given = {Spot("header", name): "" for name in API_HEADERS}
        given |= {Spot("query", name): "" for name in each.query.model_fields}
        given |= {Spot("json", name): _needed(planted, each, name) for name in _fields(each)}
        parts = {"id": str(id_of(planted, need.thing, "own"))} if need.thing else {}
        yield Target(each.name, each.method, HERE + each.path, parts, "program", given)


def of_directory(planted: Planted) -> Iterator[Target]:
    """What directories ask and send (SCIM)."""
    users, number = "/scim/v2/Users", {"id": str(planted.ids["person", "own"])}
    listed = ("filter", "attributes", "excludedAttributes", "startIndex", "count")
    said = ("userName", "externalId", "displayName", "title", "preferredLanguage")
    sent = {Spot("json", name): "" for name in said} | {Spot("json", "userName"): "nauja@example.org"}
    yield Target("scim_users", "GET", users, {}, "program", {Spot("query", name): "" for name in listed})
    yield Target("scim_add", "POST", users, {}, "program", sent)
    yield Target("scim_user", "GET", users + "/{id}", number, "program", {Spot("query", "attributes"): ""})
    for method in ("PUT", "PATCH"):
        yield Target(f"scim_{method.lower()}", method, users + "/{id}", number, "program", sent)


def _fields(operation: Operation) -> list[str]:
    return list(operation.body.model_fields) if operation.body else []


def _needed(planted: Planted, operation: Operation, name: str) -> str:
    needed = name in API_NEEDS[operation.name].body and name != "number"
    return fitting(planted, name) if needed else ""


async def whole(browser: httpx.AsyncClient, target: Target) -> Target:
    """The target with all that it asks for, until nothing new is asked for."""
    while target.who != "program":
        with asked_for() as found:
            await send(browser, target)
        places = {"query", "form"} if target.method == "POST" else {"query"}
        new = {each: "1" for each in sorted(found, key=str) if each.place in places}
        if set(new) <= set(target.given):
            break
        target = replace(target, given={**new, **target.given})
    return target


def bases(target: Target, planted: Planted) -> Iterator[Target]:
    """What is sent beside what is tried: nothing more, or what fits; the API is always sent what it needs."""
    if target.who == "program":
        yield target
        return
    fixed = {spot: value for spot, value in target.given.items() if spot.place not in ("query", "form")}
    named = [spot for spot in target.given if spot.place in ("query", "form")]
    yield replace(target, given=dict.fromkeys(named, "") | fixed)
    if any((fits := {spot: fitting(planted, spot.name) for spot in named}).values()):
        yield replace(target, given=dict.fromkeys(named, "") | fits | fixed)


async def send(browser: httpx.AsyncClient, target: Target) -> httpx.Response:
    """Send it as it stands."""
    headers = [(name.encode(), value.encode()) for name, value in target.of("header").items()]
    cookies = "; ".join(f"{name}={value}" for name, value in target.of("cookie").items())
    return await browser.request(
        target.method,
        target.address(),
        params=target.of("query"),
        data=target.of("form") or None,
        json=typed(target.of("json")) or None,
        headers=[*headers, *([(b"Cookie", cookies.encode())] if cookies else [])],
    )


def typed(fields: Mapping[str, str]) -> dict[str, str | int]:
    """The fields of a JSON body, numbers where numbers are asked for."""
    return {
        name: int(value) if name in NUMBERS and value.isdigit() else value for name, value in fields.items()
    }
