"""What was assigned to the people of a scope, there or above, with what came of it and who is behind each figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from actions.people_behind import Behind
from domain.assigning import line
from domain.organisation import Scope
from domain.programme import Programme
from storage import assignment_figures, assignments, organisations, programmes
from storage.assignment_figures import GROUPS, Figures
from storage.assignments import Assigned
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class Given:
    """An assignment with what came of it for the people of a scope. `own`: it is of a place of the scope, so that it
    may be changed there. `after` is the programme that it comes after."""

    assigned: Assigned
    programme: Programme
    figures: Figures
    own: bool
    after: Programme | None


def given(
    tx: Connection, scope: Scope, today: date, only: int | None = None, *, programme: int | None = None
) -> Sequence[Given]:
    """The scope's assignments, the newest first: all, one, or those of a programme."""
    tree = {number: above for number, (_, above) in organisations.names(tx).items()}
    above = {over for place in scope.organisations for over in line(tree, place)}
    found = assignments.visible(tx, scope, above, programme)
    wanted = [each for each in found if only is None or each.id == only]
    counted = assignment_figures.figures(tx, scope, [each.id for each in wanted], today)
    newest = programmes.newest(tx)

    def taught(number: int) -> Programme:
        return programmes.version(tx, newest[number])

    return [
        Given(
            each,
            taught(each.terms.programme),
            counted[each.id],
            each.terms.place in scope.organisations,
            taught(each.terms.after.programme) if each.terms.after else None,
        )
        for each in wanted
    ]


def behind(tx: Connection, scope: Scope, assignment: int, group: str, today: date) -> Behind | None:
    """Who is behind a figure of an assignment; None where there is no such figure."""
    found, wanted = (
        given(tx, scope, today, assignment),
        next((each for each in GROUPS if each == group), None),
    )
    if not found or wanted is None:
        return None
    people = assignment_figures.people(tx, scope, assignment, wanted, today)
    return Behind(found[0].programme, None, people, found[0].figures.reached)
