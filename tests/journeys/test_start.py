"""Starting: the first page, a second start, and each thing that can stand in the way."""

import asyncio
import os
import socket
import sqlite3
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.fakes.owner import BotApi
from tests.journeys.running import ROOT, demo, free_port


async def zinute(*arguments: str, **more: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command that ends by itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "zinute",
        *arguments,
        env={**os.environ, "PYTHONPATH": str(ROOT), **more},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


def one_sentence(err: str) -> bool:
    """Whether the last line says it all, and no traceback stands before it."""
    return "Traceback" not in err and err.strip().endswith(".") and len(err.strip().splitlines()[-1]) < 250


async def test_the_first_page_has_the_links_and_a_second_start_goes_on(tmp_path: Path) -> None:
    port = free_port()
    async with demo(tmp_path / "demo", port) as running, httpx.AsyncClient() as browser:
        answer = await browser.get(f"{running.url}/")
        assert answer.status_code == 200
        learn = running.learn_as("Jonas Kazlauskas")
        assert learn.partition("code=")[2] in answer.text
        assert "Rūta Petrauskienė" in answer.text
        here = {"Origin": running.url}
        entered = await browser.post(f"{running.url}/demo/sign-in", data={"host": "0"}, headers=here)
        assert entered.status_code == 303
        assert entered.headers["location"].startswith("/sign-in?token=")
        assert await running.stop() == 0
    async with demo(tmp_path / "demo", port) as again:
        assert again.learn_as("Jonas Kazlauskas") == learn
    with sqlite3.connect(tmp_path / "demo" / "zinute.db") as store:
        assert store.execute("SELECT count(*) FROM organisation").fetchone() == (3,)
        shipped = len(list((ROOT / "library").iterdir()))
        assert store.execute("SELECT count(*) FROM programme_version").fetchone() == (shipped,)


async def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, _, err = await zinute("demo", "--data", str(tmp_path), "--port", port)
    assert code == 2
    assert one_sentence(err)
    assert f"Port {port} on 127.0.0.1 is in use" in err


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = await zinute("demo", "--data", str(tmp_path / "file" / "demo"))
    assert code == 2
    assert one_sentence(err)
    assert "cannot be written" in err


async def test_a_refused_token(tmp_path: Path, bot_api: BotApi) -> None:
    await bot_api.revoke()
    port = str(free_port())
    code, _, err = await zinute("demo", "--data", str(tmp_path), "--port", port, **bot_api.environment())
    assert code == 2
    assert one_sentence(err)
    assert "token" in err


async def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    assert (await zinute("migrate", "--data", str(tmp_path)))[0] == 0
    with sqlite3.connect(tmp_path / "zinute.db") as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    code, _, err = await zinute("demo", "--data", str(tmp_path))
    assert code == 2
    assert one_sentence(err)
    assert "newer" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "--port", "x"),
        ("serve", "--port", "0"),
        ("sign-in", "nobody@nowhere.example"),
        ("lessons", "check", "no-such-folder"),
        ("lessons", "publish", "no-such-folder"),
        ("chat", "--language", "xx"),
        ("no-such-command",),
    ],
)
async def test_wrong_input(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, _, err = await zinute(*arguments, ZINUTE_DATA=str(tmp_path / "data"))
    assert code == 2
    assert "Traceback" not in err


async def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    code, _, err = await zinute("migrate", ZINUTE_DATA=str(tmp_path), ZINUTE_DATABASE="nonsense")
    assert code == 2
    assert one_sentence(err)


async def test_the_version_is_said_quickly() -> None:
    fastest = 9.0
    for _ in range(5):
        began = time.monotonic()
        code, out, _ = await zinute("--version")
        fastest = min(fastest, time.monotonic() - began)
        assert (code, out) == (0, "zinute 0.1.0\n")
    assert fastest <= 0.6


@pytest.mark.parametrize(
    "module", ["zinute.cli", "console.app", "storage.migrate", "zinute.serve", "zinute.demo"]
)
async def test_aiogram_is_imported_by_telegram_alone(module: str) -> None:
    look = f"import sys, {module}; sys.exit('aiogram' in sys.modules)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", look, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert await process.wait() == 0
