"""What a scope may see, as the condition of a query."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement

from domain.organisation import Scope
from storage import employments, given
from storage.enrolments import ENROLMENT
from storage.people import PERSON

ENROLLED: Final[Any] = PERSON.join(ENROLMENT, ENROLMENT.c.person_id == PERSON.c.id)


def within(scope: Scope, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether it belongs to an organisation that the scope may see."""
    return column.in_(sorted(scope.at("see")))


def shared(scope: Scope, organisations: Iterable[int], column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether it belongs to one of these, which share it with whoever may see something."""
    return column.in_(sorted(organisations) if scope.at("see") else [])


def people(scope: Scope, person: Any = PERSON) -> ColumnElement[bool]:
    """Whether a person (a row of PERSON, or of an alias of it) belongs to an organisation of the scope, wherever else
    they work."""
    return employments.of(scope.at("see"), person)


def place(scope: Scope) -> ColumnElement[int]:
    """Where one of the scope's people works, as far as the scope sees."""
    return employments.place(scope.at("see"))


def word(scope: Scope, name: str) -> ColumnElement[str]:
    """What the organisation there says of one of the scope's people: "job", "number", "hired_on" or "left_on"."""
    return employments.word(scope.at("see"), name)


def learnt(scope: Scope, programme: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the scope may see what one of its people does in a programme (a column): not what others gave."""
    return given.seen(scope.at("see"), programme)


def theirs(scope: Scope, programme: int | None) -> tuple[ColumnElement[bool], ...]:
    """The enrolments of the scope's people, in one programme or all."""
    mine = (people(scope), learnt(scope, ENROLMENT.c.programme_id))
    return mine if programme is None else (*mine, ENROLMENT.c.programme_id == programme)
