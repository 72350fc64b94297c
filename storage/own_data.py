"""A copy of everything that is kept of one person, and its erasure: both go by the registry."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import FunctionType
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, select, update

from storage import certificates, people, registrations
from storage.bulk import one_of
from storage.enrolments import ENROLMENT
from storage.people import PERSON
from storage.personal import SHIFTED, Kept
from storage.registrations import REGISTRATION
from storage.registry import REGISTRY
from storage.schema import METADATA

Row = dict[str, Any]
_BY_TABLE: Final = {kept.table.name: kept for kept in REGISTRY}
# Those that lead to others go last.
_LEAVES_FIRST: Final = [
    _BY_TABLE[table.name] for table in reversed(METADATA.sorted_tables) if _BY_TABLE[table.name].mine
]
_AMONG: Final = [kept.among for kept in REGISTRY if kept.among]


def copy_of(tx: Connection, person: int) -> dict[str, list[Row]]:
    """Every row of the person's by its table, without what is technical or secret; tables without one are left out."""
    found = ((kept, _rows(tx, kept, person)) for kept in reversed(_LEAVES_FIRST))
    return {kept.table.name: rows for kept, rows in found if rows}


def _rows(tx: Connection, kept: Kept, person: int) -> list[Row]:
    assert kept.mine is not None, "only such are asked for"
    columns = [kept.table.c[name] for name in kept.copied]
    rows = select(*columns).where(kept.mine(person)).order_by(*kept.table.primary_key.columns)
    among = kept.among.of_person(tx, person) if kept.among else []
    return [dict(row._mapping) for row in tx.execute(rows)] + among


def erase(tx: Connection, person: int, now: datetime) -> None:
    """Nothing in the store names the person any more; what others count stays, and belongs to nobody.

    The times of a study move together, so that it begins on the first of its month: how long things took can still be
    counted, and when somebody did them cannot be told. Again it does nothing.
    """
    if (
        tx.execute(select(PERSON.c.id).where(PERSON.c.id == person, PERSON.c.erased_at.is_(None))).first()
        is None
    ):
        return
    people.lock(tx, person)
    registrations.free(tx, person, now)
    certificates.let_go(tx, REGISTRATION.c.person_id == person)
    for among in _AMONG:
        among.take_out(tx, person)  # while it is known as whom they are found there
    shifts = _shifts(tx, person)
    found = [(kept, _theirs(tx, kept, person)) for kept in _LEAVES_FIRST]
    _delete(tx, found)
    for kept, theirs in found:
        if kept.blank:
            _shift(tx, kept, theirs, shifts)
            if values := _values(kept.blank, now):
                tx.execute(update(kept.table).where(theirs).values(**values))
    tx.execute(update(PERSON).where(PERSON.c.id == person).values(erased_at=now))


def _delete(tx: Connection, found: Iterable[tuple[Kept, ColumnElement[bool]]]) -> None:
    for kept, theirs in found:
        if kept.blank is None:
            tx.execute(delete(kept.table).where(theirs))
        elif kept.gone is not None:
            tx.execute(delete(kept.table).where(theirs, kept.gone))


def _theirs(tx: Connection, kept: Kept, person: int) -> ColumnElement[bool]:
    """The person's rows by their keys, as what leads to them is erased too."""
    assert kept.mine is not None, "only such are asked for"
    [key, *more] = kept.table.primary_key.columns
    if more:  # these hang on an enrolment or on the person, which stay
        return kept.mine(person)
    return one_of(key, list(tx.execute(select(key).where(kept.mine(person))).scalars()))


def _values(blank: Mapping[str, Any], now: datetime) -> Row:
    given = {name: value for name, value in blank.items() if value is not SHIFTED}
    return {name: value(now) if isinstance(value, FunctionType) else value for name, value in given.items()}


def _shifts(tx: Connection, person: int) -> dict[int, timedelta]:
    """By how much the times of each study move."""
    rows = select(ENROLMENT.c.id, ENROLMENT.c.started_at).where(ENROLMENT.c.person_id == person)
    return {row.id: row.started_at - _month(row.started_at) for row in tx.execute(rows)}


def _month(at: datetime) -> datetime:
    return datetime(at.year, at.month, 1, tzinfo=UTC)


def _shift(tx: Connection, kept: Kept, theirs: ColumnElement[bool], shifts: Mapping[int, timedelta]) -> None:
    names = [name for name, value in (kept.blank or {}).items() if value is SHIFTED]
    if not names:
        return
    table = kept.table
    keys = [column.name for column in table.primary_key.columns]
    study = "id" if table is ENROLMENT else "enrolment_id"
    read = dict.fromkeys((*keys, *names, study))
    rows = tx.execute(select(*(table.c[name] for name in read)).where(theirs)).all()
    for row in rows:
        found = row._mapping
        if moved := {name: found[name] - shifts[found[study]] for name in names if found[name]}:
            tx.execute(update(table).where(*(table.c[key] == found[key] for key in keys)).values(**moved))
