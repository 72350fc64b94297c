"""What makes the fake server fit for fault runs: limits, scripts of failures, its ledger on disk, many updates."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.ledger import entries, hash_of
from tests.fakes.owner import BotApi
from tests.fakes.person import Person


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
async def anna(bot_api: BotApi) -> Person:
    person = await bot_api.person()
    await person.says("/start")
    return person


async def send(web: httpx.AsyncClient, api: BotApi, chat: int, text: str = "x") -> httpx.Response:
    return await web.post(f"{api.url}/bot{api.token}/sendMessage", json={"chat_id": chat, "text": text})


async def test_a_limit_is_enforced_in_every_second(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person
) -> None:
    others = [await bot_api.person() for _ in range(2)]
    for other in others:
        await other.says("/start")
    await bot_api.limits(overall=3, each_chat=1)
    statuses = [(await send(web, bot_api, person.id)).status_code for person in (anna, anna, *others, anna)]
    assert statuses == [200, 429, 200, 200, 429]
    refused = (await send(web, bot_api, anna.id)).json()
    assert (refused["parameters"], refused["error_code"]) == ({"retry_after": 1}, 429)
    await bot_api.advance(1.01)
    assert (await send(web, bot_api, anna.id)).status_code == 200
    assert [event["retry_after"] for event in await bot_api.events("limited")] == [1, 1, 1]


async def test_a_message_before_a_429_has_passed_is_noticed(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person
) -> None:
    await bot_api.fails("send", status=429, retry_after=35)
    assert (await send(web, bot_api, anna.id)).headers["Retry-After"] == "35"
    await bot_api.advance(34)
    await send(web, bot_api, anna.id)
    await bot_api.advance(2)
    await send(web, bot_api, anna.id)
    (early,) = await bot_api.events("early")
    assert 34 <= early["since"] < 35


async def test_failures_for_every_third_for_one_chat_and_for_a_while(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person
) -> None:
    other = await bot_api.person()
    await other.says("/start")
    await bot_api.fails("sendMessage", status=500, every=3, times=2)
    assert [(await send(web, bot_api, anna.id)).status_code for _ in range(7)] == [
        *(200, 200, 500, 200, 200, 500, 200)
    ]
    await bot_api.fails("send", status=403, chat=str(anna.id), times=9)
    assert [(await send(web, bot_api, person.id)).status_code for person in (other, anna)] == [200, 403]
    await bot_api.calms()
    await bot_api.fails("send", status=429, seconds=30)
    answers = [await send(web, bot_api, anna.id) for _ in range(3)]
    assert [(each.status_code, "parameters" in each.json()) for each in answers] == [(429, False)] * 3


async def test_a_chat_that_has_moved_says_where(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person
) -> None:
    await anna.migrates(-1007)
    refused = (await send(web, bot_api, anna.id)).json()
    assert (refused["error_code"], refused["parameters"]) == (400, {"migrate_to_chat_id": -1007})


async def test_a_body_of_any_kind_and_size(web: httpx.AsyncClient, bot_api: BotApi, anna: Person) -> None:
    await bot_api.fails("send", status=502, body="<html>", content_type="text/html", pad=5_000_000)
    answer = await send(web, bot_api, anna.id)
    assert (answer.status_code, answer.headers["Content-Type"][:9], len(answer.text)) == (
        502,
        "text/html",
        5_000_006,
    )


async def test_very_many_updates_doubled_and_shuffled(web: httpx.AsyncClient, bot_api: BotApi) -> None:
    made = await bot_api.burst(people=50, text="labas {n}")
    assert (len(made["people"]), len(made["numbers"])) == (50, 50)
    await updates(web, bot_api, offset=made["numbers"][-1] + 1)
    pressed = await bot_api.burst(people=made["people"], data="step:{n}", each=2, copies=3, seed=7)
    found = [update async for update in fetched(web, bot_api)]
    numbers = [update["update_id"] for update in found]
    assert (len(numbers), set(numbers)) == (300, set(pressed["numbers"]))
    assert numbers != sorted(numbers)
    assert {update["callback_query"]["data"] for update in found} == {f"step:{n}" for n in range(100)}
    await updates(web, bot_api, offset=pressed["numbers"][-1] + 1)
    assert len(await bot_api.ledger("confirmed")) == 150


async def fetched(web: httpx.AsyncClient, api: BotApi) -> AsyncIterator[dict[str, Any]]:
    """All that is pending; nothing is confirmed."""
    for update in (await api.account())["pending"]:
        yield update


async def updates(web: httpx.AsyncClient, api: BotApi, **fields: Any) -> list[dict[str, Any]]:
    answer = await web.post(f"{api.url}/bot{api.token}/getUpdates", json=fields)
    result: list[dict[str, Any]] = answer.json()["result"]
    return result


async def started(module: str, *arguments: str) -> tuple[asyncio.subprocess.Process, str]:
    """A server in a process of its own, and its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, "--port", "0", *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    return process, f"http://127.0.0.1:{int(await asyncio.wait_for(process.stdout.readline(), 40))}"


async def test_the_ledger_on_disk_outlives_the_server(web: httpx.AsyncClient, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    process, url = await started("tests.fakes.botapi", "--ledger", str(file))
    made = (await web.post(f"{url}/control/bots")).json()
    api = BotApi(url, made["id"], made["token"], web)
    anna = await api.person()
    await anna.says("/start")
    sent = (await send(web, api, anna.id, "Ačiū")).json()["result"]["message_id"]
    await api.fails("send", status=429, retry_after=9)
    await send(web, api, anna.id)
    await updates(web, api, offset=-1)
    await api.advance(90_000)
    process.kill()
    await process.wait()
    written = entries(file)
    assert [entry["what"] for entry in written] == ["sent", "limited"]
    first = written[0]
    assert (first["chat"], first["message"], first["text"]) == (anna.id, sent, hash_of("Ačiū"))
    assert (first["method"], first["bot"], first["content"]) == ("sendMessage", api.id, {"text": "Ačiū"})
    assert written[0]["t"] < written[1]["t"]
    assert written[1]["retry_after"] == 9


async def test_the_sink_takes_everything_and_counts(web: httpx.AsyncClient, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    process, url = await started("tests.fakes.sink", "--ledger", str(file), "--latency", "5")
    at = f"{url}/bot1:a"
    assert (await web.get(f"{at}/getMe")).json()["result"]["is_bot"] is True
    for method in ("setMyCommands", "deleteWebhook", "answerCallbackQuery"):
        assert (await web.post(f"{at}/{method}", json={})).json() == {"ok": True, "result": True}
    one = await web.post(f"{at}/sendMessage", json={"chat_id": 7, "text": "Ačiū"})
    two = await web.post(f"{at}/sendMessage", data={"chat_id": 8, "text": "x"})
    numbers = [each.json()["result"]["message_id"] for each in (one, two)]
    assert numbers == [1, 2]
    assert (await web.post(f"{at}/getUpdates", json={"timeout": 0})).json()["result"] == []
    stats = (await web.get(f"{url}/control/stats")).json()
    assert (stats["counts"]["sendmessage"], len(stats["accepted"])) == (2, 2)
    assert stats["accepted"] == sorted(stats["accepted"])
    assert (await web.post(f"{url}/control/reset")).json() == {"counts": {}, "accepted": []}
    process.kill()
    await process.wait()
    written = [(entry["chat"], entry["text"], entry["message"]) for entry in entries(file)]
    assert written == [("7", hash_of("Ačiū"), 1), ("8", hash_of("x"), 2)]
    assert json.loads(file.read_text(encoding="ascii").splitlines()[0])["method"] == "sendmessage"
