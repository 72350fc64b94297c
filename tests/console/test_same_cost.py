"""What is of others costs what is not there costs, for every route: no clock tells whether there is one."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any, Final

import httpx
import pytest
from starlette.applications import Starlette

from console.api.app import OPERATIONS
from console.app import create
from console.scim.shapes import HERE as SCIM
from domain.texts import Texts
from storage.database import Database
from tests.console.api.conftest import HERE as API
from tests.console.api.conftest import Gate
from tests.console.api.test_api_matrix import NEEDS as OF_API
from tests.console.api.test_api_matrix import asked, id_of
from tests.console.api.test_api_matrix import filled as body_of
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.needs import FORMS_OF_ANNOUNCEMENTS
from tests.console.papers import Maker
from tests.console.planted import Planted, secret
from tests.console.scim.test_scim_matrix import NEEDS as OF_SCIM
from tests.console.scim.test_scim_matrix import ONE
from tests.console.test_matrix import NEEDS, Need, routes
from tests.console.test_rights import counted
from tests.console.town import Clock
from tests.console.webinar_needs import FORMS_OF_WEBINARS, NAMED
from tests.storage import stores

MISSING: Final = 999_999
TIMES, ROUNDS, APART = 25, 6, 0.1
PROGRAM: Final = "program"
# What each connection asks once of a programme that is listed for whoever asks (storage/programmes.py, version).
ONCE: Final = ("SELECT programme_version.digest", "SELECT programme_version.content")
ASKS: Final = ("administrator", "author", PROGRAM)
Form = Mapping[str, str]
CALLED: Final = {"name": f"other {secret('other')}"}
DOOR: Final = {"provider", "link_provider", "unlink_provider"}  # everybody is told whose sign-in there is
# What is sent besides nothing: for each way that a route takes by its form, one that goes there.
FORMS: Final[Mapping[str, tuple[Form, ...]]] = {
    "carry_out": ({"sign": "none", "partly": "1", "absent_left": "1"},),
    "undo": (),
    "correct": ({"decision": "refuse", "why": "No."}, {"decision": "take"}),
    "change_person": ({"name": "Ona Nauja", "email": "ona.nauja@example.org", "job": "Guide"},),
    "unbind": (),
    "erase": ({"name": f"Ona {secret('other')}"},),
    "reply": ({"words": "Well said."},),
    "assignment_due": ({"due": "never"}, {"due": "2030-01-02"}),
    "assignment_end": (),
    "assignment_pace": ({"pace": "100"}, {"pace": "2"}),
    "decide": ({"decision": "let_in"},),
    "revoke": ({"reason": "A mistake."},),
    "set_organisation": ({"name": "Another"},),
    "add_organisation": ({"new": "Another", "level": "unit"},),
    "move_organisation": ({"above": "1"},),
    "ask_closing": (CALLED,),
    "confirm_closing": (CALLED,),
    "withdraw_closing": (),
    "take": (),
    "revoke_token": (),
    "do_webhook": tuple(
        {"do": each, "delivery": "1"} for each in ("again", "test", "secret", "remove", "on")
    ),
    "publish_notice": ({"text": "Ours.", "deed": "preview"}, {"text": "Ours.", "tell": "1"}),
    "publish": ({"mark": "none"},),
    "describe": ({"language": "lt", "title": "Words", "text": "More words."},),
    "share": ({"reach": "own", "licence": "CC BY 4.0"},),
    "follow": ({"newest": "1", "lesson": "own-other-0", "own": "lt"},),
    "write": tuple({"do": each, "source": "# Words"} for each in ("save", "discard")),
    "preview": ({"source": "# Words"},),
    **FORMS_OF_ANNOUNCEMENTS,
    **FORMS_OF_WEBINARS,
    "bring": ({"remove": "none.png"}, {"insert": "none.png"}),
}


@dataclass(frozen=True)
class Sent:
    """A request: a page's has a form, a program's a body."""

    address: str
    form: Form = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Pair:
    """A request for somebody else's, and the same for what there is not; `asks` is whose it is."""

    name: str
    method: str
    theirs: Sent
    none: Sent
    asks: str = "administrator"


def pairs(planted: Planted, asks: str) -> list[Pair]:
    """Those that have the id in their address."""
    found = of_programs(planted) if asks == PROGRAM else of_console(planted)
    return [each for each in found if each.asks == asks]


def of_console(planted: Planted) -> Iterator[Pair]:
    for (method, name), need in NEEDS.items():
        if need.thing:
            asks = "author" if need.right == "write" else "administrator"
            theirs, none = (filled(planted, need, place) for place in ("other", ""))
            for form in ({}, *FORMS.get(name, ())):
                yield Pair(name, method, Sent(theirs, form), Sent(none, form), asks)


def filled(planted: Planted, need: Need, place: str) -> str:
    """The address of a thing of a place; "": of nothing that there is."""
    return need.address.format(
        id=planted.ids.get((need.thing, place), MISSING),
        version=planted.versions.get(place, MISSING),
        at=place or "nobod",
        place=planted.organisations.get(place, MISSING),
    )


def of_programs(planted: Planted) -> Iterator[Pair]:
    for each in OPERATIONS:
        if "{id}" in each.path:
            need = OF_API[each.name]
            which = (id_of(planted, need.thing, "other"), MISSING)
            body = body_of(planted, need, "own") if each.body else None
            addresses = (f"{API}{each.path.format(id=one)}{asked(planted, need)}" for one in which)
            theirs, none = (Sent(address, body=body) for address in addresses)
            yield Pair(each.name, each.method, theirs, none, PROGRAM)
    for (method, path), known in OF_SCIM.items():
        if path == ONE:
            which = (planted.ids["person", "other"], MISSING)
            theirs, none = (Sent(f"{SCIM}{path.format(id=one)}", body=known.body or None) for one in which)
            yield Pair("scim", method, theirs, none, PROGRAM)


@dataclass(frozen=True)
class Named:
    """A request that names a thing elsewhere than in an id of its own: `{id}`, beside `{own}` and others of ours."""

    name: str
    thing: str
    method: str
    address: str
    sent: Form = field(default_factory=dict)
    asks: str = "administrator"

    def pair(self, planted: Planted) -> Pair:
        """For that of another place, and for none."""
        other = planted.versions["other"] if self.thing == "version" else id_of(planted, self.thing, "other")
        theirs, none = (self._filled(planted, each) for each in (other, MISSING))
        return Pair(self.name, self.method, theirs, none, self.asks)

    def _filled(self, planted: Planted, which: int) -> Sent:
        at, things = planted.organisations, planted.ids
        known: dict[str, object] = {
            "id": which,
            "own": at["own"],
            "unit": at["unit"],
            "taught": planted.taught,
        }
        known |= {"person": things["person", "own"], "slug": "own-nobod" if which == MISSING else "own-other"}
        address = self.address.format(**known)
        sent = {name: word.format(**known) for name, word in self.sent.items()}
        if self.asks != PROGRAM:
            return Sent(address, sent)
        return Sent(
            address, body={name: int(each) if each.isdigit() else each for name, each in sent.items()}
        )


ORGANISATION: Final = {"organisation": "{id}"}
NEW: Final = {"name": "Nauja Nauja", "email": "nauja@nowhere.example"}
FAR: Final = (
    Named("add_person", "organisation", "POST", "/console/people/new", {**NEW, "place": "{id}"}),
    Named("change_person", "organisation", "POST", "/console/people/{person}/edit", {"place": "{id}"}),
    Named(
        "move_organisation", "organisation", "POST", "/console/organisations/{unit}/move", {"above": "{id}"}
    ),
    Named("put_link", "organisation", "POST", "/console/invitations/link", {**ORGANISATION, "deed": "renew"}),
    Named(
        "do_groups",
        "organisation",
        "POST",
        "/console/announcements/groups",
        {"place": "{id}", "language": "lt"},
    ),
    Named("invite", "person", "POST", "/console/invitations", {"way": "letter", "person": "{id}"}),
    Named("again", "message", "POST", "/console/messages/again", {"message": "{id}.ready.0"}),
    Named("drop", "message", "POST", "/console/messages/drop", {"message": "{id}.ready.0"}),
    Named("adopt", "programme", "POST", "/console/programmes/offered", {"programme": "{id}", "at": "{own}"}),
    Named("adopt", "organisation", "POST", "/console/programmes/offered", {"programme": "1", "at": "{id}"}),
    Named("drop it", "programme", "POST", "/console/programmes/offered", {"programme": "{id}", "do": "drop"}),
    Named("assign", "programme", "POST", "/console/assignments/new?programme={id}&at={own}"),
    Named("assign", "organisation", "POST", "/console/assignments/new?programme={taught}&at={id}"),
    Named("after", "programme", "POST", "/console/assignments/new?programme={taught}&at={own}&after={id}"),
    Named(
        "give",
        "organisation",
        "POST",
        "/console/rights",
        {"email": "x@y.lt", "role": "trainer", **ORGANISATION},
    ),
    *(Named(*each) for each in NAMED),
    Named("take", "grant", "POST", "/console/rights/{id}/{own}/trainer"),
    Named(
        "make_token",
        "organisation",
        "POST",
        "/console/rights/tokens",
        {"name": "A", "scope": "people:read", **ORGANISATION},
    ),
    Named(
        "make_webhook",
        "organisation",
        "POST",
        "/console/rights/webhooks",
        {"address": "https://hooks.example/", "topic": "person.joined", **ORGANISATION},
    ),
    Named("go_back", "version", "POST", "/console/lessons/own-own/versions/{id}", asks="author"),
    Named("go_back", "programme", "POST", "/console/lessons/{slug}/versions/1", asks="author"),
    Named(
        "copy_programme", "organisation", "POST", "/console/lessons/own-own/copy", {"at": "{id}"}, "author"
    ),
    Named("copy_programme", "programme", "POST", "/console/lessons/{slug}/copy", {"at": "{own}"}, "author"),
    Named(
        "translate",
        "organisation",
        "POST",
        "/console/lessons/safe/copy",
        {"at": "{id}", "language": "pl"},
        "author",
    ),
    Named(
        "translate",
        "programme",
        "POST",
        "/console/lessons/{slug}/copy",
        {"at": "{own}", "language": "pl"},
        "author",
    ),
    Named("original", "programme", "GET", "/console/lessons/{slug}/original", asks="author"),
    Named("add_person", "organisation", "POST", f"{API}/people", {**NEW, **ORGANISATION}, PROGRAM),
    Named("change_person", "organisation", "PATCH", f"{API}/people/{{person}}", ORGANISATION, PROGRAM),
    Named(
        "add_assignment",
        "organisation",
        "POST",
        f"{API}/assignments",
        {"programme": "{taught}", **ORGANISATION},
        PROGRAM,
    ),
    Named(
        "add_assignment",
        "programme",
        "POST",
        f"{API}/assignments",
        {"programme": "{id}", "organisation": "{own}"},
        PROGRAM,
    ),
)


@pytest.fixture
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    server = partial(request.getfixturevalue, "postgres_url")
    kind = getattr(request, "param", None) or request.config.getoption("console_store")
    async with stores.opened(kind, tmp_path, server) as database:
        yield database


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker())


@dataclass
class Asker:
    """Asks as somebody who has nothing to do with the other organisation."""

    client: httpx.AsyncClient
    gate: Gate

    async def ask(self, pair: Pair, sent: Sent) -> tuple[int, str]:
        """The status, and what is told."""
        headers = SAME_ORIGIN
        if pair.asks == PROGRAM:
            self.gate.clock.move(milliseconds=200)  # so that none asks too often
            headers = self.gate.key() if pair.method == "POST" else {}
        answer = await self.client.request(
            pair.method, sent.address, headers=headers, data=sent.form or None, json=sent.body
        )
        return answer.status_code, answer.text

    async def cost(self, pair: Pair, sent: Sent) -> float:
        """Processor time of the whole process, so that others on the machine do not count."""
        began = process_time()
        status, told = await self.ask(pair, sent)
        took = process_time() - began
        assert status == 404, (pair, told)
        return took


@asynccontextmanager
async def asking_as(door: Door, planted: Planted, asks: str) -> AsyncIterator[Asker]:
    """Somebody of "own", or a program of theirs."""
    gate = Gate(door.app, door.database, door.clock, planted)
    if asks == PROGRAM:
        async with gate.program(await gate.token(), "") as client:
            yield Asker(client, gate)
        return
    async with door.signed_in(planted.actors[asks, "own"]) as client:
        yield Asker(client, gate)


async def looked_for(asker: Asker, pair: Pair) -> list[tuple[int, str, list[str]]]:
    """What is answered for the one and the other, and the statements that are executed meanwhile."""
    await asker.ask(pair, pair.none)  # whoever asks is looked up and kept at the first time
    found = list[tuple[int, str, list[str]]]()
    for sent in (pair.theirs, pair.none):
        with counted() as statements:
            status, told = await asker.ask(pair, sent)
        found.append((status, told, [each for each in statements if not each.startswith(ONCE)]))
    return found


def test_every_route_that_changes_something_named_is_asked(app: Starlette) -> None:
    """A new route: where its address names something of an organisation, NEEDS of the matrix says which thing; what
    would carry it out comes to FORMS. FAR has those that name something elsewhere."""
    things = {name: need for (method, name), need in NEEDS.items() if need.thing and method != "GET"}
    there = {name for method, name, route in routes(app) if method != "GET" and route.param_convertors}
    assert there - things.keys() - {each.name for each in FAR} == DOOR
    assert things.keys() == FORMS.keys()


@pytest.mark.timeout(200)
@pytest.mark.parametrize("database", stores.BOTH, indirect=True)
@pytest.mark.parametrize("asks", ASKS)
async def test_anothers_and_a_missing_one_are_looked_for_alike(
    door: Door, planted: Planted, asks: str
) -> None:
    """The same statements in the same order, and the same words, whatever is done with it."""
    apart = list[object]()
    async with asking_as(door, planted, asks) as asker:
        for pair in pairs(planted, asks):
            theirs, none = await looked_for(asker, pair)
            assert (theirs[0], bool(theirs[2])) == (404, True), (pair, theirs)
            apart += [(pair, theirs, none)] if theirs != none else []
    assert apart == []


@pytest.mark.timeout(200)
@pytest.mark.parametrize("database", stores.BOTH, indirect=True)
@pytest.mark.parametrize("asks", ASKS)
async def test_what_a_form_names_of_others_is_as_what_it_names_of_nobody(
    door: Door, planted: Planted, asks: str
) -> None:
    apart = list[object]()
    async with asking_as(door, planted, asks) as asker:
        for pair in (each.pair(planted) for each in FAR if each.asks == asks):
            theirs, none = await looked_for(asker, pair)
            assert theirs[0] < 500, (pair, theirs)
            same = (theirs[0], theirs[2]) == (none[0], none[2])  # the words may say the number that was sent
            apart += [] if same else [(pair, theirs, none)]
    assert apart == []


@pytest.mark.timeout(200)
@pytest.mark.parametrize("asks", ASKS)
async def test_anothers_and_a_missing_one_cost_the_same(door: Door, planted: Planted, asks: str) -> None:
    last = {(each.method, each.name): each for each in pairs(planted, asks)}  # of several forms the fullest
    told = dict[str, list[float]]()
    async with asking_as(door, planted, asks) as asker:
        for (method, name), pair in last.items():
            await asker.cost(pair, pair.none)
            apart = [await difference(asker, pair)]
            while apart[-1] > APART and len(apart) < ROUNDS:
                apart.append(await difference(asker, pair))
            if apart[-1] > APART:
                told[f"{method} {name}"] = apart
    assert told == {}, "it can be told by the time whether there is one"


async def difference(asker: Asker, pair: Pair) -> float:
    """By which part of what a missing one costs another's costs more or less."""
    both = [[await asker.cost(pair, each) for each in (pair.theirs, pair.none)] for _ in range(TIMES)]
    theirs, none = (min(each[which] for each in both) for which in (0, 1))
    return abs(theirs - none) / none
