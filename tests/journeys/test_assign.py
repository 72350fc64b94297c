"""Assignments by command, on an installation without the demonstration."""

from pathlib import Path

import pytest

from tests.actions.land import settle
from tests.journeys.running import zinute
from tests.journeys.test_start import one_sentence
from tests.journeys.test_why import opened
from tests.storage import stores

LIBRARY = Path(__file__).resolve().parents[2] / "library"
PROGRAMME = "first-week"


async def done(folder: Path, *arguments: str) -> str:
    code, out, err = await zinute(*arguments, ZINUTE_DATA=str(folder))
    assert code == 0, err
    return out


@pytest.mark.timeout(240)
async def test_from_a_preview_to_the_end(tmp_path: Path) -> None:
    await done(tmp_path, "lessons", "publish", str(LIBRARY / PROGRAMME))
    await done(tmp_path, "organisation", "add", "Beržai", "--country", "lt", "--contact", "Ona")
    await done(tmp_path, "person", "add", "ona@berzai.example", "Ona", "--organisation", "1")
    add = ("assign", "add", PROGRAMME, "--to", "1", "--days", "14", "--pace", "3", "--job", "librarian")
    assert await done(tmp_path, *add[:-2], "--preview") == (
        "1 people: 0 have joined, 0 learn it already, 0 have finished it.\n1  Beržai\n"
    )
    assert await done(tmp_path, *add, "--from", "2030-01-01") == "Made assignment 1.\n"
    told = "0 people, 0 have begun, 0 finished, 0 late\n"
    start = f"1  {PROGRAMME} to Beržai from 2030-01-01"
    assert await done(tmp_path, "assign", "list") == f"{start}, due in 14 days, 3 a week: {told}"
    assert (
        await done(tmp_path, "assign", "due", "1", "2030-02-01") == "Assignment 1 is due on 2030-02-01 now.\n"
    )
    paced = "Assignment 1 is paced anew:"
    assert await done(tmp_path, "assign", "pace", "1") == f"{paced} a lesson on each learning day.\n"
    assert await done(tmp_path, "assign", "pace", "1", "2") == f"{paced} lessons a week: 2.\n"
    assert await done(tmp_path, "assign", "end", "1") == "Assignment 1 has ended.\n"
    assert await done(tmp_path, "assign", "end", "1") == "Assignment 1 had ended before.\n"
    assert await done(tmp_path, "assign", "list") == f"{start}, due 2030-02-01, 2 a week, ended: {told}"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("add", "none", "--to", "1"), "no programme 'none'"),
        (("add", "week", "--to", "9"), "no organisation 9"),
        (("add", "week", "--to", "1", "--due", "soon"), "'soon' is no date"),
        (("add", "week", "--to", "1", "--from", "2020-01-01"), "first date is over"),
        (("add", "week", "--to", "1", "--days", "0"), "from 1 to 3650"),
        (("add", "week", "--to", "1", "--days", "5", "--due", "2030-01-01"), "either --due or --days"),
        (("add", "week", "--to", "1", "--after", "week"), "cannot wait for itself"),
        (("add", "week", "--to", "1", "--after", "none", "--preview"), "no programme 'none'"),
        (("add", "week", "--to", "1", "--language", "xx"), "no language 'xx'"),
        (("due", "7", "2030-01-01"), "no assignment 7"),
        (("due", "7", "1 May"), "'1 May' is no date"),
        (("end", "7"), "no assignment 7"),
    ],
)
async def test_what_is_wrong_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], what: str) -> None:
    await stores.put(tmp_path / "zinute.db")
    async with opened(tmp_path) as database:
        await database.write(settle)
    code, out, err = await zinute("assign", *arguments, ZINUTE_DATA=str(tmp_path))
    assert (code, out, one_sentence(err), what in err) == (2, "", True, True)
