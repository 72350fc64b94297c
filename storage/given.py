"""Which organisation gave somebody what to learn, where they work at several: so each sees what it gave itself."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    ScalarSelect,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Field, SQLModel

from domain.employment import MAIN, Givers, swapped
from storage.bulk import among, listed, one_of
from storage.employments import EMPLOYMENT
from storage.enrolments import ENROLMENT
from storage.hot import Prepared
from storage.people import PERSON
from storage.table import core


class GivenRow(SQLModel, table=True):
    """A programme that the organisation of a further employment gave to its person.

    `alone`: the main organisation did not give it, nor did the person choose it before, so that it does not see it
    (the same in all rows of a person and a programme). What has no row here is the main organisation's to see.
    """

    __tablename__ = "given"
    __table_args__ = (Index("given_person", "person_id", "programme_id", "employment_id"),)
    employment_id: int = Field(
        primary_key=True, foreign_key="employment.id", sa_column_kwargs={"autoincrement": False}
    )
    programme_id: int = Field(
        primary_key=True, foreign_key="programme.id", sa_column_kwargs={"autoincrement": False}
    )
    person_id: int = Field(foreign_key="person.id")
    alone: bool


GIVEN: Final = core(GivenRow)
_GIFT: Final = GIVEN.alias("gift")  # in a condition that stands in any query
_BY: Final = EMPLOYMENT.alias("giver")
_GIVERS: Final = Prepared(
    lambda dialect: (
        select(GIVEN.c.person_id, GIVEN.c.programme_id, EMPLOYMENT.c.organisation_id)
        .join(EMPLOYMENT, EMPLOYMENT.c.id == GIVEN.c.employment_id)
        .where(
            among(dialect, GIVEN.c.person_id, "people"), GIVEN.c.alone, EMPLOYMENT.c.agreed_at.is_not(None)
        )
        .order_by(GIVEN.c.employment_id.desc())
    )
)
_OF: Final = Prepared(
    lambda dialect: select(
        GIVEN.c.person_id, GIVEN.c.programme_id, GIVEN.c.employment_id, GIVEN.c.alone
    ).where(among(dialect, GIVEN.c.person_id, "people"))
)
Pair = tuple[int, int]  # person and programme


def seen(places: Collection[int], programme: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether these places see what somebody of them (a row of PERSON) does in a programme (a column): their main
    organisation does, unless only others gave it, and a further one what it gave."""
    here = sorted(places)
    main = PERSON.c.organisation_id.in_(here)
    same = (_GIFT.c.person_id == PERSON.c.id, _GIFT.c.programme_id == programme)
    ours = exists().where(
        *same,
        _BY.c.id == _GIFT.c.employment_id,
        _BY.c.organisation_id.in_(here),
        _BY.c.agreed_at.is_not(None),
    )
    return or_(and_(main, ~exists().where(*same, _GIFT.c.alone)), ours)


def by_seen(tx: Connection, places: Collection[int], person: int) -> dict[int, bool]:
    """The programmes that further organisations gave to one of the people of these places, and whether these see it."""
    rows = select(GIVEN.c.programme_id, seen(places, GIVEN.c.programme_id))
    rows = rows.join(PERSON, PERSON.c.id == GIVEN.c.person_id).where(GIVEN.c.person_id == person)
    return {row[0]: bool(row[1]) for row in tx.execute(rows)}


def giver(person: ColumnElement[int], programme: ColumnElement[int]) -> ScalarSelect[int]:
    """The place that alone gave somebody a programme (both by columns of the query around it); NULL where the main
    organisation sees it."""
    rows = select(_BY.c.organisation_id).where(
        _GIFT.c.person_id == person,
        _GIFT.c.programme_id == programme,
        _GIFT.c.alone,
        _BY.c.id == _GIFT.c.employment_id,
        _BY.c.agreed_at.is_not(None),
    )
    return rows.order_by(_GIFT.c.employment_id).limit(1).correlate_except(_GIFT, _BY).scalar_subquery()


def givers(tx: Connection, people: Collection[int]) -> dict[tuple[int, int], int]:
    """The places that alone gave something to these people, by person and programme."""
    rows = _GIVERS.rows(tx, people=listed(tx, people))
    return {(person, programme): place for person, programme, place in rows}


def of(tx: Connection, people: Collection[int]) -> dict[Pair, Givers]:
    """Who gave what to these people, by person and programme, where further organisations gave something too."""
    found = dict[Pair, Givers]()
    for person, programme, employment, alone in _OF.rows(tx, people=listed(tx, people)):
        known = found.get((person, programme), frozenset() if alone else MAIN)
        found[person, programme] = known | {employment}
    return found


def begun(tx: Connection, people: Collection[int]) -> set[Pair]:
    """What these people have begun, as (person, programme)."""
    rows = select(ENROLMENT.c.person_id, ENROLMENT.c.programme_id)
    return {(row[0], row[1]) for row in tx.execute(rows.where(one_of(ENROLMENT.c.person_id, people)))}


def keep(tx: Connection, gifts: Mapping[Pair, Givers]) -> None:
    """These gave it, and nobody else, by person and programme."""
    whom = defaultdict[int, list[int]](list)
    for person, programme in gifts:
        whom[programme].append(person)
    for programme, people in whom.items():
        theirs = (one_of(GIVEN.c.person_id, people), GIVEN.c.programme_id == programme)
        tx.execute(delete(GIVEN).where(*theirs))
    new = [
        {"employment_id": each, "programme_id": programme, "person_id": person, "alone": None not in givers}
        for (person, programme), givers in gifts.items()
        for each in givers - MAIN
    ]
    if new:
        tx.execute(insert(GIVEN), new)


def invited(tx: Connection, people: Collection[int], programme: int) -> None:
    """Their main organisation gives these people the programme too."""
    theirs = (one_of(GIVEN.c.person_id, people), GIVEN.c.programme_id == programme)
    tx.execute(update(GIVEN).where(*theirs).values(alone=False))


def withdraw(tx: Connection, person: int, employment: int) -> None:
    """What this employment gave is its own no more: where nobody else gave it, it is as if the person chose it."""
    known = of(tx, [person])
    keep(tx, {each: who - {employment} for each, who in known.items() if employment in who})


def hand_over(tx: Connection, person: int, employment: int) -> None:
    """What this employment gave is the main organisation's from now on."""
    known = of(tx, [person])
    keep(tx, {each: (who - {employment}) | MAIN for each, who in known.items() if employment in who})


def anything(tx: Connection, employment: int) -> bool:
    """Whether something was given by it."""
    rows = select(GIVEN.c.programme_id).where(GIVEN.c.employment_id == employment)
    return tx.execute(rows.limit(1)).first() is not None


def swap(tx: Connection, person: int, *, gone: int, main: int) -> None:
    """What the main organisation gave is that of the further employment `gone` from now on, and what the further one
    `main` gave is the main organisation's; what others gave stays theirs."""
    known, nobody = of(tx, [person]), Givers()
    which = known.keys() | begun(tx, [person])
    keep(tx, {each: swapped(known.get(each, nobody), gone=gone, main=main) for each in which})
