"""Every route for everybody, made from the routes that there are: who may, who may not, and nothing of others in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from bot.channel import Channel
from bot.webhooks import routes_of
from console.app import create
from console.pages.front import Host
from domain.texts import Texts
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.needs import ANNOUNCEMENTS
from tests.console.papers import Maker, code_of
from tests.console.planted import PLACES, TREE, UNDER, Planted, plant, restore, secret
from tests.console.town import Clock
from tests.console.webinar_needs import WEBINARS, WEBINARS_OF_OTHERS

ALL: Final = frozenset(name for name, _, _ in TREE)
# What each role may, and where: said here once more, so that a change of the one is seen by the other.
MAY: Final[Mapping[str, frozenset[str]]] = {
    "platform": frozenset({"in", "see", "act", "write", "manage", "audit"}),
    "administrator": frozenset({"in", "see", "act", "manage", "audit"}),
    "coordinator": frozenset({"in", "see", "act"}),
    "author": frozenset({"in", "write"}),
    "trainer": frozenset({"in", "see"}),
    "auditor": frozenset({"in", "see", "audit"}),
    "mixed": frozenset({"in"}),  # an auditor of one organisation who coordinates another
    "none": frozenset({"in"}),
    "nobody": frozenset(),
}
BAD: Final = ("999999", "0", "-1", "１", "9" * 30, "1'--", "none")
ONCE: Final = ("take", "decide", "unbind", "revoke_token", "drop_segment")  # is undone again for the next
# Who gave something, or whose a programme is, is named there; so is from where something is inherited.
GIVEN: Final = frozenset(
    {
        *("assignments", "assignment", "assigning", "assign", "invitations", "programme", "programmes"),
        *("lessons", "organisation", "edit_organisation", "set_organisation", *WEBINARS_OF_OTHERS),
        *("add_organisation", "move_organisation"),
        *("closing", "ask_closing", "confirm_closing", "withdraw_closing"),
    }
)
# One's own data names where one works.
MINE: Final = frozenset({"my_data", "my_copy", "my_rhythm", "my_correction", "my_erasing", "my_erasure"})
FEW: Final = frozenset({404, 405, 307})  # no route matches what was asked for


@dataclass(frozen=True)
class Need:
    """What a route needs (None: nothing), its address, what it answers, and which things of organisations it names.

    With a `thing`, the address has `{id}` for it. `method`: another one than the route's. `reaches`: those at a place
    below see it too, and by which place it is.
    """

    right: str | None
    address: str
    good: int = 200
    thing: str = ""
    method: str = ""
    reaches: bool = False


C, L, A, P = "/console", "/console/lessons", "/console/account", "/console/organisations/{id}"
OWN: Final = L + "/own-{at}"
TEXT: Final = OWN + "/own-{at}-0/lt"
CODE: Final = f"/certificate/{code_of('own')}"
NEEDS: Final[Mapping[tuple[str, str], Need]] = {
    ("GET", "learners"): Need("see", C),
    ("GET", "live"): Need("see", C + "/live", method="HEAD"),
    ("GET", "person"): Need("see", C + "/people/{id}", thing="person"),
    ("GET", "imports"): Need("act", C + "/people/import"),
    ("POST", "bring_roster"): Need("act", C + "/people/import", 422),
    ("GET", "import"): Need("act", C + "/people/import/{id}", thing="import"),
    ("POST", "carry_out"): Need("act", C + "/people/import/{id}", 409, "import"),
    ("POST", "undo"): Need("act", C + "/people/import/{id}/undo", 409, "import"),
    ("GET", "new_person"): Need("act", C + "/people/new"),
    ("POST", "add_person"): Need("act", C + "/people/new", 422),
    ("GET", "corrections"): Need("see", C + "/people/corrections"),
    ("POST", "correct"): Need("act", C + "/people/corrections/{id}", 422, "correction"),
    ("GET", "edit_person"): Need("act", C + "/people/{id}/edit", thing="person"),
    ("POST", "change_person"): Need("act", C + "/people/{id}/edit", 303, "person"),
    ("GET", "copy"): Need("act", C + "/people/{id}/data.json", thing="person"),
    ("GET", "erasing"): Need("act", C + "/people/{id}/erase", thing="person"),
    ("POST", "erase"): Need("act", C + "/people/{id}/erase", 422, "person"),
    ("GET", "results"): Need("see", C + "/results.csv"),
    ("GET", "programmes"): Need("see", C + "/programmes"),
    ("GET", "programme"): Need("see", C + "/programmes/{id}", thing="programme", reaches=True),
    ("GET", "to_adopt"): Need("see", C + "/programmes/offered"),
    ("POST", "adopt"): Need("act", C + "/programmes/offered", 404),
    ("GET", "messages"): Need("see", C + "/messages"),
    ("GET", "message"): Need("see", C + "/messages/{id}", thing="message"),
    ("POST", "again"): Need("act", C + "/messages/again", 303),
    ("POST", "drop"): Need("act", C + "/messages/drop", 303),
    ("GET", "answers"): Need("see", C + "/answers"),
    ("POST", "reply"): Need("act", C + "/answers/{id}", 303, "answer"),
    ("GET", "certificates"): Need("see", C + "/certificates"),
    ("GET", "registered"): Need("see", C + "/certificates/{id}", thing="certificate"),
    ("GET", "registered_pdf"): Need("see", C + "/certificates/{id}.pdf", thing="certificate"),
    ("GET", "assignments"): Need("see", C + "/assignments"),
    ("GET", "assigning"): Need("act", C + "/assignments/new"),
    ("POST", "assign"): Need("act", C + "/assignments/new", 422),
    ("GET", "assignment"): Need("see", C + "/assignments/{id}", thing="assignment", reaches=True),
    ("POST", "assignment_due"): Need("act", C + "/assignments/{id}/due", 303, "assignment"),
    ("POST", "assignment_pace"): Need("act", C + "/assignments/{id}/pace", 303, "assignment"),
    ("POST", "assignment_end"): Need("act", C + "/assignments/{id}/end", 303, "assignment"),
    **{route: Need(*told) for route, told in (*ANNOUNCEMENTS.items(), *WEBINARS.items())},
    ("GET", "invitations"): Need("see", C + "/invitations"),
    ("POST", "invite"): Need("act", C + "/invitations", 303),
    ("GET", "join_link"): Need("see", C + "/invitations/link"),
    ("POST", "put_link"): Need("act", C + "/invitations/link", 404),
    ("POST", "decide"): Need("act", C + "/invitations/requests/{id}", 303, "request"),
    ("GET", "joined"): Need("see", C + "/invitations/joined"),
    ("POST", "unbind"): Need("act", C + "/invitations/joined/{id}/undo", 303, "binding"),
    ("GET", "join"): Need(None, "/join"),
    ("GET", "join_code"): Need(None, "/join/AAAAAAAAAAAAAAAAAAAAAA"),
    ("GET", "announced_file"): Need(None, f"/file/{'0' * 64}/a.pdf", 404),
    ("POST", "revoke"): Need("act", C + "/certificates/{id}/revoke", 422, "certificate"),
    ("GET", "organisations"): Need("see", C + "/organisations"),
    ("GET", "organisation"): Need("see", P, thing="organisation"),
    ("GET", "edit_organisation"): Need("manage", P + "/edit", thing="organisation"),
    ("POST", "set_organisation"): Need("manage", P + "/edit", 422, "organisation"),
    ("POST", "add_organisation"): Need("manage", P + "/add", 422, "organisation"),
    ("POST", "move_organisation"): Need("manage", P + "/move", 422, "organisation"),
    ("GET", "closing"): Need("manage", P + "/close", thing="organisation"),
    ("POST", "ask_closing"): Need("manage", P + "/close", 422, "organisation"),
    ("POST", "confirm_closing"): Need("manage", P + "/close/confirm", 422, "organisation"),
    ("POST", "withdraw_closing"): Need("manage", P + "/close/withdraw", 422, "organisation"),
    ("GET", "rights"): Need("manage", C + "/rights"),
    ("POST", "give"): Need("manage", C + "/rights", 422),
    ("POST", "take"): Need("manage", C + "/rights/{id}/{place}/trainer", 303, "grant"),
    ("GET", "tokens"): Need("manage", C + "/rights/tokens"),
    ("POST", "make_token"): Need("manage", C + "/rights/tokens", 422),
    ("POST", "revoke_token"): Need("manage", C + "/rights/tokens/{id}", 303, "token"),
    ("GET", "webhooks"): Need("manage", C + "/rights/webhooks"),
    ("POST", "make_webhook"): Need("manage", C + "/rights/webhooks", 422),
    ("GET", "webhook"): Need("manage", C + "/rights/webhooks/{id}", thing="webhook"),
    ("POST", "do_webhook"): Need("manage", C + "/rights/webhooks/{id}", 303, "webhook"),
    ("GET", "privacy_notice"): Need("manage", C + "/rights/notice?organisation={id}", thing="organisation"),
    ("POST", "publish_notice"): Need("manage", C + "/rights/notice?organisation={id}", 422, "organisation"),
    ("GET", "audit"): Need("audit", C + "/audit"),
    ("GET", "lessons"): Need("write", L),
    ("GET", "taught"): Need("write", OWN, thing="programme"),
    ("POST", "publish"): Need("write", OWN, 409, "programme"),
    ("GET", "version"): Need("write", OWN + "/versions/{version}", thing="programme"),
    ("POST", "go_back"): Need("write", OWN + "/versions/999999", 404),
    ("GET", "sharing"): Need("write", OWN + "/sharing", thing="programme"),
    ("POST", "share"): Need("write", OWN + "/sharing", 303, "programme"),
    ("POST", "describe"): Need("write", OWN + "/about", 422, "programme"),
    ("POST", "copy_programme"): Need("write", L + "/safe/copy", 404),
    ("GET", "original"): Need("write", OWN + "/original", 404),
    ("POST", "follow"): Need("write", OWN + "/original", 303, "programme"),
    ("GET", "edit"): Need("write", TEXT, thing="programme"),
    ("POST", "write"): Need("write", TEXT, thing="programme"),
    ("POST", "preview"): Need("write", TEXT + "/preview", thing="programme"),
    ("POST", "bring"): Need("write", TEXT + "/pictures", 422, "programme"),
    ("GET", "picture"): Need("write", f"/console/pictures/{'0' * 64}", 404),
    ("GET", "certificate"): Need(None, CODE),
    ("GET", "certificate_pdf"): Need(None, CODE + ".pdf"),
    ("GET", "certificate_badge"): Need(None, CODE + "/badge.jwt"),
    ("GET", "certificate_status"): Need(None, CODE + "/status"),
    ("GET", "issuer"): Need(None, "/.well-known/did.json"),
    ("GET", "sign_in"): Need(None, "/sign-in?token=none", 410),
    ("POST", "use_link"): Need(None, "/sign-in", 410),
    ("POST", "use_password"): Need(None, "/sign-in/password", 422),
    ("GET", "second_factor"): Need(None, "/sign-in/second", 303),
    ("POST", "use_second"): Need(None, "/sign-in/second", 303),
    ("GET", "ask_link"): Need(None, "/sign-in/link"),
    ("POST", "send_link"): Need(None, "/sign-in/link"),
    ("POST", "use_code"): Need(None, "/sign-in/code", 422),
    ("POST", "ask_passkey"): Need(None, "/sign-in/passkey/options"),
    ("POST", "use_passkey"): Need(None, "/sign-in/passkey", 422),
    ("GET", "provider_back"): Need(None, "/sign-in/organisation/back", 403),
    ("POST", "provider"): Need(None, "/sign-in/organisation/999999", 404),
    ("GET", "account"): Need("in", A),
    ("GET", "my_data"): Need("in", A + "/data"),
    ("GET", "my_copy"): Need("in", A + "/data/copy.json"),
    ("POST", "my_learning"): Need("in", A + "/data/learning", 303),
    ("POST", "my_rhythm"): Need("in", A + "/data/rhythm", 422),
    ("POST", "my_correction"): Need("in", A + "/data/correct", 422),
    ("GET", "my_erasing"): Need("in", A + "/data/erase"),
    ("POST", "my_erasure"): Need("in", A + "/data/erase", 422),
    ("POST", "set_password"): Need("in", A + "/password", 422),
    ("POST", "end_sessions"): Need("in", A + "/sessions", 303),
    ("GET", "authenticator"): Need("in", A + "/second"),
    ("POST", "add_authenticator"): Need("in", A + "/second", 422),
    ("POST", "remove_authenticator"): Need("in", A + "/second/remove", 303),
    ("POST", "new_codes"): Need("in", A + "/codes", 303),
    ("POST", "ask_to_add_passkey"): Need("in", A + "/passkeys/options"),
    ("POST", "add_passkey"): Need("in", A + "/passkeys", 422),
    ("POST", "remove_passkey"): Need("in", A + "/passkeys/remove", 303),
    ("POST", "link_provider"): Need("in", A + "/organisation/999999", 404),
    ("POST", "unlink_provider"): Need("in", A + "/organisation/999999/remove", 404),
    ("GET", "proof"): Need("in", C + "/proof"),
    ("POST", "prove"): Need("in", C + "/proof", 422),
    ("POST", "prove_passkey"): Need("in", C + "/proof/passkey", 303),
    ("POST", "sign_out"): Need(None, "/sign-out", 303),
    ("POST", "language"): Need(None, "/console/language", 303),
    ("GET", "static"): Need(None, "/console/static/console.css"),
    ("GET", "front"): Need(None, "/"),
    ("GET", "privacy"): Need(None, "/privacy"),
    ("GET", "own_data"): Need(None, "/mydata/none.json", 404),
    ("GET", "calendar"): Need(None, "/calendar/none.none.ics", 404),
    ("GET", "catalogue"): Need(None, "/catalogue"),
    ("GET", "offered"): Need(None, "/catalogue/safe"),
    ("GET", "lesson"): Need(None, "/lesson/safe/safe-0"),
    ("POST", "demo_sign_in"): Need(None, "/demo/sign-in", 303),
}
# What browsers call of messengers: the chat's, for whoever has its cookie (tests/console/test_called.py).
EVERY: Final[Mapping[tuple[str, str], Need]] = {
    **NEEDS,
    ("GET", "_page"): Need(None, "/chat"),
    ("POST", "_message"): Need(None, "/chat/messages", 400),
    ("GET", "_events"): Need(None, "/chat/events", method="HEAD"),
    ("GET", "_earlier"): Need(None, "/chat/earlier?before=9"),
    ("GET", "_picture"): Need(None, f"/chat/pictures/{'0' * 64}", 404),
    ("GET", "_file"): Need(None, "/chat/static/none/none", 404),
}


@dataclass(frozen=True)
class Actor:
    """Somebody of the tree: what they hold where. `held`: (role, place) of each of their roles; `home` is where they
    work."""

    name: str
    person: int | None
    held: tuple[tuple[str, str], ...]
    home: str = ""

    def places(self, right: str) -> frozenset[str]:
        """Where they have the right."""
        found = frozenset[str]()
        for role, at in self.held:
            if right in MAY[role]:
                found |= ALL if role == "platform" else UNDER.get(at, frozenset({at}))
        return found


@dataclass(frozen=True)
class Case:
    """A request, and the statuses that are right."""

    method: str
    address: str
    name: str
    right: frozenset[int]
    private: bool


def actors(planted: Planted, wanted: str) -> Iterator[Actor]:
    """Those with this role, one at each of several places."""
    if wanted == "nobody":
        yield Actor(wanted, None, ())
    for role, at in (each for each in planted.actors if each[0] == wanted):
        held = (("auditor", "unit"), ("coordinator", "other")) if role == "mixed" else ((role, at),)
        yield Actor(f"{role} at {at}", planted.actors[role, at], held, at)


def routes(app: Starlette) -> Iterator[tuple[str, str, Route]]:
    for route in app.routes:
        if isinstance(route, Mount) and route.name in ("api", "scim"):
            continue  # programs', with matrices of their own (tests/console/api, tests/console/scim)
        assert isinstance(route, Route), f"{route} is of a kind that is not asked for here"
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, route.name, route


def expected(actor: Actor, need: Need, place: str | None) -> int:
    """What is right for a thing at this place (None: it is of no organisation; "": there is none)."""
    if need.right is None:
        return need.good
    if actor.person is None:
        return 303
    where = actor.places(need.right)
    if not where:
        return 303 if need.address == C and actor.places("write") else 403
    reached = {place, *UNDER.get(place or "", ())} if need.reaches else {place}
    return need.good if place is None or reached & where else 404


def cases(planted: Planted, actor: Actor, method: str, name: str, route: Route) -> Iterator[Case]:
    need, sent = EVERY[method, name], EVERY[method, name].method or method
    private, filled = need.right is not None, ""
    for place in PLACES if need.thing else ("own",):
        filled = need.address.format(
            id=planted.ids.get((need.thing, place)),
            version=planted.versions.get(place),
            at=place,
            place=planted.organisations[place],
        )
        right = expected(actor, need, place if need.thing else None)
        yield Case(sent, filled, name, frozenset({right}), private)
    params = route.path_regex.match(filled.partition("?")[0])
    assert params is not None, filled
    for param, value in params.groupdict().items():
        for bad in BAD:
            at, end = params.span(param)
            wrong = expected(actor, need, "") if need.right else 404
            if value != bad:
                yield Case(sent, filled[:at] + bad + filled[end:], name, FEW | {wrong}, private)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock, channels: list[Channel]) -> Starlette:
    hosts = [Host("Library", "lt", 1, "Rasa", ())]
    return create(database, texts, clock, more_routes=routes_of(channels), hosts=hosts, documents=Maker())


def test_every_route_says_what_it_needs(app: Starlette) -> None:
    """A new route: add a line to NEEDS, and what it names of organisations to planted.py."""
    there = [(method, name) for method, name, _ in routes(app)]
    assert (set(there) - set(EVERY), set(EVERY) - set(there)) == (set(), set())
    assert len(there) == len(set(there)), "each has a name of its own"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", MAY)
async def test_everybody_gets_what_is_theirs_and_nothing_of_others(
    app: Starlette, door: Door, database: Database, role: str
) -> None:
    planted = await database.write(plant)
    wrong, leaks = list[object](), list[object]()
    for actor in actors(planted, role):
        found = await answered(app, door, database, planted, actor)
        wrong += found[0]
        leaks += found[1]
    assert (wrong, leaks) == ([], [])


@pytest.mark.parametrize(("at", "other"), [("own", "other"), ("other", "own")])
async def test_of_somebody_of_two_organisations_each_sees_what_it_gave(
    app: Starlette, door: Door, database: Database, at: str, other: str
) -> None:
    """A copy and an erasure are of everything: they are the person's own, in the chat."""
    planted = await database.write(plant)
    person, whole = planted.ids["person", "both"], ("copy", "erasing")
    own = set[str]()
    async with door.signed_in(planted.actors["coordinator", at]) as browser:
        for (method, name), need in NEEDS.items():
            if need.thing != "person" or method != "GET" or need.right not in ("see", "act"):
                continue
            address = need.address.format(id=person, version=0, at=at, place=planted.organisations[at])
            answer = await browser.get(address)
            right = 404 if name in whole else need.good
            assert (name, answer.status_code) == (name, right)
            assert (name, secret(other) in answer.text + str(answer.headers)) == (name, False)
            own |= {name} if secret(at) in answer.text else set()
    assert {"person", "edit_person"} <= own


def over(seen: frozenset[str]) -> frozenset[str]:
    """The places above these."""
    found = set[str]()
    for name, _, above in reversed(TREE):
        if above and name in seen | found:
            found.add(above)
    return frozenset(found)


async def answered(
    app: Starlette, door: Door, database: Database, planted: Planted, actor: Actor
) -> tuple[list[object], list[tuple[str, str, str]]]:
    """What somebody was answered that is not right, and what of others was in it."""
    wrong, leaks = list[object](), list[tuple[str, str, str]]()
    seen = actor.places("see") | actor.places("write")
    above = over(seen)  # assignments and settings come from there
    async with door.browser() if actor.person is None else door.signed_in(actor.person) as browser:
        for case in asked(app, planted, actor):
            answer = await browser.request(case.method, case.address, headers=SAME_ORIGIN)
            if answer.status_code not in case.right:
                wrong.append((actor.name, case, answer.status_code))
            shown = answer.text + str(answer.headers)
            if case.private:
                known = seen | above if case.name in GIVEN else seen
                known |= {actor.home} if case.name in MINE else set()
                unseen = [secret(name) for name in ALL - known]
                leaks += [(actor.name, case.address, word) for word in unseen if word in shown]
            if case.name in ONCE and answer.status_code == 303:
                await database.write(partial(restore, planted=planted))
    return wrong, leaks


async def test_there_are_thousands_of_cases(app: Starlette, database: Database) -> None:
    planted = await database.write(plant)
    everybody = [actor for role in MAY for actor in actors(planted, role)]
    assert {actor.person for actor in everybody} == {None, *planted.actors.values()}
    assert sum(len(asked(app, planted, actor)) for actor in everybody) >= 2_000


def asked(app: Starlette, planted: Planted, actor: Actor) -> list[Case]:
    """All that is asked for by somebody; signing out comes last, as the session ends with it."""
    found = [each for route in routes(app) for each in cases(planted, actor, *route)]
    return sorted(found, key=lambda case: case.name == "sign_out")
