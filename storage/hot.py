"""Statements on the way of a message: written with Core, compiled once, and handed to the driver as they are.

`Connection.execute` costs 40 to 90 µs each time, most of it around the statement and not in it (perf.md); a prepared
one costs 5 to 15. Types are converted as the table says, in both directions.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

Statement = Select[Any] | Insert | Update | Delete
Convert = Callable[[Any], Any] | None
MOMENTS: Final = 256
_moments: dict[str, dict[datetime | None, Any]] = {}


@dataclass(frozen=True, slots=True)
class _Ready:
    """A compiled statement: its text, its parameters in order, the conversions of its results.

    A parameter is a name, a conversion, and whether its value (already converted) is part of the statement.
    `changed` are the places in a result that need a conversion.
    """

    text: str
    parameters: tuple[tuple[str, Convert, bool, Any], ...]
    changed: tuple[tuple[int, Callable[[Any], Any]], ...]


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
        cursor = _execute(tx, ready, values)
        found = cursor.fetchall()
        cursor.close()
        return [_converted(row, ready.changed) for row in found]

    def row(self, tx: Connection, /, **values: Any) -> tuple[Any, ...] | None:
        """The only row, or the first, or None."""
        ready = self._for(tx.dialect)
        cursor = _execute(tx, ready, values)
        found = cursor.fetchone()
        cursor.close()
        return _converted(found, ready.changed) if found is not None else None

    def run(self, tx: Connection, /, **values: Any) -> int:
        """How many rows were written."""
        cursor = _execute(tx, self._for(tx.dialect), values)
        count = cursor.rowcount
        cursor.close()
        return count

    def many(self, tx: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each of these values, in one go."""
        ready = self._for(tx.dialect)
        arguments = [_arguments(ready, values) for values in rows]
        if arguments:
            cursor = tx.connection.cursor()
            cursor.executemany(ready.text, arguments)
            cursor.close()

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
        parameters = tuple(_parameter(compiled, name, dialect) for name in compiled.positiontup)
        types: Sequence[TypeEngine[Any]] = [column.type for column in statement.exported_columns]
        results = [kind.dialect_impl(dialect).result_processor(dialect, None) for kind in types]
        changed = tuple((place, convert) for place, convert in enumerate(results) if convert)
        return _Ready(compiled.string, parameters, changed)


def _parameter(compiled: SQLCompiler, name: str, dialect: Dialect) -> tuple[str, Convert, bool, Any]:
    bind = compiled.binds[name]
    convert: Convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if convert is not None and isinstance(bind.type, UTCDateTime):
        convert = _remembered(convert, _moments.setdefault(dialect.name, {}))
    value = bind.effective_value
    fixed = not bind.required
    return name, convert, fixed, convert(value) if fixed and convert else value


def _remembered(convert: Callable[[Any], Any], known: dict[datetime | None, Any]) -> Callable[[Any], Any]:
    """The same few moments come many times in a row: each is converted once."""

    def converted(value: datetime | None) -> Any:
        found = known.get(value)  # threads share it: it may be cleared at any moment
        if found is None and value is not None:
            found = convert(value)
            if len(known) >= MOMENTS:
                known.clear()
            known[value] = found
        return found

    return converted


def _execute(tx: Connection, ready: _Ready, values: Mapping[str, Any]) -> DBAPICursor:
    cursor = tx.connection.cursor()
    cursor.execute(ready.text, _arguments(ready, values))
    return cursor


def _arguments(ready: _Ready, values: Mapping[str, Any]) -> list[Any]:
    return [
        value if fixed else values[name] if convert is None else convert(values[name])
        for name, convert, fixed, value in ready.parameters
    ]


def _converted(row: Sequence[Any], changed: tuple[tuple[int, Callable[[Any], Any]], ...]) -> tuple[Any, ...]:
    values = list(row)
    for place, convert in changed:
        values[place] = convert(values[place])
    return tuple(values)
