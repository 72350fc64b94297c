"""Statements for many rows at once: row after row on SQLite; once on PostgreSQL, where each run costs a turn.

Numbers of which there may be many are one parameter: both stores take about 32,000 of them at most.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeEngine

from storage.hot import Prepared, Statement

Given = Mapping[str, ColumnElement[Any]]
T = TypeVar("T", int, str)


class Bulk:
    """A statement written once, with the values of a row by their names."""

    def __init__(self, types: Mapping[str, TypeEngine[Any]], make: Callable[[str, Given], Statement]) -> None:
        """`make` gives the statement for a dialect's name, with what stands for each value in it."""
        self._names: Final = tuple(types)
        self._statement = Prepared(lambda dialect: make(dialect, _given(dialect, types)), self._names)

    def run(self, tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each of these rows."""
        if tx.dialect.name == "sqlite":
            self._statement.many(tx, rows)
        elif rows:
            self._statement.run(tx, **{name: [row[name] for row in rows] for name in self._names})


def among(dialect: str, what: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Whether a number is one of those given under this name as `listed` says."""
    if dialect == "sqlite":
        values = func.json_each(bindparam(name, type_=String())).table_valued("value")
        return what.in_(select(values.c.value))
    return what == any_(bindparam(name, type_=ARRAY(BigInteger())))


def listed(tx: Connection, values: Collection[int]) -> Any:
    """Numbers as the parameter of a prepared statement."""
    return json.dumps(list(values)) if tx.dialect.name == "sqlite" else list(values)


def one_of(what: ColumnElement[T], these: Collection[T]) -> ColumnElement[bool]:
    """Whether a number or a word is one of these, of which there may be as many as one likes, in a statement that is
    not prepared."""
    kind: TypeEngine[Any] = what.type
    one = BigInteger() if isinstance(kind, Integer) else String()
    return held_by(what, literal([*dict.fromkeys(these)], ARRAY(one).with_variant(JSON(), "sqlite")))


class held_by(GenericFunction[bool]):  # noqa: N801 (it stands in statements like SQLAlchemy's functions)
    """`held_by(value, list)`: looked up in a table of its own, or in the index, and never one by one: with a list that
    is read as rows PostgreSQL does that where it takes a full table for an empty one, as it does until it has looked
    at it again."""

    type = Boolean()
    inherit_cache = True


@compiles(held_by, "sqlite")
def _held_by_sqlite(element: held_by, compiler: SQLCompiler, **words: Any) -> str:
    what, these = (compiler.process(each, **words) for each in element.clauses)
    return f"({what} IN (SELECT value FROM json_each({these})))"  # noqa: S608 (both are compiled)


@compiles(held_by, "postgresql")
def _held_by_postgresql(element: held_by, compiler: SQLCompiler, **words: Any) -> str:
    what, these = (compiler.process(each, **words) for each in element.clauses)
    return f"({what} = ANY({these}))"


def table(numbers: Mapping[int, int]) -> Select[int, int]:
    """Numbers and what each stands for, as rows of `key` and `value`."""
    each = func.json_each(literal(dict(numbers), JSON)).table_valued("key", "value")
    key, value = (cast(cast(each.c[name], String), BigInteger).label(name) for name in ("key", "value"))
    return select(key, value)


def _given(dialect: str, types: Mapping[str, TypeEngine[Any]]) -> Given:
    if dialect == "sqlite":
        return {name: bindparam(name, type_=kind) for name, kind in types.items()}
    arrays = (bindparam(name, type_=ARRAY(kind)) for name, kind in types.items())
    columns = (column(name, kind) for name, kind in types.items())
    return dict(func.unnest(*arrays).table_valued(*columns).render_derived(name="given").c.items())
