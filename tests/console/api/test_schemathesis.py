"""Every operation as its document says: no fault of ours and no answer that is not in it, whatever is sent."""

import asyncio
import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from starlette.applications import Starlette

from console.api.answering import KEY
from console.api.app import OPERATIONS
from console.api.openapi import document
from console.api.operation import Operation
from console.app import create
from domain.texts import Texts
from storage.database import Database
from tests.console.api.conftest import HERE, Gate
from tests.console.planted import plant
from tests.console.town import Clock
from tests.storage import stores

Tried = Case[Any]
BASE: Final = "http://console.test"
_KEYS: Final = count(1)
DOCUMENT: Final = json.loads(document(OPERATIONS, BASE + HERE))
del DOCUMENT["security"]  # who may ask is tried in test_api_tokens.py and test_api_matrix.py
FEW: Final = settings(
    max_examples=15, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck)
)
SENT: Final = ("method", "url", "params", "data", "json", "headers", "cookies", "files")
TESTED: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
)


@pytest.fixture(params=stores.BOTH)
def asking(
    request: pytest.FixtureRequest, tmp_path: Path, texts: Texts
) -> Iterator[Callable[[Tried], httpx.Response]]:
    """Asks the application, in a loop of its own, as a token that may do everything."""
    server = lambda: str(request.getfixturevalue("postgres_url"))  # noqa: E731 (asked for on PostgreSQL alone)
    clock = Clock()
    with asyncio.Runner() as runner:
        opening = stores.opened(request.param, tmp_path, server)
        database = runner.run(opening.__aenter__())
        app, token = runner.run(_begin(database, texts, clock))

        def ask(case: Tried) -> httpx.Response:
            clock.move(seconds=1)  # so that nobody asks too often
            return runner.run(_send(app, token, case))

        yield ask
        runner.run(opening.__aexit__(None, None, None))


async def _begin(database: Database, texts: Texts, clock: Clock) -> tuple[Starlette, str]:
    app = create(database, texts, clock, address=BASE)
    gate = Gate(app, database, clock, await database.write(plant))
    return app, await gate.token("sector", days=300)


async def _send(app: Starlette, token: str, case: Tried) -> httpx.Response:
    """The very bytes that the case stands for; a key that is one is made a new one."""
    asked = case.as_transport_kwargs(base_url=BASE + HERE)
    said = requests.Request(**{name: asked[name] for name in SENT if name in asked}).prepare()
    told = {name: _plain(value) for name, value in said.headers.items()}
    told["Authorization"] = f"Bearer {token}"
    if KEY.fullmatch(key := told.get("Idempotency-Key", "")):
        told["Idempotency-Key"] = f"{next(_KEYS)}{key}"[:255]
    headers = [(name.encode(), value.encode("latin-1")) for name, value in told.items()]
    body: Any = said.body.encode() if isinstance(said.body, str) else said.body
    through = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=through) as client:
        return await client.request(str(said.method), str(said.url), headers=headers, content=body)


def _plain(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


@pytest.fixture(scope="module")
def checks() -> list[Any]:
    load_all_checks()
    return CHECKS.get_by_names(list(TESTED))


NOUNS: Final = tuple(dict.fromkeys(each.path.split("/")[1] for each in OPERATIONS))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("noun", NOUNS)
def test_it_answers_as_its_document_says(
    asking: Callable[[Tried], httpx.Response], checks: list[Any], noun: str
) -> None:
    for operation in (each for each in OPERATIONS if each.path.split("/")[1] == noun):
        statuses = set[int]()

        def probe(case: Tried) -> None:
            answer = asking(case)
            statuses.add(answer.status_code)  # noqa: B023 (it is called here)
            case.validate_response(answer, checks=checks)

        _try(operation, probe, _known(asking, noun))
        assert operation.status in statuses or operation.body, operation.name


def _known(asking: Callable[[Tried], httpx.Response], noun: str) -> int:
    """The id of one that there is."""
    listed = schemathesis.openapi.from_dict(DOCUMENT)[f"/{noun}"]["GET"]
    return int(asking(listed.Case(method="GET")).json()["items"][0]["id"])


def _try(operation: Operation, probe: Callable[[Tried], None], known: int) -> None:
    """Every bound of every field, and some of everything between, good and bad; first one that there is."""
    document = schemathesis.openapi.from_dict(DOCUMENT)
    tested, modes = document[operation.path][operation.method], list(GenerationMode)
    if "{id}" in operation.path and operation.body is None:
        keyed = {"Idempotency-Key": "known"} if operation.method == "POST" else {}
        named = (
            {"programme": 1} if "programme" in operation.query.model_json_schema().get("required", ()) else {}
        )
        probe(tested.Case(method=operation.method, path_parameters={"id": known}, query=named, headers=keyed))
    for case in document.iter_coverage_cases(
        tested, generation_modes=modes, generation_config=document.config.generation
    ):
        probe(case)
    for mode in modes:
        FEW(given(case=tested.as_strategy(generation_mode=mode))(probe))()
