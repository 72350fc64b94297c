"""Assignments: as coordinators look at them, see whom one would reach, make, change and end them."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from actions.assign import NotAssigned, assign, change_due, change_pace, end, preview, today_at, wrong
from console.api.operation import (
    Body,
    Call,
    Day,
    Id,
    InAddress,
    Listed,
    Nothing,
    Number,
    Operation,
    Paging,
    Yes,
    listed,
    part_of,
)
from console.api.people import Text, Word, without_defaults
from console.api.problems import not_found, unfit
from domain.assigning import MOST_DAYS, PACES, After, How, Query, Terms, line
from domain.disclosure import FEWEST
from domain.language import Language
from domain.organisation import Scope
from storage import listing, organisations, sharing
from storage.assignments import Assigned
from storage.database import Connection
from storage.listing import Part

# Which field is wrong, where it is not called as the fault is.
_FIELDS: Final = {
    **dict.fromkeys(("past", "far"), "starts_on"),
    **dict.fromkeys(("due_first", "due_twice"), "due_on"),
    **dict.fromkeys(("after_itself", "after_days"), "after"),
    "place": "organisation",
}


class Follows(Body):
    """Nobody begins before they have finished (or begun) this programme, and so many days are over."""

    programme: Id
    how: How = "finished"
    days: Annotated[int, Field(ge=0, le=MOST_DAYS)] = 0


class Narrowed(BaseModel):
    """Whom it is for; what is empty narrows nothing."""

    job: str
    language: str
    unit: str
    hired_since: date | None


class Assignment(BaseModel):
    """A programme given to a place and all under it; one of a place above reaches your people too."""

    id: int
    programme: int
    organisation: int
    starts_on: date
    due_on: date | None
    due_days: int | None
    only: Narrowed
    only_new: bool
    again: bool
    after: Follows | None
    why: str
    pace: int | None
    begun: bool
    ended: bool


class Assignments(Paging):
    """Which assignments."""

    programme: Number | None = None


class NewAssignment(Body):
    """What is given to whom. It is due on one date, or so many days after each began.

    Without `starts_on` it begins today. `only_new`: those who come after it has begun. `again`: who has finished the
    programme begins it again. `why` is what the people are told. `pace`: at most so many lessons a week come by
    themselves; without one, a lesson on each of the person's learning days.
    """

    programme: Id
    organisation: Id
    starts_on: date | None = None
    due_on: date | None = None
    due_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] | None = None
    job: Word = ""
    language: Language | None = None
    unit: Annotated[Text, Field(max_length=300)] = ""
    hired_since: date | None = None
    only_new: bool = False
    again: bool = False
    after: Follows | None = None
    why: Annotated[Text, Field(max_length=300)] = ""
    pace: Annotated[int, Field(ge=PACES[0], le=PACES[-1])] | None = None


class Previewed(Nothing):
    """What would be given to its people, as in NewAssignment; `after`, `after_how` and `after_days` are its `after`."""

    programme: Number
    starts_on: Day | None = None
    due_on: Day | None = None
    due_days: Annotated[int, InAddress, Field(ge=1, le=MOST_DAYS)] | None = None
    job: Word = ""
    language: Language | None = None
    unit: Annotated[Text, Field(max_length=300)] = ""
    hired_since: Day | None = None
    only_new: Yes = False
    again: Yes = False
    after: Number | None = None
    after_how: How = "finished"
    after_days: Annotated[int, InAddress, Field(ge=0, le=MOST_DAYS)] = 0
    pace: Annotated[int, InAddress, Field(ge=PACES[0], le=PACES[-1])] | None = None


class There(BaseModel):
    """How many people of a place."""

    name: str
    people: int


class Preview(BaseModel):
    """Whom it would reach if it were made now: how many there are, and of these how many have joined, learn the
    programme or have finished it. With `only_new` these are not asked; those who come later are.

    `learning` and `finished` are null without the scope progress:read, and where fewer than five people are reached.

    `ends_on`: the last lesson comes then to who begins on the first day and does each as it comes.
    """

    people: int
    joined: int
    learning: int | None
    finished: int | None
    places: list[There]
    ends_on: date


class ChangedAssignment(Body):
    """What becomes different; null takes it back. What is not sent stays."""

    model_config = ConfigDict(defer_build=True, json_schema_extra=without_defaults)
    due_on: date | None = None
    pace: Annotated[int, Field(ge=PACES[0], le=PACES[-1])] | None = None


def find(tx: Connection, call: Call[Assignments, None]) -> Listed[Assignment]:
    """Those that reach people of the scope."""
    scope, query = call.caller.scope, call.query
    found = listing.given(tx, scope, part_of(query), _above(tx, scope), programme=query.programme)
    answer: Listed[Assignment] = listed(query, found, _shown, lambda each: each.id)
    return answer


def get(tx: Connection, call: Call[Nothing, None]) -> Assignment | None:
    """The one of the address."""
    found = listing.given(tx, call.caller.scope, Part(only=call.id), _above(tx, call.caller.scope))
    return _shown(found[0]) if found else None


def foresee(tx: Connection, call: Call[Previewed, None]) -> Preview | None:
    """Whom one would reach that is not made, at the organisation of the address."""
    asked = call.query
    if call.id not in call.caller.scope.organisations:
        return None
    said = asked.model_dump(exclude={"after", "after_how", "after_days"})
    after = asked.after and Follows(programme=asked.after, how=asked.after_how, days=asked.after_days)
    terms = _terms(tx, call, NewAssignment(**said, organisation=call.id, after=after or None))
    if faults := wrong(tx, terms, call.now):
        raise _unfit(call, faults[0])
    reach = preview(tx, terms, call.caller.scope)
    told = "progress:read" in call.caller.token.scopes and len(reach.people) >= FEWEST
    return Preview(
        people=len(reach.people),
        joined=reach.joined,
        learning=reach.learning if told else None,
        finished=reach.finished if told else None,
        places=[There(name=name, people=many) for name, many in reach.places],
        ends_on=reach.ends_on,
    )


def give(tx: Connection, call: Call[Nothing, NewAssignment]) -> int:
    """A new one."""
    try:
        return assign(tx, _terms(tx, call, call.body), by=call.caller.scope.person, now=call.now)
    except NotAssigned as error:
        raise _unfit(call, error.faults[0]) from error


def _terms(tx: Connection, call: Call[Any, Any], body: NewAssignment) -> Terms:
    """What is asked for, in the places and of the programmes of the scope."""
    scope = call.caller.scope
    place = organisations.find(tx, body.organisation) if body.organisation in scope.organisations else None
    if place is None:
        raise _unfit(call, "place")
    after = After(body.after.programme, body.after.how, body.after.days) if body.after else None
    if after and after.programme not in sharing.known(tx, scope):
        raise _unfit(call, "programme", "after")
    return Terms(
        body.programme,
        place.id,
        body.starts_on or today_at(place, call.now),
        Query(body.job, body.language or "", body.unit, body.hired_since),
        body.due_on,
        body.due_days,
        body.only_new,
        body.again,
        after,
        " ".join(body.why.split()),
        body.pace,
    )


def edit(tx: Connection, call: Call[Nothing, ChangedAssignment]) -> int:
    """By when it is due, and how many lessons a week come, while it is not ended."""
    if _own(tx, call).ended:
        raise _unfit(call, "ended")
    body, by, field = call.body, call.caller.scope.person, "due_on"
    try:
        if "due_on" in body.model_fields_set:
            change_due(tx, call.id, body.due_on, by=by, now=call.now)
        field = "pace"
        if "pace" in body.model_fields_set:
            change_pace(tx, call.id, body.pace, by=by, now=call.now)
    except NotAssigned as error:
        raise _unfit(call, error.faults[0], field) from error
    return call.id


def stop(tx: Connection, call: Call[Nothing, None]) -> int:
    """It ends; one that has ended stays so."""
    _own(tx, call)
    end(tx, call.id, call.now, call.caller.scope.person)
    return call.id


def _own(tx: Connection, call: Call[Any, Any]) -> Assigned:
    """The one of the address, of the scope's own places."""
    found = listing.given(tx, call.caller.scope, Part(only=call.id), frozenset())
    if not found:
        raise not_found()
    return found[0]


def _above(tx: Connection, scope: Scope) -> frozenset[int]:
    tree = {number: above for number, (_, above) in organisations.names(tx).items()}
    return frozenset(over for place in scope.organisations for over in line(tree, place))


def _unfit(call: Call[Any, Any], fault: str, field: str = "") -> Exception:
    told = call.site.say("en", f"assigning.wrong.{fault}")
    return unfit(fault, told, field or _FIELDS.get(fault, fault))


def _shown(found: Assigned) -> Assignment:
    terms = found.terms
    after = terms.after
    query = terms.query
    return Assignment(
        id=found.id,
        programme=terms.programme,
        organisation=terms.place,
        starts_on=terms.starts_on,
        due_on=terms.due_on,
        due_days=terms.due_days,
        only=Narrowed(job=query.job, language=query.language, unit=query.unit, hired_since=query.hired_since),
        only_new=terms.only_new,
        again=terms.again,
        after=Follows(programme=after.programme, how=after.how, days=after.days) if after else None,
        why=terms.why,
        pace=terms.pace,
        begun=found.begun,
        ended=found.ended,
    )


OPERATIONS: Final = (
    Operation(
        "list_assignments",
        "GET",
        "/assignments",
        "assignments:read",
        "List assignments",
        find,
        Listed[Assignment],
        query=Assignments,
    ),
    Operation(
        "get_assignment",
        "GET",
        "/assignments/{id}",
        "assignments:read",
        "Look at an assignment",
        get,
        Assignment,
    ),
    Operation(
        "preview_assignment",
        "GET",
        "/organisations/{id}/reach",
        "assignments:write",
        "See whom an assignment to a place would reach",
        foresee,
        Preview,
        query=Previewed,
    ),
    Operation(
        "change_assignment",
        "PATCH",
        "/assignments/{id}",
        "assignments:write",
        "Change by when it is due, and at which pace lessons come",
        edit,
        body=ChangedAssignment,
    ),
    Operation(
        "add_assignment",
        "POST",
        "/assignments",
        "assignments:write",
        "Assign a programme",
        give,
        body=NewAssignment,
        makes=True,
    ),
    Operation(
        "end_assignment",
        "POST",
        "/assignments/{id}/end",
        "assignments:write",
        "End an assignment; who learns may go on",
        stop,
    ),
)
