"""Open answers in the console: read, replied to once, and nobody else's."""

import httpx
import pytest

from storage import replies
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.console.conftest import SAME_ORIGIN
from tests.console.town import MONDAY, Cast, Town
from tests.storage import open_answers

HOSTILE = "<script>alert(1)</script>\nIr dar viena eilutė"


@pytest.fixture
async def made(database: Database, cast: Cast) -> dict[str, int]:
    """Two open answers: one in the library, one in the museum."""

    def write(tx: Connection) -> dict[str, int]:
        where = Town(tx).publish(open_answers.PROGRAMME)
        people = {"here": (cast.learner, HOSTILE), "there": (cast.elsewhere, "Hemmelig")}
        return {
            name: open_answers.write(tx, who, where, words, MONDAY) for name, (who, words) in people.items()
        }

    return await database.write(write)


async def post(browser: httpx.AsyncClient, answer: int | str, words: str, **more: str) -> httpx.Response:
    return await browser.post(
        f"/console/answers/{answer}", data={"words": words, **more}, headers=SAME_ORIGIN
    )


async def test_it_shows_what_was_written_as_words_and_nothing_of_others(
    coordinator: httpx.AsyncClient, made: dict[str, int]
) -> None:
    page = await coordinator.get("/console/answers")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert ("Why en?" in page.text, "Open en: Say en" in page.text, "Ona Onaitė" in page.text) == (True,) * 3
    assert [word for word in ("<script>alert", "Hemmelig", "Per Hansen") if word in page.text] == []


async def test_a_reply_is_kept_told_and_shown(
    coordinator: httpx.AsyncClient, database: Database, made: dict[str, int]
) -> None:
    answer = await post(coordinator, made["here"], "Ačiū, <b>Ona</b>!")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/answers?done=replied")
    page = await coordinator.get(answer.headers["location"])
    assert ("No answer is waiting" in page.text, "The message is written" in page.text) == (True, True)
    everything = await coordinator.get("/console/answers?all=1")
    assert "Ačiū, &lt;b&gt;Ona&lt;/b&gt;!" in everything.text
    assert "Rasa Rasaitė wrote" in everything.text
    again = await post(coordinator, made["here"], "Dar kartą", all="1")
    assert again.headers["location"] == "/console/answers?all=1&done=before"
    kinds = await database.read(lambda tx: [row.kind for row in tx.execute(OUTBOX.select())])
    assert kinds == ["personal"]


@pytest.mark.parametrize(("words", "done"), [("", "empty"), (" \n\0", "empty"), ("x" * 2_001, "long")])
async def test_what_cannot_be_a_reply_is_refused_with_a_reason(
    coordinator: httpx.AsyncClient, made: dict[str, int], words: str, done: str
) -> None:
    answer = await post(coordinator, made["here"], words)
    assert answer.headers["location"] == f"/console/answers?done={done}"
    assert 'role="alert"' in (await coordinator.get(answer.headers["location"])).text
    assert f'action="/console/answers/{made["here"]}"' in (await coordinator.get("/console/answers")).text


@pytest.mark.parametrize("words", ["Ačiū", ""])
@pytest.mark.parametrize("which", ["there", "999999", "0", "x", "１", str(2**63)])
async def test_anothers_and_no_answer_are_the_same(
    coordinator: httpx.AsyncClient, made: dict[str, int], which: str, words: str
) -> None:
    answer = await post(coordinator, made.get(which, which), words)
    assert answer.status_code == 404


async def test_older_answers_are_on_the_next_page(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    def write(tx: Connection) -> None:
        town = Town(tx)
        where = town.publish(open_answers.PROGRAMME)
        for number in range(replies.PAGE + 1):
            who = town.person(cast.library, f"Žmogus {number}")
            open_answers.write(tx, who, where, f"žodis-{number}.", MONDAY)

    await database.write(write)
    page = await coordinator.get("/console/answers")
    assert ("žodis-1." in page.text, "žodis-0." in page.text) == (True, False)
    oldest = page.text.split('id="earlier" rel="next" href="')[1].split('"')[0]
    assert "žodis-0." in (await coordinator.get(oldest.replace("&amp;", "&"))).text
