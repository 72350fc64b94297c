"""`zinute results`, as it is called."""

from pathlib import Path

import pytest

from storage.audit import AUDIT
from tests.console.town import Cast, settle
from tests.storage import stores
from tests.storage.samples import rows
from tests.tools.commands import zinute
from zinute.assemble import opened
from zinute.config import Settings


def called(folder: Path, *options: str) -> tuple[int, bytes, str]:
    done = zinute("results", "--data", folder, *options)
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.fixture
async def cast(tmp_path: Path) -> Cast:
    await stores.put(tmp_path / "zinute.db")
    async with opened(Settings(data=tmp_path)) as database:
        return await database.write(settle)


async def test_it_prints_the_table_and_keeps_that_it_did(tmp_path: Path, cast: Cast) -> None:
    code, out, err = called(tmp_path, "--organisation", str(cast.museum), "--programme", "safe")
    assert (code, err) == (0, "")
    head, line, end = out.decode().split("\r\n")
    assert (head[:28], line.split(",")[:3], end) == ("organisation_id,organisation", ["2", "Museum", "3"], "")
    assert "safe <nb>" in line
    async with opened(Settings(data=tmp_path)) as database:
        kept = await rows(database, AUDIT.c.person_id, AUDIT.c.what, AUDIT.c.organisation_id)
    assert kept == [(None, "results.given", cast.museum)]


async def test_excel_and_a_language(tmp_path: Path, cast: Cast) -> None:
    options = ("--organisation", str(cast.library), "--excel", "--language", "pl")
    out = called(tmp_path, *options)[1].decode()
    assert (out[:17], out.count("safe <pl>")) == ("\ufefforganisation_id;", 2)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--organisation", "99"), "There is no organisation 99: 'zinute organisation list' shows them.\n"),
        (
            ("--organisation", "1", "--programme", "no"),
            "There is no programme 'no': publish it with 'zinute lessons publish DIR'.\n",
        ),
        (("--organisation", "1", "--language", "fr"), "There is no language 'fr': use lt, pl, nb or en.\n"),
    ],
)
async def test_what_there_is_not_is_said(
    tmp_path: Path, cast: Cast, options: tuple[str, ...], told: str
) -> None:
    assert called(tmp_path, *options) == (2, b"", told)
