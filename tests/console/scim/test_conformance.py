"""SCIM as an independent tester reads the RFCs (scim2-tester), against the application on both stores."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server
from starlette.applications import Starlette

from console.app import create
from console.scim.shapes import HERE
from domain.scim_user import CORE, ENTERPRISE, OWN
from domain.texts import Texts
from storage.database import Database
from tests.console.api.conftest import Gate
from tests.console.planted import plant
from tests.console.scim.conftest import ADDRESS
from tests.console.town import Clock
from tests.storage import stores

Environ = dict[str, Any]
# Where nothing is taken back: whoever is on the roster works there or does not, and learns in some language.
STAYS: Final = {"active", "preferredLanguage"}
# What the tester cannot know: which words these attributes have.
WORDS: Final = {
    (ENTERPRISE, "department"): "unit Slaptaunit",
    (OWN, "hiredOn"): "2026-01-31",
    (CORE, "primary"): "true",  # the only address that there is
}


@pytest.fixture(params=stores.BOTH)
def client(request: pytest.FixtureRequest, tmp_path: Path, texts: Texts) -> Iterator[WSGISCIMClient]:
    """One that asks the application, in a loop of its own, for the organisation "own"."""
    server = lambda: str(request.getfixturevalue("postgres_url"))  # noqa: E731 (asked for on PostgreSQL alone)
    with asyncio.Runner() as runner:
        opening = stores.opened(request.param, tmp_path, server)
        database = runner.run(opening.__aenter__())
        app, token = runner.run(_begin(database, texts))
        headers = {"Authorization": f"Bearer {token}"}
        yield WSGISCIMClient(_as_wsgi(runner, app), f"{ADDRESS}{HERE}", headers=headers)
        runner.run(opening.__aexit__(None, None, None))


async def _begin(database: Database, texts: Texts) -> tuple[Starlette, str]:
    clock = Clock()
    app = create(database, texts, clock, address=ADDRESS)
    gate = Gate(app, database, clock, await database.write(plant))
    return app, await gate.token(scopes=["provisioning"])


def _as_wsgi(runner: asyncio.Runner, app: Starlette) -> Callable[[Environ, Any], Iterable[bytes]]:
    """The application for a client that does not wait."""

    async def ask(environ: Environ) -> httpx.Response:
        named = {name[5:].replace("_", "-"): value for name, value in environ.items() if name[:5] == "HTTP_"}
        address = f"{ADDRESS}{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        kind = {"Content-Type": environ["CONTENT_TYPE"]} if environ.get("CONTENT_TYPE") else {}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False)
        ) as client:
            return await client.request(
                environ["REQUEST_METHOD"], address, content=environ["wsgi.input"].read(), headers=named | kind
            )

    def application(environ: Environ, start: Any) -> Iterable[bytes]:
        answer = runner.run(ask(environ))
        start(f"{answer.status_code} {answer.reason_phrase}", list(answer.headers.items()))
        return [_with_words(answer.content) if environ["PATH_INFO"].endswith("/Schemas") else answer.content]

    return application


def _with_words(schemas: bytes) -> bytes:
    """The schemas, with words that the tester may choose."""
    document = json.loads(schemas)
    for schema in document.get("Resources", ()):
        for each in schema["attributes"]:
            for one in (each, *each.get("subAttributes", ())):
                if words := WORDS.get((schema["id"], one["name"])):
                    one["canonicalValues"] = [words]
    return json.dumps(document).encode()


@pytest.mark.timeout(300)
def test_it_is_as_the_rfcs_say(client: WSGISCIMClient) -> None:
    results = check_server(client)
    wrong = [each for each in results if each.status not in (Status.SUCCESS, Status.SKIPPED)]
    told = [(each.title, each.reason) for each in wrong if (each.title, _of(each.data)) not in ACCEPTED]
    assert (told, len(results) > 40, len(wrong)) == ([], True, len(ACCEPTED))


ACCEPTED: Final = {("check_remove_attribute", each) for each in STAYS}


def _of(data: Any) -> str:
    """The attribute that a result is about."""
    return str(data.get("urn", "")) if isinstance(data, dict) else ""
