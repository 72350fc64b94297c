"""The roster as a whole: everybody of some organisations read at once, many added, changed and removed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select, update
from sqlmodel import SQLModel

from domain.language import DEFAULT
from domain.person import DEFAULT_HOUR, WORKING_DAYS
from domain.rights import Role
from domain.roster import Said
from domain.roster_plan import WORDS, Known
from storage import corrections, employments, reached
from storage.bulk import Bulk, one_of
from storage.dialect import add_rows
from storage.employments import Employment
from storage.people import PERSON, ROLE
from storage.reached import NOTHING_YET, REACHED
from storage.wall import beyond

COORDINATOR: Final[Role] = "coordinator"
_AT_ONCE: Final = 5_000  # values of one statement
_NAMES: Final = ("organisation_id", *WORDS)
_USUAL: Final = {
    "hour": DEFAULT_HOUR.strftime("%H:%M"),
    "days": "".join(map(str, sorted(WORKING_DAYS))),
    "reviews": True,
}
_ADD: Final = Bulk({name: PERSON.c[name].type for name in (*_NAMES, *_USUAL)}, partial(add_rows, PERSON))
_CHANGE: Final = Bulk(
    {
        f"its_{name}": PERSON.c[name].type for name in (*_NAMES, "id")
    },  # SQLAlchemy keeps the columns' own names
    lambda _, new: (
        update(PERSON)
        .where(PERSON.c.id == new["its_id"])
        .values(**{name: new[f"its_{name}"] for name in _NAMES})
    ),
)


def known(
    tx: Connection, organisations: Collection[int], emails: Collection[str] = (), *, to_change: bool = False
) -> list[Known]:
    """Everybody of these organisations, once for each that they work at, the main one first; and whoever has one of
    these addresses, wherever they are.

    `to_change`: nobody else changes them until the transaction ends (SQLite has one writer anyway).
    """
    found = _where(tx, PERSON.c.organisation_id, sorted(organisations), to_change=to_change)
    found += _further(tx, organisations, to_change=to_change)
    there = {each.said.email for each in found}
    with beyond(tx, "address"):
        elsewhere = _where(tx, PERSON.c.email, sorted(set(emails) - there), to_change=to_change)
        asked = employments.of_people(tx, [each.id for each in elsewhere])
    return found + [replace(each, asked=_asked(asked.get(each.id, ()))) for each in elsewhere]


def one(
    tx: Connection, person: int, organisations: Collection[int] | None = None, *, to_change: bool = False
) -> Known | None:
    """This person as one of these organisations has them (None: the main one), if there is one who was not erased;
    `to_change` as above."""
    here_at_all = () if organisations is None else (employments.of(organisations),)
    found = next(iter(_where(tx, PERSON.c.id, [person], *here_at_all, to_change=to_change)), None)
    if found is None or organisations is None or found.place in organisations:
        return found
    theirs = [each for each in employments.of_person(tx, person) if each.place in organisations]
    here = [each for each in theirs if each.holds]
    return next(_as_there(found, here, _coordinating(tx, [person])), None)


def add(tx: Connection, people: Sequence[tuple[int, Said]]) -> dict[str, int]:
    """Add people, each to an organisation; their ids by their addresses, of those that nobody had.

    Name, address and language are said of each.
    """
    before = tx.execute(select(func.coalesce(func.max(PERSON.c.id), 0))).scalar_one()
    _ADD.run(tx, [{**_values(place, said), **_USUAL} for place, said in people])
    added = select(PERSON.c.email, PERSON.c.id).where(PERSON.c.id > before)
    ids = {row.email: row.id for row in tx.execute(added)}
    return {said.email: ids[said.email] for _, said in people if said.email and said.email in ids}


def change(tx: Connection, people: Iterable[Known]) -> None:
    """This is how these people stand from now on, each as it was known; what they coordinate is not changed, and what
    they asked to have corrected so waits no more."""
    everybody = list(people)
    for each in everybody:
        if each.employment is not None:
            said = {name: getattr(each.said, name) or "" for name in employments.WORDS}
            employments.change(tx, each.employment, each.place, said)
    main = (each for each in everybody if each.employment is None)
    rows = ({"id": each.id, **_values(each.place, each.said)} for each in main)
    _CHANGE.run(tx, [{f"its_{name}": value for name, value in row.items()} for row in rows])
    corrections.drop_met(tx, {each.id for each in everybody})


def remove(tx: Connection, people: Collection[int], now: datetime) -> frozenset[int]:
    """Delete those of them of whom nothing else is known than that an assignment may reach them; their ids.

    SQLite would give the highest id to whoever comes next, and what the audit log says of one would seem to be of the
    other: there, the row with this id stays and names nobody.
    """
    with beyond(tx, "removal"):
        return _remove(tx, frozenset(people), now)


def _remove(tx: Connection, gone: frozenset[int], now: datetime) -> frozenset[int]:
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is PERSON.c.id for key in column.foreign_keys):
                told = (REACHED.c.state.not_in(NOTHING_YET),) if table is REACHED else ()
                for some in _parts(sorted(gone)):
                    gone -= frozenset(tx.execute(select(column).where(column.in_(some), *told)).scalars())
    newest = tx.execute(select(func.max(PERSON.c.id))).scalar_one()
    stays = gone & {newest} if tx.dialect.name == "sqlite" else frozenset[int]()
    for one in stays:
        nobody = dict.fromkeys(_NAMES[1:], "") | {"email": f"erased:{one}", "erased_at": now}
        tx.execute(update(PERSON).where(PERSON.c.id == one).values(nobody | {"language": DEFAULT}))
    for some in _parts(sorted(gone)):
        reached.forget(tx, some)
    for some in _parts(sorted(gone - stays)):
        tx.execute(delete(PERSON).where(PERSON.c.id.in_(some)))
    return gone


def names(tx: Connection, people: Collection[int]) -> dict[int, str]:
    """What these people are called."""
    return _said(tx, people, PERSON.c.name)


def places(tx: Connection, people: Collection[int]) -> dict[int, int]:
    """On whose roster each of these people is."""
    return _said(tx, people, PERSON.c.organisation_id)


def _said(tx: Connection, people: Collection[int], column: Any) -> dict[int, Any]:
    rows = select(PERSON.c.id, column)
    parts = (tx.execute(rows.where(PERSON.c.id.in_(some))) for some in _parts(sorted(people)))
    return {row[0]: row[1] for part in parts for row in part}


def _where(
    tx: Connection, column: Any, values: Sequence[Any], *which: ColumnElement[bool], to_change: bool
) -> list[Known]:
    role = (ROLE.c.person_id == PERSON.c.id, ROLE.c.organisation_id == PERSON.c.organisation_id)
    coordinates = exists().where(*role, ROLE.c.name == COORDINATOR).label("coordinates")
    rows = select(PERSON.c.id, *(PERSON.c[name] for name in _NAMES), coordinates).order_by(PERSON.c.id)
    rows, found = rows.where(PERSON.c.erased_at.is_(None), *which), list[Any]()
    for some in _parts(values):
        if to_change:
            _lock(tx, column.in_(some))
        found += tx.execute(rows.where(column.in_(some)))
    return [Known(row[0], row[1], Said(*row[2:-1]), bool(row[-1])) for row in found]


def _lock(tx: Connection, which: ColumnElement[bool]) -> None:
    """Nobody else changes these people; also those who only work here."""
    if tx.dialect.name == "postgresql":
        rows = select(PERSON.c.id).where(which, PERSON.c.erased_at.is_(None)).order_by(PERSON.c.id)
        with beyond(tx, "lock"):
            tx.execute(rows.with_for_update())


def _further(tx: Connection, organisations: Collection[int], *, to_change: bool) -> list[Known]:
    """Who works at these organisations besides their main one, once for each of them."""
    here = employments.at(tx, organisations)
    if not here:
        return []
    people = _where(tx, PERSON.c.id, sorted(here), to_change=to_change)
    asked, coordinating = employments.of_people(tx, here), _coordinating(tx, here)
    return [
        replace(there, asked=_asked(asked.get(each.id, ())))
        for each in people
        for there in _as_there(each, here[each.id], coordinating)
    ]


def _as_there(
    known: Known, here: Iterable[Employment], coordinating: Collection[tuple[int, int]]
) -> Iterator[Known]:
    """Somebody as the organisations of further employments have them; one that goes on first, then the newest."""
    for one in sorted(here, key=lambda each: (each.left_on != "", -each.id)):
        said = replace(known.said, **{name: getattr(one, name) for name in employments.WORDS})
        coordinates = (known.id, one.place) in coordinating
        yield Known(known.id, one.place, said, coordinates, employment=one.id)


def _coordinating(tx: Connection, people: Collection[int]) -> set[tuple[int, int]]:
    """Which of these people coordinate what place."""
    rows = select(ROLE.c.person_id, ROLE.c.organisation_id).where(ROLE.c.name == COORDINATOR)
    return {(row[0], row[1]) for row in tx.execute(rows.where(one_of(ROLE.c.person_id, people)))}


def _asked(found: Iterable[Employment]) -> dict[int, bool]:
    return {each.place: each.declined_at is not None for each in found if not each.holds}


def _values(place: int, said: Said) -> Mapping[str, Any]:
    return {"organisation_id": place, **{name: getattr(said, name) or "" for name in WORDS}}


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))
