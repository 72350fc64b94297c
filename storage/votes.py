"""What people have answered to the question of an announcement: one choice each, the last one."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select, update
from sqlmodel import Field, SQLModel

from storage.dialect import insert_new
from storage.outbox import OUTBOX
from storage.table import core


class VoteRow(SQLModel, table=True):
    """Somebody chose this answer, by its number from 0; of an anonymous question nobody is shown whose it is."""

    __tablename__ = "vote"
    announcement_id: int = Field(
        primary_key=True, foreign_key="announcement.id", sa_column_kwargs={"autoincrement": False}
    )
    person_id: int = Field(
        primary_key=True, foreign_key="person.id", index=True, sa_column_kwargs={"autoincrement": False}
    )
    choice: int
    at: datetime


VOTE: Final = core(VoteRow)


def is_asked(tx: Connection, announcement: int, person: int) -> bool:
    """Whether this person was told of this announcement."""
    rows = select(OUTBOX.c.id).where(OUTBOX.c.announcement_id == announcement, OUTBOX.c.person_id == person)
    return tx.execute(rows.limit(1)).first() is not None


def vote(tx: Connection, announcement: int, person: int, choice: int, at: datetime) -> None:
    """This is what they choose from now on."""
    if not insert_new(tx, VOTE, announcement_id=announcement, person_id=person, choice=choice, at=at):
        theirs = (VOTE.c.announcement_id == announcement, VOTE.c.person_id == person)
        tx.execute(update(VOTE).where(*theirs).values(choice=choice, at=at))


def counts(tx: Connection, announcement: int, answers: int) -> list[int]:
    """How many chose each of so many answers."""
    found = select(VOTE.c.choice, func.count()).where(VOTE.c.announcement_id == announcement)
    many = {row[0]: row[1] for row in tx.execute(found.group_by(VOTE.c.choice))}
    return [many.get(each, 0) for each in range(answers)]


def by_person(tx: Connection, announcement: int) -> dict[int, int]:
    """Who chose what: for a question that is asked by name only."""
    rows = select(VOTE.c.person_id, VOTE.c.choice).where(VOTE.c.announcement_id == announcement)
    return {row[0]: row[1] for row in tx.execute(rows)}
