"""Secrets of a service that runs (faults.md, A16): in nothing that it shows, logs, gives away or keeps in its store."""

import sqlite3
from pathlib import Path

import httpx
import pytest

from tests.fakes.owner import BotApi
from tests.journeys.running import demo, free_port

TOKEN = "canary-metrics-0123456789abcdef"
PLACES = ("/metrics", "/readyz", "/console/none", "/chat", "/privacy", "/catalogue", "/.well-known/did.json")


@pytest.mark.timeout(180)
async def test_no_secret_is_shown_logged_given_away_or_stored(tmp_path: Path, bot_api: BotApi) -> None:
    folder, more = tmp_path / "demo", {**bot_api.environment(), "ZINUTE_METRICS_TOKEN": TOKEN}
    person = await bot_api.person("Vardenis Pavardenis", "lt")
    async with (
        demo(folder, free_port(), more) as running,
        httpx.AsyncClient(base_url=running.url, timeout=60) as browser,
    ):
        await person.says("/start")
        link = running.coordinate_as("Rūta Petrauskienė").removeprefix(running.url)
        token, here = link.partition("token=")[2], {"Origin": running.url}
        assert (await browser.post("/sign-in", data={"token": token}, headers=here)).status_code == 303
        session = next(iter(browser.cookies.values()))
        headers = {"Authorization": f"Bearer {TOKEN}"}
        shown = [
            (await browser.get(each, headers=headers)).content
            for each in (*PLACES, "/console", "/console/account")
        ]
        shown += [(await browser.get(f"/console/people/{each}/data.json")).content for each in range(1, 9)]
        assert await running.stop() == 0
    keys = [path for path in tmp_path.rglob("*key*") if path.is_file()]
    (store,) = folder.glob("*.db")
    with sqlite3.connect(store) as opened, sqlite3.connect(tmp_path / "backup.db") as copy:
        opened.backup(copy)
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path not in keys}
    assert {store, tmp_path / "backup.db", tmp_path / "demo.log"} <= set(kept)
    assert len(keys) >= 2
    secrets = [each.encode() for each in (TOKEN, bot_api.token, token, session)]
    for path in keys:
        written = path.read_bytes().strip()
        secrets += [written, written.splitlines()[len(written.splitlines()) // 2], written.hex().encode()]
    found = [(place, secret) for secret in secrets for place, content in kept.items() if secret in content]
    assert found == []
    assert [secret for secret in secrets[:3] + secrets[4:] for content in shown if secret in content] == []
