"""Statements on the way of a message: written with Core, compiled once, and handed to the driver as they are.

`Connection.execute` costs 40 to 90 µs each time, most of it around the statement and not in it (perf.md); a prepared
one costs 5 to 15. Types are converted as the table says, in both directions.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import ARRAY, Connection, Delete, Dialect, Float, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

Statement = Select[Any] | Insert | Update | Delete
Convert = Callable[[Any], Any]
Row = tuple[Any, ...]
TOGETHER: Final = (100, 10, 1)  # rows of one statement: ten more at once save nothing any more
MOMENTS: Final = 256
WRITTEN_OUT: Final = 16  # moments of which is known how they are written
WRITTEN: Final = len("2026-11-23 09:00:00.000000")  # and not the zone
_moments: dict[str, Convert] = {}  # how moments are written, by dialect


@dataclass(frozen=True, slots=True)
class _Ready:
    """A compiled statement: its text, how its parameters are picked from named values, and what is converted.

    `fixed` are the values that are part of the statement; `given` and `found` say how the values with these names,
    and those at these places of a row, are converted where there is one.
    """

    text: str
    pick: Callable[[Mapping[str, Any]], Sequence[Any]]
    fixed: Mapping[str, Any]
    given: tuple[tuple[str, Convert], ...]
    found: tuple[tuple[int, Convert], ...]


class Prepared:
    """A statement of Core with `bindparam`s (no lists among them)."""

    def __init__(
        self, make: Callable[[str], Statement] | Statement, columns: Sequence[str] | None = None
    ) -> None:
        """`make` gives the statement for a dialect's name where the two stores differ; `columns` are what an
        INSERT without values is to set."""
        self._make = make
        self._columns = columns
        self._ready: dict[str, _Ready] = {}

    def rows(self, tx: Connection, /, **values: Any) -> list[tuple[Any, ...]]:
        """Every row of the result."""
        ready = self._for(tx.dialect)
        found: list[tuple[Any, ...]] = list(_execute(tx, ready, values).fetchall())
        return [_converted(row, ready.found) for row in found] if ready.found else found

    def row(self, tx: Connection, /, **values: Any) -> tuple[Any, ...] | None:
        """The only row, or the first, or None."""
        ready = self._for(tx.dialect)
        found: tuple[Any, ...] | None = _execute(tx, ready, values).fetchone()
        return _converted(found, ready.found) if found is not None and ready.found else found

    def run(self, tx: Connection, /, **values: Any) -> int:
        """How many rows were written."""
        return int(_execute(tx, self._for(tx.dialect), values).rowcount)

    def add(self, tx: Connection, /, **values: Any) -> int | None:
        """The id of the row that was inserted; None when it was there. (RETURNING is slow on SQLite.)"""
        cursor = _execute(tx, self._for(tx.dialect), values)
        if cursor.description:
            found = cursor.fetchone()
            return int(found[0]) if found else None
        return int(cursor.lastrowid) if cursor.rowcount == 1 else None

    def many(self, tx: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each of these values, in one go."""
        ready = self._for(tx.dialect)
        arguments = [_arguments(ready, dict(values)) for values in rows]
        if arguments:
            cursor = tx.connection.cursor()
            cursor.executemany(ready.text, arguments)
            cursor.close()

    def over(
        self, tx: Connection, types: Mapping[str, TypeEngine[Any]], columns: Mapping[str, Sequence[Any]]
    ) -> None:
        """Run it over the rows of these columns, which it reads from a table `given`; on SQLite."""
        ready = self._for(tx.dialect)
        values = [_column(types[name], tx.dialect, column) for name, column in columns.items()]
        rows, fixed = list(zip(*values, strict=True)), ready.pick(ready.fixed)
        driver: Any = tx.connection.dbapi_connection
        for part in _parts(rows):
            driver.execute(_over(ready.text, tuple(types), len(part)), [*chain.from_iterable(part), *fixed])

    def _for(self, dialect: Dialect) -> _Ready:
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = self._compiled(dialect)
        return ready

    def _compiled(self, dialect: Dialect) -> _Ready:
        statement = self._make(dialect.name) if callable(self._make) else self._make
        compiled = statement.compile(dialect=dialect, column_keys=self._columns)
        assert isinstance(compiled, SQLCompiler)
        assert compiled.positiontup is not None, "both drivers number their parameters"
        names = list(compiled.positiontup)
        binds = {name: compiled.binds[name] for name in names}
        fixed = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        found = [(place, column.type) for place, column in enumerate(statement.exported_columns)]
        return _Ready(
            compiled.string,
            _picker(names),
            fixed,
            tuple((name, write) for name, bind in binds.items() if (write := _written(bind.type, dialect))),
            tuple((place, read) for place, kind in found if (read := _read(kind, dialect))),
        )


def _column(kind: TypeEngine[Any], dialect: Dialect, values: Sequence[Any]) -> Sequence[Any]:
    """The values of a column as the driver takes them."""
    convert = _written(kind, dialect)
    return [value and convert(value) for value in values] if convert else values


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """All of them, as many at once as there are left: of each number there is a statement."""
    done = 0
    for many in TOGETHER:
        while len(rows) - done >= many:
            yield rows[done : done + many]
            done += many


@lru_cache(maxsize=64)
def _over(text: str, names: tuple[str, ...], rows: int) -> str:
    """A statement over a table `given` of so many rows with these columns."""
    row = f"({', '.join('?' * len(names))})"
    columns = ", ".join(f'"{name}"' for name in names)
    return f"WITH given({columns}) AS (VALUES {', '.join([row] * rows)}) {text}"


def _picker(names: list[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def _written(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """How moments are written, or a list of them. (Of our types, both drivers take the others as they are.)"""
    if isinstance(kind, ARRAY) and isinstance(kind.item_type, UTCDateTime):
        one = _stored(kind.item_type, dialect)
        return lambda values: [value and one(value) for value in values]
    return _stored(kind, dialect) if isinstance(kind, UTCDateTime) else None


def _stored(kind: UTCDateTime, dialect: Dialect) -> Convert:
    if dialect.name not in _moments:
        convert = kind.dialect_impl(dialect).bind_processor(dialect)
        assert convert is not None, "SQLModel's own type for moments has one"
        _moments[dialect.name] = _of_utc(_as_text, convert) if dialect.name == "sqlite" else convert
    return _moments[dialect.name]


def _as_text(moment: datetime) -> str:
    """A moment of UTC as SQLAlchemy's own type writes it on SQLite, in a fifth of its time."""
    return moment.isoformat(" ", "microseconds")[:WRITTEN]


def _read(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, Float):  # both drivers give floats
        return None
    convert = kind.dialect_impl(dialect).result_processor(dialect, None)
    if convert is None or not isinstance(kind, UTCDateTime):
        return convert
    return lru_cache(maxsize=MOMENTS)(convert)


def _of_utc(of_utc: Convert, convert: Convert) -> Convert:
    """Moments of UTC are converted the short way; the few that come again and again, as `now` does, once. (Threads
    share what is known. Looked for by who they are, which costs a tenth of what they say.)"""
    known: dict[int, tuple[datetime, Any]] = {}

    def converted(value: datetime) -> Any:
        kept = known.get(id(value))
        if kept is not None and kept[0] is value:
            return kept[1]
        if value.tzinfo is not UTC:
            return convert(value)
        found = of_utc(value)
        if len(known) >= WRITTEN_OUT:
            known.clear()
        known[id(value)] = value, found
        return found

    return converted


def _execute(tx: Connection, ready: _Ready, values: dict[str, Any]) -> Any:
    """The driver's cursor, which goes when nobody holds it any more."""
    driver: Any = tx.connection.dbapi_connection
    return driver.execute(ready.text, _arguments(ready, values))


def _arguments(ready: _Ready, values: dict[str, Any]) -> Sequence[Any]:
    """What the driver is given, in its order; `values` are used up."""
    if ready.fixed:
        values.update(ready.fixed)
    for name, convert in ready.given:
        value = values[name]
        if value is not None:
            values[name] = convert(value)
    return ready.pick(values)


def _converted(row: Sequence[Any], found: tuple[tuple[int, Convert], ...]) -> tuple[Any, ...]:
    values = list(row)
    for place, convert in found:
        value = values[place]
        if value is not None:
            values[place] = convert(value)
    return tuple(values)
