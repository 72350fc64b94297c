"""What a scope may see, as the condition of a query."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement

from domain.organisation import Scope
from storage.enrolments import ENROLMENT
from storage.people import PERSON

ENROLLED: Final[Any] = PERSON.join(ENROLMENT, ENROLMENT.c.person_id == PERSON.c.id)


def within(scope: Scope, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether it belongs to an organisation that the scope may see."""
    return column.in_(sorted(scope.at("see")))


def shared(scope: Scope, organisations: Iterable[int], column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether it belongs to one of these, which share it with whoever may see something."""
    return column.in_(sorted(organisations) if scope.at("see") else [])


def theirs(scope: Scope, programme: int | None) -> tuple[ColumnElement[bool], ...]:
    """The enrolments of the scope's people, in one programme or all."""
    mine = within(scope, PERSON.c.organisation_id)
    return (mine,) if programme is None else (mine, ENROLMENT.c.programme_id == programme)
