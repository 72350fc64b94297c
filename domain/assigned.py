"""What is said of assignments in the chat: that there is one, by whom and why, and by when it is to be done."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.assigning import Deed
from domain.message import Choice, Day, Line, Moment, Notice
from domain.pacing import local
from domain.person import Person
from domain.programme import Programme


@dataclass(frozen=True, slots=True)
class Order:
    """Who assigned a programme ("": nobody in particular), for which place, why, by when it is to be done, and at how
    many lessons a week (None: one on each of the learner's days)."""

    by: str
    where: str
    why: str
    due_on: date | None
    pace: int | None = None


def told(programme: Programme, person: Person, order: Order, deed: Deed, first: datetime) -> Notice:
    """The one message about an assignment; `first` is when its first lesson comes."""
    title = programme.text(person.language).title
    named = {"title": title, "place": order.where}
    by = (
        Line("assigned.by", {**named, "name": order.by})
        if order.by
        else Line("assigned.by_place", dict(named))
    )
    lines = [by, *([Line("assigned.why", {"why": order.why})] if order.why else ())]
    if deed == "tell":
        lines.append(Line("assigned.begun"))
    else:
        minutes, lessons = programme.minutes(person.language), len(programme.lessons)
        when = Moment(local(first, person))
        lines.append(Line("assigned.first", {"lessons": lessons, "minutes": minutes, "when": when}))
        lines += [Line("assigned.pace", {"pace": order.pace})] if order.pace else []
    if order.due_on:
        lines.append(Line("assigned.due", {"due": Day(order.due_on)}))
    begin = Choice("menu.continue" if deed == "tell" else "assigned.begin", f"/enrol {programme.slug}")
    return Notice(tuple(lines), (begin, Choice("menu.progress", "/progress")))


def dated(reminder: Notice, due_on: date | None) -> Notice:
    """A reminder that says by when it is to be done."""
    if due_on is None:
        return reminder
    return replace(reminder, lines=(*reminder.lines, Line("assigned.due", {"due": Day(due_on)})))


def due_line(dues: Mapping[int, date], programme: int, today: date) -> tuple[Line, ...]:
    """Below a study that is not finished: by when it is to be done, or was."""
    due_on = dues.get(programme)
    if due_on is None:
        return ()
    return (Line("assigned.due" if today <= due_on else "assigned.overdue", {"due": Day(due_on)}),)
