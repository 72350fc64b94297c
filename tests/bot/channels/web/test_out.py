"""What a page is sent: the stream, and what came before it."""

import asyncio
import json
import time

import pytest

from bot.channel import Refused
from bot.channels.web.feed import MOST_PAGES
from bot.channels.web.stream import AT_ONCE, HISTORY
from domain.message import Button, Content
from domain.text import Text, marked
from storage import webchat
from storage.database import Database
from tests.bot.channels.web.served import Served, served
from tests.bot.channels.web.visitor import Visitor, opened, visiting
from tests.storage import stores

QUESTION = Content(
    marked("Kuris?", "bold"),
    buttons=(Button("Vienas", "k1:0"), Button("Du", "k1:1")),
    pick="many",
    submit=Button("Gerai", "k1:ok"),
)


async def said(web: Served, visitor: Visitor, count: int) -> None:
    """The bot has said 0, 1, 2, ..."""
    sending = (web.chat.send(visitor.address, Content(Text(str(n))), key=f"m{n}") for n in range(count))
    await asyncio.gather(*sending)


async def test_a_message_is_on_every_open_page_at_once(web: Served, visitor: Visitor) -> None:
    async with opened(visitor) as one, opened(visitor) as two:
        assert [await each.next() for each in (one, two)] == [("ready", "0", {"more": False})] * 2
        began = time.monotonic()
        await web.chat.send(visitor.address, QUESTION, key="m1")
        kind, number, entry = await one.next()
        assert (kind, number, entry) == await two.next()
        assert time.monotonic() - began < 0.5
    assert (kind, number, entry["who"]) == ("message", "1", "bot")
    assert entry["text"] == {
        "plain": "Kuris?",
        "entities": [{"kind": "bold", "offset": 0, "length": 6, "url": ""}],
    }
    labels = (("Vienas", "k1:0"), ("Du", "k1:1"), ("Gerai", "k1:ok"))
    *options, submit = ({"label": label, "data": data, "url": ""} for label, data in labels)
    assert (entry["buttons"], entry["pick"], entry["submit"]) == (options, "many", submit)


async def test_sending_the_same_key_again_shows_one_message(web: Served, visitor: Visitor) -> None:
    sent = [await web.chat.send(visitor.address, QUESTION, key="m1") for _ in range(3)]
    assert len(set(sent)) == 1
    async with opened(visitor) as stream:
        assert [kind for kind, _, _ in await stream.until("ready")] == ["message", "ready"]


async def test_an_edit_changes_the_message_on_open_pages_and_new_ones(web: Served, visitor: Visitor) -> None:
    sent = await web.chat.send(visitor.address, QUESTION, key="m1")
    async with opened(visitor) as stream:
        await stream.until("ready")
        await web.chat.edit(visitor.address, sent, Content(Text("Kitaip")))
        _, _, entry = await stream.next()
    assert (str(entry["seq"]), entry["text"]["plain"], entry["buttons"]) == (sent, "Kitaip", [])
    async with opened(visitor) as stream:
        assert (await stream.next())[2]["text"]["plain"] == "Kitaip"


@pytest.mark.parametrize("sent", ["99999", "", "x"])
async def test_what_was_never_sent_cannot_be_edited(web: Served, visitor: Visitor, sent: str) -> None:
    with pytest.raises(Refused):
        await web.chat.edit(visitor.address, sent, QUESTION)


async def test_a_page_that_was_cut_off_gets_what_came_meanwhile(web: Served, visitor: Visitor) -> None:
    await said(web, visitor, 4)
    for after, headers in (
        ("?after=2", {}),
        ("", {"Last-Event-ID": "2"}),
        ("?after=0", {"Last-Event-ID": "2"}),
    ):
        async with opened(visitor, after, **headers) as stream:
            got = await stream.until("ready")
        assert [entry.get("text", {}).get("plain") for _, _, entry in got] == ["2", "3", None]
        assert [number for _, number, _ in got] == ["3", "4", "4"]


@pytest.mark.parametrize(("count", "after"), [(2, 50), (AT_ONCE + 1, 1)])
async def test_a_page_that_cannot_be_continued_begins_anew(
    web: Served, visitor: Visitor, count: int, after: int
) -> None:
    await said(web, visitor, count)
    async with opened(visitor, f"?after={after}") as stream:
        got = await stream.until("ready")
    assert got[0][0] == "anew"
    assert got[-2][2]["text"]["plain"] == str(count - 1)
    assert got[-1] == ("ready", str(count), {"more": count > HISTORY})


async def test_a_long_chat_comes_in_parts(web: Served, visitor: Visitor) -> None:
    await said(web, visitor, HISTORY + 60)
    async with opened(visitor) as stream:
        got = await stream.until("ready")
    assert [entry["text"]["plain"] for _, _, entry in got[:-1]] == [str(n) for n in range(60, HISTORY + 60)]
    assert got[-1][2] == {"more": True}
    second = (await visitor.http.get(f"/chat/earlier?before={got[0][2]['seq']}")).json()
    assert [entry["text"]["plain"] for entry in second["entries"]] == [
        str(number) for number in range(10, 60)
    ]
    third = (await visitor.http.get(f"/chat/earlier?before={second['entries'][0]['seq']}")).json()
    assert (len(third["entries"]), second["more"], third["more"]) == (10, True, False)


async def test_people_see_their_own_chat_only(web: Served, visitor: Visitor) -> None:
    async with visiting(web) as other, opened(visitor) as mine, opened(other) as theirs:
        await mine.until("ready")
        await theirs.until("ready")
        await web.chat.send(other.address, Content(Text("hers")), key="m1")
        await web.chat.send(visitor.address, Content(Text("mine")), key="m1")
        await other.post(text="hers too")
        assert (await mine.next())[2]["text"]["plain"] == "mine"
        assert [(await theirs.next())[2]["text"]["plain"] for _ in range(2)] == ["hers", "hers too"]
        seq = (await web.database.read(lambda tx: webchat.before(tx, other.address, None, 1)))[0].seq
        assert (await visitor.http.get(f"/chat/earlier?before={seq + 1}")).json()["entries"] == [
            (await visitor.http.get(f"/chat/earlier?before={seq + 100}")).json()["entries"][0]
        ]


async def test_what_another_process_writes_comes_too(web: Served, visitor: Visitor) -> None:
    async with stores.again(web.database) as other, opened(visitor) as stream:
        await stream.until("ready")
        new = webchat.New("bot", "k", json.dumps({"text": {"plain": "from afar"}}), web.chat._post.now())
        await other.write(lambda tx: webchat.append(tx, visitor.address, new))
        assert (await asyncio.wait_for(stream.next(), 2))[2]["text"]["plain"] == "from afar"


async def test_a_quiet_line_beats(sqlite: Database) -> None:
    async with served(sqlite, beat=0.05) as web, visiting(web) as visitor, opened(visitor) as stream:
        await stream.until("ready")
        assert [await stream.next() for _ in range(3)] == [("beat", "", 1)] * 3


async def test_open_pages_do_not_keep_the_server_from_stopping(sqlite: Database) -> None:
    async with served(sqlite) as web, visiting(web) as visitor, opened(visitor) as stream:
        await stream.until("ready")
        began = time.monotonic()
        await web.stop()
        assert time.monotonic() - began < 1
        with pytest.raises(EOFError):
            await stream.next()
        await web.start()


async def test_a_closed_page_is_forgotten_and_the_store_left_in_peace(web: Served, visitor: Visitor) -> None:
    async with opened(visitor) as stream:
        await stream.until("ready")
        assert len(web.chat._feed._pages) == 1
    for _ in range(200):
        await asyncio.sleep(0.01)
        if web.chat._feed._watch and web.chat._feed._watch.done():
            break
    assert web.chat._feed._pages == {}
    assert web.chat._feed._watch
    assert web.chat._feed._watch.done()


async def test_the_oldest_of_too_many_pages_ends(web: Served, visitor: Visitor) -> None:
    async with opened(visitor) as oldest:
        await oldest.until("ready")
        more = [opened(visitor) for _ in range(MOST_PAGES)]
        for each in more:
            await each.__aenter__()
        with pytest.raises(EOFError):
            await asyncio.wait_for(oldest.next(), 2)
        for each in more:
            await each.__aexit__(None, None, None)


async def test_asking_only_for_the_head_of_a_stream_ends(visitor: Visitor) -> None:
    answer = await visitor.http.head("/chat/events")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
