"""Pytest's fixture `bot_api`: an account of its own at a fake Bot API server in a process of its own."""

import os
import selectors
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.owner import BotApi

ROOT = Path(__file__).parents[2]
STARTING = 40  # seconds: aiogram takes some


@pytest.fixture(scope="session")
def bot_api_url() -> Iterator[str]:
    """The address of a fake server that runs as long as the tests do."""
    command = [sys.executable, str(ROOT / "tests/fakes/botapi.py"), "--port", "0"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        try:
            yield f"http://127.0.0.1:{_first_line(process)}"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
async def bot_api(bot_api_url: str) -> AsyncIterator[BotApi]:
    """A new bot account: nobody has written to it, nothing is scripted."""
    async with httpx.AsyncClient(timeout=70, trust_env=False) as client:
        made = (await client.post(f"{bot_api_url}/control/bots")).raise_for_status().json()
        yield BotApi(bot_api_url, made["id"], made["token"], client)


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        if not ready.select(STARTING):
            process.kill()
    line = process.stdout.readline().strip()
    assert line, "the fake Bot API server does not start"
    return line
