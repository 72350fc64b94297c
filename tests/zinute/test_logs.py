"""Nothing of a person and nothing secret comes into the log, whoever writes it, and nobody can forge a line of it."""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
import structlog

from tests.fakes.owner import BotApi
from tests.journeys.running import demo, free_port
from zinute.logs import Others, set_up
from zinute.redaction import LONGEST, redacted

TOKEN = "987654321:AAF-canary_token_0123456789abcdefghij"
NAME, SAID = "Kanarija Kanarytė", "kanarėlės giesmė 7f3a"

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """What was logged; everything that was set up is put back."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    level, handlers = logging.getLogger().level, list(logging.getLogger().handlers)
    told = StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    set_up("debug")
    yield lambda: [json.loads(line) for line in told.getvalue().splitlines()]
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks
    logging.captureWarnings(capture=False)
    logging.getLogger().handlers = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@dataclass
class Letter:
    """Something that holds what a person wrote."""

    words: str


log = structlog.get_logger(__name__)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (f"https://api.example/bot{TOKEN}/getMe", "https://api.example/bot[token]/getMe"),
        ("Authorization: Bearer abc.DEF-1", "Authorization: Bearer [secret]"),
        (f"GET /api/v1/people/zin_{'A1b' * 16}x", "GET /api/v1/people/[token]"),
        ("/sign-in?token=abc-DEF_1&x=2", "/sign-in?token=[secret]&x=2"),
        ("/chat?code=abc-DEF_1", "/chat?code=[secret]"),
        ("postgresql://zinute:hush@db/zinute", "postgresql://zinute:[secret]@db/zinute"),
        ("to ruta@gluosniai.example!", "to [address]!"),
        ("a\r\nb\x1b[31mc\x00\x7f\x9b\u2028\u202ed", r"a\r\nb\x1b[31mc\x00\x7f\x9b\u2028\u202ed"),
        ("\ud800", r"\ud800"),
        ("x" * (LONGEST + 1), "x" * LONGEST + "…"),
        ("Ąžuolas – 5 %", "Ąžuolas – 5 %"),
    ],
)
def test_a_text_is_told_on_one_line_and_without_secrets(value: str, told: str) -> None:
    assert redacted(value) == told


def test_a_line_cannot_be_forged_and_values_are_plain(lines: Lines) -> None:
    event = f"one\ntwo {TOKEN}"
    log.info(event, letter=Letter(SAID), many=[TOKEN, 3, None, {"a\n": Letter(SAID)}], b=b"raw")
    (line,) = lines()
    del line["timestamp"]
    assert line == {
        "event": r"one\ntwo [token]",
        "level": "info",
        "letter": "<Letter>",
        "many": ["[token]", 3, None, {r"a\n": "<Letter>"}],
        "b": "<bytes>",
    }


def fails() -> None:
    """As a store would, which quotes what it was given."""
    store = connect(":memory:")
    store.execute("CREATE TABLE person (name TEXT UNIQUE)")
    store.execute("INSERT INTO person VALUES (?)", (SAID,))
    try:
        store.execute("INSERT INTO person VALUES (?)", (SAID,))
    except Exception as error:
        raise ValueError(f"{SAID} is there already, {TOKEN}") from error
    finally:
        store.close()


def test_an_exception_is_told_by_class_code_and_place(lines: Lines) -> None:
    try:
        fails()
    except ValueError:
        log.exception("it failed", row=7)
    (line,) = lines()
    assert line["error"] == ["ValueError", "IntegrityError SQLITE_CONSTRAINT_UNIQUE"]
    assert [place.rpartition(":")[0] for place in line["where"]] == ["zinute/test_logs.py"] * 2
    assert (line["event"], line["row"], line["level"]) == ("it failed", 7, "error")


@pytest.mark.parametrize(
    "name", ["asyncio", "uvicorn.error", "aiohttp.client", "apscheduler", "sqlalchemy.pool"]
)
def test_others_are_told_by_the_first_line_without_values(
    lines: Lines, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (name, name.partition(".")[0]):  # another test's server may have set them up its own way
        logging.getLogger(each).setLevel(logging.NOTSET)
        monkeypatch.setattr(logging.getLogger(each), "propagate", True)
    try:
        fails()
    except ValueError as error:
        logging.getLogger(name).exception("Task failed\nfuture: %r", error)  # noqa: TRY401
    logging.getLogger(name).warning("about %s", SAID)
    logging.getLogger(name).info("too small to be told")
    failed, warned = lines()
    assert (failed["event"], failed["source"], failed["error"][0]) == ("Task failed", name, "ValueError")
    assert (warned["event"], warned["source"]) == ("about %s", name)


def test_what_nobody_catches_is_told_in_the_same_way(lines: Lines) -> None:
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    try:
        fails()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    in_a_thread, at_the_end = lines()
    assert in_a_thread["error"] == at_the_end["error"]
    assert SAID not in json.dumps([in_a_thread, at_the_end], ensure_ascii=False)


def test_setting_up_twice_says_things_once(lines: Lines) -> None:
    set_up("debug")
    assert sum(isinstance(each, Others) for each in logging.getLogger().handlers) == 1


async def test_no_canary_is_in_the_log_of_a_service(tmp_path: Path, bot_api: BotApi) -> None:
    """A lesson turn, an update that cannot be read, and a send that is refused with the words of the message."""
    person = await bot_api.person(NAME, "lt")
    folder, more = tmp_path / "demo", {**bot_api.environment(), "ZINUTE_LOG_LEVEL": "debug"}
    async with demo(folder, free_port(), more) as running:
        code = running.learn_as("Jonas Kazlauskas").partition("code=")[2]
        await person.says(f"/start {code}")
        await person.says(SAID)
        odd = {"message_id": SAID, "from": {"id": person.id, "first_name": NAME, "is_bot": SAID}}
        number = await bot_api.gives(message={**odd, "text": SAID})
        await bot_api.confirmed({number})
        await bot_api.fails("sendMessage", status=400, description=f"Bad Request: can't parse '{SAID}'")
        await person.says("/help")
        await bot_api.until(lambda: _was_refused(bot_api))
        assert await running.stop() == 0
    logged = (tmp_path / "demo.log").read_text(encoding="utf-8")
    said = [json.loads(line) for line in logged.splitlines()]
    told = "\n".join(map(str, said))
    (failed, *_) = [line for line in said if line["event"] == "update failed"]
    assert failed["where"]
    assert [place for line in said for place in line.get("where", ()) if place.startswith("/")] == []
    assert "not sent" in told
    canaries = (NAME, NAME.partition(" ")[0], SAID, bot_api.token, code, "Jonas Kazlauskas", "jonas@")
    assert [each for each in canaries if each in told or each in logged] == []


async def _was_refused(bot_api: BotApi) -> bool | None:
    return bool(await bot_api.events("fault")) or None
