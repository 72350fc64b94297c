"""What a scope may see, as the condition of a query."""

from typing import Any

from sqlalchemy import ColumnElement

from domain.organisation import Scope


def within(scope: Scope, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether it belongs to an organisation that the scope may see."""
    return column.in_(sorted(scope.organisations) if "see" in scope.rights else [])
