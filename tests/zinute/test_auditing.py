"""`zinute audit verify`, as it is called."""

import re
import sqlite3
from pathlib import Path

import pytest

from domain.audit import Deed
from storage import audit
from storage.database import Connection
from tests.storage import stores
from tests.storage.samples import MONDAY
from tests.storage.test_audit import fill
from tests.tools.commands import zinute
from zinute.assemble import opened
from zinute.config import Settings


def verify(folder: Path) -> tuple[int, str, str]:
    done = zinute("audit", "verify", "--data", folder)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def note(tx: Connection) -> None:
    for number in range(3):
        audit.note(tx, Deed("organisation.moved", number, number), None, MONDAY)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A store with three rows."""
    await stores.put(tmp_path / "zinute.db")
    async with opened(Settings(data=tmp_path)) as database:
        await database.write(note)
    return tmp_path


def test_an_unbroken_log_says_how_it_ends(folder: Path) -> None:
    code, out, err = verify(folder)
    assert (code, err) == (0, "")
    assert re.fullmatch(r"3 rows, all as they were written\. The last is 3: [0-9a-f]{64}\n", out)


def test_a_broken_log_names_its_first_wrong_row(folder: Path) -> None:
    with sqlite3.connect(folder / "zinute.db") as store:
        store.execute("DROP TRIGGER audit_changed")
        store.execute("UPDATE audit SET about_id = 7 WHERE number = 2")
    code, out, err = verify(folder)
    assert (code, err) == (1, "")
    assert out == "Row 2 is missing, or was changed: compare with a backup from before.\n"


async def test_of_many_rows_it_says_how_far_it_is(tmp_path: Path) -> None:
    async with opened(Settings(data=tmp_path)) as database:
        await database.write(lambda tx: fill(tx, 200_001))
    code, out, err = verify(tmp_path)
    assert (code, out[:13], err) == (0, "200001 rows, ", "100000 rows so far\n200000 rows so far\n")


def test_without_a_store_it_is_one_sentence(tmp_path: Path) -> None:
    code, out, err = verify(tmp_path)
    assert (code, out, err.count("\n"), "--data" in err) == (2, "", 1, True)
