"""The page on which roles are given and taken back, and what those see who only look."""

import ast
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from domain.rights import Role
from storage import people, roles
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.planted import plant
from tests.console.town import Cast
from tests.storage.samples import rows

HERE = "/console/rights"
ROOT = Path(__file__).parents[2]
OURS = ("zinute", "bot", "scheduler", "console", "actions", "storage", "lessons", "domain")


@pytest.fixture
async def administrator(door: Door, cast: Cast, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    await database.write(
        partial(people.grant, person=cast.coordinator, organisation=cast.library, role="administrator")
    )
    async with door.signed_in(cast.coordinator) as browser:
        yield browser


async def roles_of(database: Database, person: int) -> set[Role]:
    return set(await database.read(partial(roles.of_person, person=person)))


def form(email: str, role: str, organisation: int | str) -> dict[str, str]:
    return {"email": email, "role": role, "organisation": str(organisation)}


async def give(browser: httpx.AsyncClient, email: str, role: str, organisation: int | str) -> httpx.Response:
    return await browser.post(HERE, data=form(email, role, organisation), headers=SAME_ORIGIN)


async def test_a_role_is_given_shown_and_taken_back(
    administrator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    ona = await database.read(partial(people.email, person=cast.learner))
    given = await give(administrator, f" {ona.upper()} ", "trainer", cast.library)
    assert (given.status_code, given.headers["location"]) == (303, f"{HERE}?done=given")
    assert await roles_of(database, cast.learner) == {"trainer"}
    page = (await administrator.get(f"{HERE}?q=onait&done=given")).text
    assert ("Ona Onaitė" in page, "The role is given." in page) == (True, True)
    again = await give(administrator, ona, "trainer", cast.library)
    assert again.headers["location"] == f"{HERE}?done=had"
    place = f"{HERE}/{cast.learner}/{cast.library}/trainer"
    assert f'action="{place}"' in page
    taken = [await administrator.post(place, headers=SAME_ORIGIN) for _ in range(2)]
    assert [answer.status_code for answer in taken] == [303, 404]
    assert await roles_of(database, cast.learner) == set()


async def test_it_shows_those_of_ones_organisations_and_nobody_else(
    administrator: httpx.AsyncClient, cast: Cast
) -> None:
    page = (await administrator.get(HERE)).text
    shown = set(re.findall(r'id="grant-(\d+)-(\d+)-(\w+)"', page))
    here = str(cast.library)
    assert shown == {
        (str(cast.coordinator), here, "administrator"),
        (str(cast.coordinator), here, "coordinator"),
        (str(cast.sector), here, "coordinator"),
        (str(cast.author), here, "author"),
    }
    assert "Kari" not in page
    offered = page.partition('<select id="role"')[2].partition("</select>")[0]
    assert re.findall(r'value="(\w+)"', offered) == ["administrator", "coordinator", "trainer", "auditor"]
    assert re.findall(r'value="(\w+)" selected', offered) == ["coordinator"]  # nobody gets more by a slip


@pytest.mark.parametrize(
    ("email", "role", "place", "told"),
    [
        ("nobody@example.org", "trainer", "library", "None of your people has this address"),
        ("{elsewhere}", "trainer", "library", "None of your people has this address"),
        ("{learner}", "trainer", "museum", "You cannot give or take this role here"),
        ("{learner}", "author", "library", "You cannot give or take this role here"),
        ("{learner}", "platform", "library", "You cannot give or take this role here"),
        ("{learner}", "king", "library", "You cannot give or take this role here"),
        ("{learner}", "trainer", "9" * 40, "You cannot give or take this role here"),
        ("\0{learner", "trainer", "library", "None of your people has this address"),
        ("<script>alert(1)</script>", "trainer", "library", "None of your people has this address"),
    ],
)
async def test_what_cannot_be_given_is_told(
    administrator: httpx.AsyncClient,
    database: Database,
    cast: Cast,
    *,
    email: str,
    role: str,
    place: str,
    told: str,
) -> None:
    before = await rows(database, people.ROLE.c.name)
    if email.startswith("{"):
        email = await database.read(partial(people.email, person=getattr(cast, email[1:-1])))
    answer = await give(administrator, email, role, getattr(cast, place, place))
    assert (answer.status_code, told in answer.text, "<script>" in answer.text) == (422, True, False)
    assert await rows(database, people.ROLE.c.name) == before


async def test_others_people_and_nobody_cost_the_same(
    administrator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    theirs = await database.read(partial(people.email, person=cast.elsewhere))
    await give(
        administrator, "before@example.org", "trainer", cast.library
    )  # that the list was seen is kept once
    asked, said = list[list[str]](), list[str]()
    for email in (theirs, "nobody@example.org"):
        with counted() as statements:
            answer = await give(administrator, email, "trainer", cast.library)
        asked.append(statements)
        said.append(answer.text.replace(email, ""))
    assert (asked[0], said[0]) == (asked[1], said[1])


async def test_the_last_administrator_keeps_their_own(
    administrator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    place = f"{HERE}/{cast.coordinator}/{cast.library}/administrator"
    kept = await administrator.post(place, headers=SAME_ORIGIN)
    told = (await administrator.get(kept.headers["location"])).text
    assert "Nobody else gives roles here" in told
    await database.write(
        partial(people.grant, person=cast.learner, organisation=cast.library, role="administrator")
    )
    gone = await administrator.post(place, headers=SAME_ORIGIN)
    assert (gone.headers["location"], (await administrator.get(HERE)).status_code) == ("/console", 403)


async def test_who_only_looks_sees_no_buttons_and_is_told_so(door: Door, database: Database) -> None:
    planted = await database.write(plant)
    deeds = {
        "messages": "/console/messages/drop",
        "answers": "/console/answers/",
        "certificates/{certificate}": "/revoke",
        "messages/{message}": "/console/messages/drop",
    }
    ids = {thing: number for (thing, place), number in planted.ids.items() if place == "own"}
    for role, shown in (("auditor", False), ("trainer", False), ("coordinator", True)):
        async with door.signed_in(planted.actors[role, "own"]) as browser:
            for page, deed in deeds.items():
                text = (await browser.get(f"/console/{page.format(**ids)}")).text
                assert (role, page, re.search(rf'action="[^"]*{deed}', text) is not None) == (
                    role,
                    page,
                    shown,
                )
            answer = await browser.post(f"/console/answers/{ids['answer']}", headers=SAME_ORIGIN)
            assert (
                (answer.status_code, "Nothing was changed" in answer.text) == (303, False)
                if shown
                else (403, True)
            )


async def test_rooms_are_those_that_open(door: Door, database: Database) -> None:
    planted = await database.write(plant)
    seen = ["learners", "invitations", "programmes", "assignments", "announcements", "webinars"]
    seen += ["messages", "answers", "certificates"]
    rooms = {
        "administrator": [*seen, "organisations", "rights", "audit"],
        "auditor": [*seen, "organisations", "audit"],
        "trainer": [*seen, "organisations"],
        "author": ["lessons"],
        "platform": [*seen, "lessons", "organisations", "rights", "audit"],
    }
    for role, expected in rooms.items():
        async with door.signed_in(planted.actors[role, "own"]) as browser:
            page = (await browser.get("/console", follow_redirects=True)).text
        rooms_shown = page.partition('<nav class="rooms"')[2].partition("</nav>")[0]
        assert re.findall(r'id="to-(\w+)"', rooms_shown) == expected


def made_in(path: Path) -> Iterator[str]:
    """The functions in which a scope is made, or one is given other organisations or rights."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        changed = {"organisations", "rights", "where"} & {
            each.arg for each in node.keywords if name == "replace"
        }
        asgi = re.search(r"from starlette.types import .*\bScope\b", path.read_text(encoding="utf-8"))
        if (name == "Scope" and not asgi) or changed:
            around = [each for each in functions if each.lineno <= node.lineno <= (each.end_lineno or 0)]
            yield f"{path.relative_to(ROOT)}: {around[-1].name if around else ''}"


def test_a_scope_is_made_by_the_authenticator_only() -> None:
    """Only `Scope.only` and `Scope.there`, which take organisations away, make another one of it; who sits at the
    machine may all, and in the chat somebody is who their address says."""
    found = [made for folder in OURS for path in (ROOT / folder).rglob("*.py") for made in made_in(path)]
    assert sorted(found) == [
        "actions/standing.py: scope_of",
        "console/api/auth.py: caller_of",
        "domain/organisation.py: only",
        "domain/organisation.py: there",
        "zinute/operator.py: at_the_machine",
    ]


def test_a_scope_becomes_a_condition_at_one_place() -> None:
    """Nothing else asks for a scope's organisations, but what looks at each of them apart (messages, results, where
    something was assigned, for whom a webinar is, and what of somebody is another employer's), and the wall."""
    found = {
        path.name
        for path in (ROOT / "storage").rglob("*.py")
        if re.search(r"\bscope\.(at|organisations|where|rights)\b", path.read_text(encoding="utf-8"))
    }
    assert found == {
        "scoping.py",
        "webinars.py",
        "assignment_figures.py",
        "messages.py",
        "progress.py",
        "results.py",
        "wall.py",
    }


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    statements = list[str]()

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
