"""Seconds between two moments, counted by the store: each of the two has words of its own for it."""

from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, cast, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class elapsed(GenericFunction[float]):  # noqa: N801 (it stands in statements like SQLAlchemy's functions)
    """`elapsed(earlier, later)`: seconds, below zero the other way round."""

    type = Float()
    inherit_cache = True


class bounded(GenericFunction[float]):  # noqa: N801
    """`bounded(value, most)`: the value, at least 0 and at most `most`."""

    type = Float()
    inherit_cache = True


def whole(seconds: ColumnElement[float]) -> ColumnElement[int]:
    """Seconds without fractions; 0 where there are none."""
    return cast(func.round(func.coalesce(seconds, 0.0)), Integer)


def _two(element: ColumnElement[Any], compiler: SQLCompiler, words: dict[str, Any]) -> tuple[str, str]:
    first, second = (compiler.process(each, **words) for each in element.clauses)
    return first, second


@compiles(elapsed, "sqlite")
def _elapsed_sqlite(element: elapsed, compiler: SQLCompiler, **words: Any) -> str:
    earlier, later = _two(element, compiler, words)
    return f"((julianday({later}) - julianday({earlier})) * 86400.0)"


@compiles(elapsed, "postgresql")
def _elapsed_postgresql(element: elapsed, compiler: SQLCompiler, **words: Any) -> str:
    earlier, later = _two(element, compiler, words)
    return f"CAST(EXTRACT(EPOCH FROM ({later} - {earlier})) AS FLOAT)"


@compiles(bounded, "sqlite")
def _bounded_sqlite(element: bounded, compiler: SQLCompiler, **words: Any) -> str:
    value, most = _two(element, compiler, words)
    return f"MIN(MAX({value}, 0.0), {most})"


@compiles(bounded, "postgresql")
def _bounded_postgresql(element: bounded, compiler: SQLCompiler, **words: Any) -> str:
    value, most = _two(element, compiler, words)
    return f"LEAST(GREATEST({value}, 0.0), {most})"
