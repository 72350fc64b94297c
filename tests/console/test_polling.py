"""The question of an announcement in the console: written beside the draft, and answered without telling of anybody."""

import csv
import io

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from domain.texts import Texts
from storage import votes
from storage.database import Connection, Database
from tests.console.conftest import SAME_ORIGIN
from tests.console.test_announcements import passed, post, seen, written
from tests.console.town import MONDAY, Cast, Clock, Town
from zinute.previews import Maker

QUESTION = {"question-lt": "Ar ateisite?", "question-en": "Will you come?", "question-nb": "Kommer du?"}
ANSWERS = {
    f"answer-{number}-{language}": f"{answer} {language}"
    for number, answer in ((1, "Yes"), (3, "=No"))
    for language in ("lt", "en", "nb")
}


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, previews=Maker(texts))


async def ask(client: httpx.AsyncClient, page: str, **form: str) -> httpx.Response:
    values = {"seen": await seen(client, f"{page}/poll"), **QUESTION, **ANSWERS, **form}
    return await client.post(f"{page}/poll", data=values, headers=SAME_ORIGIN)


async def sent(client: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock, named: str) -> str:
    """An announcement that asks seven people."""

    def join(tx: Connection) -> None:
        town = Town(tx, MONDAY)
        for number in range(6):
            town.join(town.person(cast.library, f"Žmogus {number}"))

    await database.write(join)
    page = await written(client, cast)
    assert (await ask(client, page, named=named)).headers["location"] == page
    assert "<li>Yes lt</li>" in (await client.get(page)).text
    assert (await post(client, page, do="send")).headers["location"] == page
    assert await passed(database, clock) == 7
    return page


def answer(tx: Connection, page: str, choices: str) -> None:
    """So many of its people choose; the first is the learner."""
    which = int(page.rpartition("/")[2])
    asked = [row[0] for row in tx.exec_driver_sql("SELECT person_id FROM outbox ORDER BY person_id")]
    for person, choice in zip(asked, choices, strict=False):
        votes.vote(tx, which, person, int(choice), MONDAY)


async def test_anonymous_answers_are_counted_and_nobody_is_told_of(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await sent(coordinator, cast, database, clock, "no")
    await database.write(lambda tx: answer(tx, page, "0011"))
    assert "Fewer than five people have answered" in (await coordinator.get(page)).text
    await database.write(lambda tx: answer(tx, page, "0000011"))
    shown = (await coordinator.get(page)).text
    assert "7 people have answered." in shown
    assert shown.count("not shown, because they are too few") == 2
    file = (await coordinator.get(f"{page}/poll.csv")).text
    assert list(csv.reader(io.StringIO(file))) == [["\ufeffanswer", "count"], ["Yes en", ""], ["'=No en", ""]]
    await database.write(lambda tx: answer(tx, page, "0000000"))
    file = (await coordinator.get(f"{page}/poll.csv")).text
    assert list(csv.reader(io.StringIO(file)))[1:] == [["Yes en", "7"], ["'=No en", "0"]]
    people = csv.DictReader(io.StringIO((await coordinator.get(f"{page}/people.csv")).text))
    assert {each["answer"] for each in people} == {""}


async def test_answers_by_name_are_in_the_list_of_people(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await sent(coordinator, cast, database, clock, "yes")
    await database.write(lambda tx: answer(tx, page, "01"))
    shown = (await coordinator.get(page)).text
    assert "2 people have answered." in shown
    people = csv.DictReader(io.StringIO((await coordinator.get(f"{page}/people.csv")).text))
    assert sorted(each["answer"] for each in people) == ["", "", "", "", "", "'=No en", "Yes en"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"answer-3-lt": "", "answer-3-en": "", "answer-3-nb": ""}, "The question needs 2 to 6 answers."),
        ({"question-en": ""}, "The question or an answer is not written (English)."),
        ({"answer-1-lt": ""}, "The question or an answer is not written (Lithuanian)."),
    ],
)
async def test_what_a_question_lacks_is_said_before_it_is_sent(
    coordinator: httpx.AsyncClient, cast: Cast, form: dict[str, str], said: str
) -> None:
    page = await written(coordinator, cast)
    await ask(coordinator, page, **form)
    assert said in (await coordinator.get(page)).text
    assert (await post(coordinator, page, do="send")).status_code == 422


async def test_a_question_is_taken_away_when_its_fields_are_empty(
    coordinator: httpx.AsyncClient, cast: Cast
) -> None:
    page = await written(coordinator, cast)
    first = await seen(coordinator, f"{page}/poll")
    await ask(coordinator, page)
    late = await ask(coordinator, page, seen=first)
    assert late.status_code == 409
    await ask(coordinator, page, **dict.fromkeys((*QUESTION, *ANSWERS), ""))
    assert "Yes lt" not in (await coordinator.get(page)).text
    assert (await coordinator.get(f"{page}/poll.csv")).status_code == 404
