"""Assignments by hand: make one, see whom it would reach, list them, change a due date or a pace, end one."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from actions import assign as action
from actions.assign import NotAssigned, Reach
from actions.assigned import Given, given
from domain.assigning import After, Query, Terms
from domain.language import language_of
from storage import assignments, organisations, programmes
from storage.database import Connection
from zinute.assemble import look_only, now, opened
from zinute.config import Settings
from zinute.errors import Stop
from zinute.operator import at_the_machine

T = TypeVar("T")
WRONG: Final = {
    "programme": "That programme has no lessons: publish it with 'zinute lessons publish DIR'.",
    "place": "There is no such organisation: 'zinute organisation list' shows them.",
    "past": "The first date is over: use today or a later day.",
    "due_first": "It would be due before it begins: use a later date.",
    "far": "The date is too far away: use a day within the next ten years.",
    "due_days": "Use a number of days from 1 to 3650.",
    "due_twice": "Use either --due or --days.",
    "pace": "Use a number of lessons a week from 1 to 5.",
    "after_itself": "A programme cannot wait for itself: use another one for --after.",
    "after_days": "Use a number of days from 0 to 3650 for --wait.",
}


async def make(settings: Settings, said: dict[str, Any]) -> int:
    """The new assignment's number; `said` as written on the command line."""
    at = now()
    return await _write(settings, lambda tx: action.assign(tx, _terms(tx, said), by=None, now=at))


async def look(settings: Settings, said: dict[str, Any]) -> list[str]:
    """Whom it would reach, in lines; nothing is made."""
    at = now()

    def find(tx: Connection) -> Reach:
        terms = _terms(tx, said)
        if wrong := action.wrong(tx, terms, at):
            raise Stop(WRONG[wrong[0]])
        return action.preview(tx, terms, at_the_machine(organisations.names(tx)))

    reach = await look_only(settings, find)
    lines = [f"{len(reach.people)} people: {reach.joined} have joined, {reach.learning} learn it already,"]
    lines[0] += f" {reach.finished} have finished it."
    return [*lines, *(f"{many}  {name}" for name, many in reach.places)]


async def listed(settings: Settings) -> list[str]:
    """A line for each assignment, the newest first."""
    today = now().date()

    def find(tx: Connection) -> Sequence[Given]:
        return given(tx, at_the_machine(organisations.names(tx)), today)

    return [_line(each) for each in await look_only(settings, find)]


async def put_due(settings: Settings, assignment: int, due: str) -> None:
    """By when it is to be finished from now on; "" takes the date back."""
    due_on, at = _day(due), now()

    def change(tx: Connection) -> None:
        _there(tx, assignment)
        action.change_due(tx, assignment, due_on, now=at)

    await _write(settings, change)


async def put_pace(settings: Settings, assignment: int, pace: int | None) -> None:
    """How many lessons a week come from now on; None: one on each of the learner's days."""
    at = now()

    def change(tx: Connection) -> None:
        _there(tx, assignment)
        action.change_pace(tx, assignment, pace, now=at)

    await _write(settings, change)


async def end(settings: Settings, assignment: int) -> bool:
    """Nobody new is enrolled by it; False when it had ended."""
    at = now()

    def stop(tx: Connection) -> bool:
        _there(tx, assignment)
        return action.end(tx, assignment, at)

    return await _write(settings, stop)


async def _write(settings: Settings, change: Callable[[Connection], T]) -> T:
    try:
        async with opened(settings, there=True) as database:
            return await database.write(change)
    except NotAssigned as error:
        raise Stop(WRONG[error.faults[0]]) from error


def _there(tx: Connection, assignment: int) -> None:
    if not assignments.get(tx, [assignment]):
        raise Stop(f"There is no assignment {assignment}: 'zinute assign list' shows them.")


def _terms(tx: Connection, said: dict[str, Any]) -> Terms:
    """What is written, as the rule has it. From today where it is, if no date is said."""
    place = organisations.find(tx, said["to"])
    if place is None:
        raise Stop(f"There is no organisation {said['to']}: 'zinute organisation list' shows them.")
    after = said["after"] and After(
        _programme(tx, said["after"]), "begun" if said["begun"] else "finished", said["wait"]
    )
    language = language_of(said["language"])
    if said["language"] and language is None:
        raise Stop(f"There is no language '{said['language']}': use lt, pl, nb or en.")
    return Terms(
        _programme(tx, said["programme"]),
        place.id,
        _day(said["start"]) or action.today_at(place, now()),
        Query(said["job"], language or "", said["unit"], _day(said["hired_since"])),
        _day(said["due"]),
        said["days"],
        said["only_new"],
        said["again"],
        after or None,
        " ".join(said["why"].split())[:300],
        said["pace"],
    )


def _programme(tx: Connection, slug: str) -> int:
    found = programmes.by_slug(tx, slug)
    if found is None:
        raise Stop(f"There is no programme '{slug}': publish it with 'zinute lessons publish DIR'.")
    return found


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise Stop(f"'{written}' is no date: write it as 2027-01-31.") from error


def _line(each: Given) -> str:
    own, counted, terms = each.assigned, each.figures, each.assigned.terms
    due = (
        f", due {terms.due_on}"
        if terms.due_on
        else f", due in {terms.due_days} days"
        if terms.due_days
        else ""
    )
    pace = f", {terms.pace} a week" if terms.pace else ""
    ended = ", ended" if own.ended else ""
    told = f"{counted.reached} people, {counted.begun} have begun, {counted.finished} finished"
    late = f"{counted.overdue} late"
    return f"{own.id}  {each.programme.slug} to {own.where} from {terms.starts_on}{due}{pace}{ended}: {told}, {late}"
