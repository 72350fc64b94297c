"""What changed in the original of a copy: looked at by its authors, and taken over lesson by lesson."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from actions.author import NOTHING, Desk, desk, locked, put
from domain.language import Language
from domain.organisation import Scope
from domain.programme import Programme
from domain.sharing import LessonChange, lesson_changes, taken
from lessons import editing, write
from storage import drafts, programmes, sharing
from storage.database import Connection
from storage.programmes import Issue


@dataclass(frozen=True, slots=True)
class Original:
    """The original of a copy: the version up to which its changes were seen, the newest one, and what differs.

    `number` is the version's that the copy was made from.
    """

    before: Programme
    after: Programme
    seen: Issue
    newest: Issue
    number: int
    changes: tuple[LessonChange, ...]


def original(tx: Connection, here: Desk) -> Original | None:
    """The original of the copy at this desk; None where it is none, or its original is not offered any more."""
    made = sharing.fork(tx, here.owner)
    newest = programmes.newest(tx).get(made.upstream) if made else None
    if made is None or newest is None or not sharing.may_read(tx, newest, here.standing.owner):
        return None
    issues = {each.id: each for each in programmes.issues(tx, made.upstream, most=10_000)}
    before, after = programmes.version(tx, made.seen), programmes.version(tx, newest)
    between = [programmes.version(tx, each) for each in sorted(issues) if each >= made.made_from]
    changes = lesson_changes(before, after, here.programme, between)
    return Original(before, after, issues[made.seen], issues[newest], issues[made.made_from].number, changes)


def look(tx: Connection, scope: Scope, slug: str) -> tuple[Desk, Original | None]:
    """A copy and its original; NotFound for whoever may not write it."""
    here = desk(tx, scope, slug)
    return here, original(tx, here)


def take(
    tx: Connection,
    scope: Scope,
    slug: str,
    lesson: str,
    *,
    newest: int,
    now: datetime,
    own: Collection[str] = (),
) -> Literal["taken", "changed", "refused"]:
    """Publish the copy with a lesson as the `newest` version of its original, which was seen, has it.

    `own` are the languages of its own of which the author knows that they go. "changed": something is not as it was
    seen. "refused": it does not fit to the rest of the copy. Translations that no longer fit become drafts.
    """
    here = locked(tx, scope, slug)
    there = original(tx, here)
    if there is None or there.newest.id != newest or (lesson, {*own}) not in _free(there.changes):
        return "changed"
    made, left = taken(here.programme, there.after, lesson)
    if not made.lessons or not editing.edited(made, {}).good:
        return "refused"
    put(tx, scope, here, made, now)
    for each in left:
        key = lesson, each.language
        if key not in here.drafts and editing.written(here.programme, key) is not None:
            source = write.lesson(each)
            drafts.put(tx, here.owner, key, source=source, base=NOTHING, person=scope.person, at=now)
    return "taken"


def see(tx: Connection, scope: Scope, slug: str, newest: int) -> Literal["seen", "changed"]:
    """The changes up to this version, which is the newest, need not be shown any more."""
    here = locked(tx, scope, slug)
    there = original(tx, here)
    if there is None or there.newest.id != newest:
        return "changed"
    sharing.see(tx, here.owner, newest)
    return "seen"


def _free(changes: Iterable[LessonChange]) -> list[tuple[str, set[Language]]]:
    """What may be taken over, and the languages that go with it."""
    return [(each.slug, {*each.own}) for each in changes if each.free]
