"""A row that names two others names two that belong together: the store takes no other."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storage.database import Connection, Database
from storage.schema import METADATA
from tests.storage.agreeing import learned


@pytest.mark.parametrize(
    ("name", "column", "other"),
    [
        ("certificate", "person_id", "person"),
        ("certificate", "enrolment_id", "enrolment"),
        ("enrolment", "version_id", "programme_version"),
        ("enrolment", "programme_id", "programme"),
        ("search_card", "version_id", "programme_version"),
        ("search_card", "programme_id", "programme"),
        ("memory", "version_id", "programme_version"),
        ("memory", "programme_id", "programme"),
        ("reached", "programme_id", "programme"),
    ],
)
async def test_no_row_says_that_another_is_somebody_elses(
    database: Database, name: str, column: str, other: str
) -> None:
    await database.write(learned)
    mine, theirs = METADATA.tables[name], METADATA.tables[other]

    def say_another(tx: Connection) -> None:
        said = tx.execute(select(mine.c[column])).scalars().first()
        there = select(theirs.c.id).where(theirs.c.id != said).order_by(theirs.c.id.desc())
        another = tx.execute(there).scalars().first()
        assert another is not None
        tx.execute(mine.update().where(mine.c[column] == said).values({column: another}))

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        await database.write(say_another)
