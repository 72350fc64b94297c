"""After an erasure no export has them: no page, table, document or copy, no program's answer, no record store."""

import base64
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx
import pytest
from pypdf import PdfReader
from sqlalchemy import Connection

from actions import compose, dispatch
from actions.compose import Composed
from actions.invite import invite
from console.api.answering import HERE as API
from console.api.app import OPERATIONS
from console.app import create
from console.entrance import Entrance
from console.pages.invitations import HERE as INVITATIONS
from console.scim.shapes import HERE as SCIM
from console.scim.shapes import USERS
from domain.api_token import BYTES, SCOPES, written
from domain.audience import EVERYBODY
from domain.hook import TOPICS
from domain.organisation import Scope
from domain.signing import link_token
from domain.statement import pseudonym
from storage import activity, api_tokens, calendars, confirmations, erasures, hooks, people
from storage.announcements import ANNOUNCEMENT
from storage.assignments import ASSIGNMENT
from storage.campaigns import CAMPAIGN
from storage.certificates import CERTIFICATE
from storage.corrections import CORRECTION
from storage.database import Database
from storage.groups import GROUP
from storage.hooks import HOOK
from storage.imports import IMPORT
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX
from storage.programmes import PROGRAMME
from storage.segments import SEGMENT
from storage.statements import STATEMENT
from storage.webinars import WEBINAR
from tests.console.api.test_api_matrix import NEEDS as OF_PROGRAMS
from tests.console.conftest import KEY, SAME_ORIGIN, Door
from tests.console.test_matrix import NEEDS as OF_PAGES
from tests.console.town import Clock
from tests.fakes.lrs import Lrs
from tests.storage.samples import MONDAY, rows
from tests.zinute.planted_person import LATER, PLANTED, Planted, erase, hits, plant, stones
from tests.zinute.test_lrs import TELLER, lrs, tell_all, to
from zinute.catalogues import load
from zinute.documents import Maker
from zinute.erasing import Stones
from zinute.lrs import Place, Untold

__all__ = ["lrs", "stones", "to"]

ADDRESS: Final = "https://learn.example"
THINGS: Final = {
    "person": people.PERSON.c.id,
    "import": IMPORT.c.id,
    "correction": CORRECTION.c.id,
    "programme": PROGRAMME.c.id,
    "message": OUTBOX.c.id,
    "certificate": CERTIFICATE.c.id,
    "announcement": ANNOUNCEMENT.c.id,
    "told": ANNOUNCEMENT.c.id,
    "template": ANNOUNCEMENT.c.id,
    "segment": SEGMENT.c.id,
    "campaign": CAMPAIGN.c.id,
    "group": GROUP.c.id,
    "assignment": ASSIGNMENT.c.id,
    "organisation": ORGANISATION.c.id,
    "webhook": HOOK.c.id,
    "webinar": WEBINAR.c.id,
}
MERGE: Final = f"{INVITATIONS} as a table"
CODE: Final = f"/certificate/{'c' * 22}"
# Each had them before, so that something could be left in it.
EXPORTS: Final = {
    *("/console/results.csv", "/console/certificates", "/console/audit", "/console/invitations", MERGE),
    *("/console/messages", "/console", "/console/people/import/1", "/console/webinars/1"),
    *("/console/announcements/1", *(f"/console/announcements/2/{page}" for page in ("people", "people.csv"))),
    *(f"{API}/people", f"{API}/certificates", f"{SCIM}/Users", CODE, f"{CODE}.pdf"),
}
OTHERS: Final = {"/console/results.csv", "/console", INVITATIONS, MERGE, f"{API}/people", f"{SCIM}/Users"}
SEED: Final = "seed"


@pytest.fixture
def door(database: Database, tmp_path: Path) -> Door:
    """Of a service that makes documents; Ben, who comes in, is the administrator of all of it."""
    clock, texts = Clock(), load()
    documents = Maker(texts, ADDRESS, tmp_path / "badge-key.pem")
    app = create(database, texts, clock, documents=documents, address=ADDRESS, entrance=Entrance(KEY))
    return Door(app, database, clock)


def settle(tx: Connection) -> tuple[Planted, int, str]:
    """The planted one, somebody of the same name who has not come in, and the seed of a link to the first one's copy.

    Beside them Ana, who has not come in either.
    """
    planted = plant(tx)
    town, person = planted.town, planted.person
    invited = people.add(
        tx, organisation=town.here, name=PLANTED["name"], email="invited@planted.example", language="lt"
    )
    for each in (invited, town.ana):
        invite(tx, person=each, programme=town.programme, code=f"code {each}", now=MONDAY - timedelta(days=1))
    people.grant(tx, town.ben, town.here, "platform")
    for number, place in enumerate((town.here, town.elsewhere)):
        new = api_tokens.New(place, "all", SCOPES, MONDAY + timedelta(days=1))
        api_tokens.add(tx, new, token(number), town.ben, MONDAY)
    hooks.add(tx, hooks.New(town.here, "https://hooks.example/", TOPICS), "h", town.ben, MONDAY)
    activity.note(tx, person, "enrolled", MONDAY, version=town.version)
    calendars.make(tx, person, SEED, MONDAY)
    announce(tx, town.here, town.ben, person)
    return planted, invited, erasures.link(tx, person, MONDAY)


def announce(tx: Connection, organisation: int, by: int, person: int) -> None:
    """A draft that would reach them, and what they have read."""
    said = Composed(organisation, {"lt": "Labas"}, confirms=True, rule=EVERYBODY)
    scope = Scope(by, frozenset({organisation}), frozenset({"see", "act"}))
    _, told = (compose.save(tx, scope, said, MONDAY, key=key) for key in ("draft", "told"))
    seen = compose.mark(compose.one(tx, scope, told))
    dispatch.send(tx, scope, told, None, MONDAY, seen=seen, mails=False)
    assert dispatch.begin(tx, told, MONDAY)
    assert confirmations.confirm(tx, told, person, MONDAY)


def token(number: int) -> str:
    return written(number.to_bytes(BYTES))


def words_of(answer: httpx.Response) -> str:
    """What it says to whoever opens it."""
    told, content = f"{answer.status_code} {answer.headers} ", answer.content
    if content.startswith(b"%PDF"):
        read = PdfReader(io.BytesIO(content))
        return told + "\n".join([str(read.metadata), *(page.extract_text() for page in read.pages)])
    if content.startswith(b"eyJ"):
        parts = content.split(b".")[:2]
        return told + " ".join(base64.urlsafe_b64decode(part + b"==").decode() for part in parts)
    return told + content.decode()


def filled(address: str, thing: str, ids: Mapping[str, list[int]]) -> Iterator[str]:
    """The address of each of the things that it is about."""
    for each in ids[thing] if thing else [0]:
        yield address.format(id=each)


def pages(ids: Mapping[str, list[int]], seed: str) -> Iterator[str]:
    """What a browser gets, but for what authors write; all files that somebody opens by a link of their own."""
    for (method, _), need in OF_PAGES.items():
        if method == "GET" and need.right != "write" and not need.method:
            yield from filled(need.address, need.thing, ids)
    for each in ids["person"]:
        yield f"/console/people/{each}/data.pdf"
    yield from (f"{CODE}{end}" for end in ("", ".pdf", "/badge.jwt", "/status"))
    yield from (f"/mydata/{seed}.{link_token(KEY, seed)}.{kind}" for kind in ("json", "pdf"))
    yield f"/calendar/{SEED}.{link_token(KEY, SEED)}.ics"


def answers(ids: Mapping[str, list[int]], programme: int) -> Iterator[str]:
    """What a program gets."""
    for operation in OPERATIONS:
        need = OF_PROGRAMS[operation.name]
        if operation.method == "GET":
            asked = f"?programme={programme}" if need.query else ""
            yield from (f"{API}{path}{asked}" for path in filled(operation.path, need.thing, ids))
    yield f"{SCIM}/Users"
    yield from filled(f"{SCIM}{USERS}/{{id}}", "person", ids)


async def ask(door: Door, planted: Planted, seed: str) -> dict[str, str]:
    """Every export there is, and what it says."""
    ids = {thing: [row[0] for row in await rows(door.database, column)] for thing, column in THINGS.items()}
    told = dict[str, str]()
    async with door.signed_in(planted.town.ben) as browser:
        for each in pages(ids, seed):
            told[each] = words_of(await browser.get(each))
        form = {"way": "csv", "whom": "all", "programme": str(planted.town.programme)}
        told[MERGE] = words_of(await browser.post(INVITATIONS, data=form, headers=SAME_ORIGIN))
    for number in range(2):
        async with door.browser() as program:
            program.headers["Authorization"] = f"Bearer {token(number)}"
            for each in answers(ids, planted.town.programme):
                told[each] = told.get(each, "") + words_of(await program.get(each))
    return told


def having(told: Mapping[str, str]) -> Mapping[str, set[str]]:
    """Which exports say what of the planted one."""
    return {address: found for address, text in told.items() if (found := hits(text))}


async def all_of(database: Database, stones: Stones, them: Iterable[int]) -> None:
    for each in them:
        assert await erase(database, stones, each) == 1


@pytest.mark.timeout(240)
async def test_no_export_has_who_was_erased(database: Database, stones: Stones, door: Door) -> None:
    planted, invited, seed = await database.write(settle)
    before = having(await ask(door, planted, seed))
    assert EXPORTS - set(before) == set()
    assert {name for found in before.values() for name in found} == set(PLANTED)
    await all_of(database, stones, (planted.person, invited))
    door.clock.at = LATER
    after = await ask(door, planted, seed)
    assert having(after) == {}
    assert {each for each in OTHERS if "Ana Anaitė" not in after[each]} == set()


async def test_a_record_store_hears_nothing_of_who_was_erased(
    database: Database, stones: Stones, lrs: Lrs, to: Place
) -> None:
    """Neither of what waited for it nor of what was to come."""
    planted, _, _ = await database.write(settle)
    lrs.down = 503
    with pytest.raises(Untold):
        await tell_all(database, to)
    assert (planted.person,) in await rows(database, STATEMENT.c.person_id)
    await erase(database, stones, planted.person)
    assert await rows(database, STATEMENT.c.person_id, where=STATEMENT.c.person_id == planted.person) == []
    town = planted.town
    await database.write(lambda tx: activity.note(tx, town.ana, "enrolled", MONDAY, version=town.version))
    lrs.down = 0
    await tell_all(database, to)
    who = {each["actor"]["account"]["name"] for each in lrs.statements.values()}
    assert who == {pseudonym(TELLER.key, town.ana)}
    assert hits(str(lrs.statements)) == set()
