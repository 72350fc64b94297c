"""The people behind a programme's figures: who they are, within a scope, and of how many."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from actions.programme_figures import taught, versions_of
from domain.completion import became
from domain.funnel import STOPPED, lesson_of
from domain.organisation import Scope
from domain.programme import Lesson, Programme
from storage import completion, programmes, sharing, time_spent
from storage.database import Connection

Group = Literal["everyone", "finished", "again", "under_way", "not_begun", "browsing"]
InLesson = Literal["reached", "done", "skipped", "stopped"]
GROUPS: Final[tuple[str, ...]] = get_args(Group)
IN_LESSON: Final[tuple[str, ...]] = get_args(InLesson)


@dataclass(frozen=True, slots=True)
class Behind:
    """The people of a group (of a lesson, where it is about one), and how many they are part of."""

    programme: Programme
    lesson: Lesson | None
    people: AbstractSet[int]
    of: int


def behind(
    tx: Connection, scope: Scope, programme: int, group: str, *, lesson: str, now: datetime
) -> Behind | None:
    """Who is behind a figure of the programme; None where there is no such figure. `lesson` is a slug."""
    newest = sharing.known(tx, scope).get(programme)
    if newest is None:
        return None
    content = programmes.version(tx, newest)
    if group in GROUPS:
        return _of_programme(tx, scope, programme, group, content)
    found = next((each for each in content.lessons if each.slug == lesson), None)
    if found is None or group not in IN_LESSON:
        return None
    people, of = _of_lesson(tx, scope, programme, lesson, now)[group]
    return Behind(content, found, people, of)


def _of_programme(tx: Connection, scope: Scope, programme: int, group: str, content: Programme) -> Behind:
    opened = completion.people(tx, scope, programme)
    groups: dict[str, set[int]] = {name: set() for name in GROUPS}
    for person, taken in opened.items():
        groups[became(taken)].add(person)
    groups["not_begun"] = {*completion.not_begun(tx, scope, programme)}
    groups["everyone"] = {*opened, *groups["not_begun"]}
    groups["again"] = {person for person, taken in opened.items() if taken.again}
    browsing = len(groups["everyone"]) - len(groups["browsing"])
    of = {
        "everyone": len(groups["everyone"]),
        "browsing": len(groups["everyone"]),
        "again": len(groups["finished"]),
    }
    return Behind(content, None, groups[group], of.get(group, browsing))


def _of_lesson(
    tx: Connection, scope: Scope, programme: int, lesson: str, now: datetime
) -> dict[str, tuple[set[int], int]]:
    opened = completion.people(tx, scope, programme)
    taking = completion.by_programme(tx, scope, programme).get(programme)
    known = versions_of(tx, scope, programme, taking.versions if taking else frozenset())
    found: dict[str, set[int]] = {"begun": set(), "finished": set(), "skipped": set(), "stopped": set()}
    stands = ((*each, "stopped") for each in completion.stopped(tx, scope, programme, now - STOPPED))
    for person, version, place, how in (*time_spent.people(tx, scope, taught(known), programme), *stands):
        there = lesson_of(known[version], place)
        if there and there.slug == lesson:
            found[how].add(person)
    reached = found["begun"] | found["finished"]
    return {
        "reached": (reached, len(opened)),
        "done": (found["finished"], len(reached)),
        "skipped": (found["skipped"], len(opened)),
        "stopped": (found["stopped"], len(reached)),
    }
