"""The terminal: lines in from a pipe, a file and a real terminal; text out."""

import asyncio
import io
import os
import pty
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channel import NotSent, Refused, Update
from bot.channels.terminal import Terminal, wrapped
from bot.plain import written
from domain.event import Incoming, Said
from domain.fitting import fit
from domain.language import Language
from domain.message import Button, Content
from domain.text import Entity, Text, join, marked


class Post:
    """Keeps what comes in."""

    def __init__(self) -> None:
        self.updates: list[Update] = []

    async def receive(self, channel: str, account: str, update: Update) -> None:
        assert (channel, account) == ("terminal", "terminal")
        self.updates.append(update)

    def heard(self, channel: str) -> None:
        raise NotImplementedError

    async def picture(self, digest: str) -> bytes:
        raise NotImplementedError

    async def handle(self, channel: str, account: str, digest: str) -> str | None:
        raise NotImplementedError

    async def keep_handle(self, channel: str, account: str, digest: str, handle: str) -> None:
        raise NotImplementedError

    async def paper(self, code: str) -> bytes:
        raise NotImplementedError

    def text(self, language: Language, key: str) -> str:
        raise NotImplementedError


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe's two ends; the test closes the one to write to."""
    out, into = os.pipe()
    yield out, into
    os.close(out)


def said(post: Post, terminal: Terminal) -> list[str]:
    understood = [terminal.decode(update.raw) for update in post.updates]
    return [each.event.text for each in understood if each and isinstance(each.event, Said)]


async def test_lines_come_in_until_the_end(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "pl_PL.UTF-8")
    post = Post()
    terminal = Terminal(post, keyboard=pipe[0])
    receiving = asyncio.create_task(terminal.receive())
    for part in ("/sta", "rt abc\n\n  \nžin", "utė\nbe ga"):
        os.write(pipe[1], part.encode())
        await asyncio.sleep(0.02)
    assert said(post, terminal) == ["/start abc", "žinutė"]
    os.close(pipe[1])
    await asyncio.wait_for(receiving, 2)
    assert said(post, terminal) == ["/start abc", "žinutė", "be ga"]
    assert terminal.decode(post.updates[0].raw) == Incoming("terminal", Said("/start abc"), "pl_PL.UTF-8")
    assert {update.address for update in post.updates} == {"terminal"}
    assert len({update.key for update in post.updates}) == 3


async def test_a_file_is_read_as_well(tmp_path: Path) -> None:
    (tmp_path / "lines").write_bytes(b"one\n\xfftwo\n" + b"x" * 9000)
    post = Post()
    with (tmp_path / "lines").open("rb") as file:
        terminal = Terminal(post, keyboard=file.fileno())
        await asyncio.wait_for(terminal.receive(), 2)
    assert said(post, terminal) == ["one", "\ufffdtwo", "x" * 9000]


async def test_whoever_stops_waiting_leaves_nothing_behind(pipe: tuple[int, int]) -> None:
    threads = threading.active_count()
    receiving = asyncio.create_task(Terminal(Post(), keyboard=pipe[0]).receive())
    await asyncio.sleep(0.02)
    assert threading.active_count() == threads
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    assert not asyncio.get_running_loop().remove_reader(pipe[0])
    os.close(pipe[1])


async def test_a_real_terminal_gets_styles_and_its_end_is_the_end() -> None:
    ours, theirs = pty.openpty()
    post = Post()
    with os.fdopen(theirs, "w", encoding="utf-8") as screen:
        terminal = Terminal(post, keyboard=theirs, screen=screen)
        receiving = asyncio.create_task(terminal.receive())
        await terminal.send("terminal", Content(marked("Labas", "bold")), key="k")
        assert b"\x1b[1mLabas\x1b[22m" in os.read(ours, 1000)
        os.write(ours, b"taip\n\x04")
        await asyncio.wait_for(receiving, 2)
    os.close(ours)
    assert said(post, terminal) == ["taip"]


async def test_elsewhere_the_text_is_plain_and_its_buttons_are_numbers() -> None:
    screen = io.StringIO()
    terminal = Terminal(Post(), keyboard=0, screen=screen)
    question = Content(
        marked("Kuris?", "bold"),
        buttons=(Button("Vienas", "k:0"), Button("Du", "k:1")),
        pick="one",
        hint="Parašykite numerį.",
    )
    assert [await terminal.send("terminal", fit(question, terminal.capabilities), key="k") for _ in "ab"] == [
        "1",
        "2",
    ]
    assert screen.getvalue() == "Kuris?\n\n1. Vienas\n2. Du\n\nParašykite numerį.\n\n" * 2


async def test_what_cannot_be_done_is_said_in_the_contracts_words() -> None:
    screen = io.StringIO()
    terminal = Terminal(Post(), keyboard=0, screen=screen)
    with pytest.raises(Refused):
        await terminal.edit("terminal", "1", Content(Text("a")))
    screen.close()
    with pytest.raises(NotSent):
        await terminal.send("terminal", Content(Text("a")), key="k")


@pytest.mark.parametrize(
    ("plain", "lines"),
    [
        ("vienas du trys", ["vienas du", "trys"]),
        ("vienas du", ["vienas du"]),
        ("nebeprisikiškiakopūsteliaujantiesiems ir", ["nebeprisikiškiakopūsteliaujantiesiems", "ir"]),
        ("a nebeprisikiškiakopūsteliaujantiesiems", ["a", "nebeprisikiškiakopūsteliaujantiesiems"]),
        ("a\n\nb c d e f g h", ["a", "", "b c d e f", "g h"]),
        ("a\x1b[31mb\tc", ["a [31mb c"]),
        ("", [""]),
    ],
)
def test_lines_break_at_spaces(plain: str, lines: list[str]) -> None:
    assert wrapped(Text(plain), 10).plain.split("\n") == lines


@pytest.mark.parametrize(
    ("text", "styled", "plain"),
    [
        (join(Text("a🙂"), marked("b", "bold"), separator=""), "a🙂\x1b[1mb\x1b[22m", "a🙂b"),
        (
            Text("ab", (Entity("bold", 0, 1), Entity("italic", 1, 1))),
            "\x1b[1ma\x1b[22m\x1b[3mb\x1b[23m",
            "ab",
        ),
        (
            Text("čia", (Entity("link", 0, 3, "https://x.example"),)),
            "čia (https://x.example)",
            "čia (https://x.example)",
        ),
        (Text("a\nb\nc", (Entity("quote", 0, 3),)), "│ a\n│ b\nc", "│ a\n│ b\nc"),
        (Text("ab", (Entity("strike", 0, 2),)), "\x1b[9mab\x1b[29m", "ab"),
        (Text("ab", (Entity("code", 0, 2),)), "ab", "ab"),
    ],
)
def test_styles_are_for_terminals_only(text: Text, styled: str, plain: str) -> None:
    assert (written(text, styled=True), written(text, styled=False)) == (styled, plain)
