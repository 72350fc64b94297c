"""A second person does not approve an announcement: it is a draft again, and its author is told."""

from datetime import datetime

from actions import compose, dispatch
from actions.announced import written
from actions.want_approval import tell
from domain import announcing
from domain.message import Line, Notice
from domain.organisation import Scope
from domain.person import Person
from storage import announcements, people
from storage.database import Connection
from storage.wall import beyond


def turn_down(
    tx: Connection, scope: Scope, which: int, seen: str, by: Person, *, now: datetime, mails: bool
) -> bool:
    """False for what is not asked any more; raises NotFound, and Changed for what is not what they have `seen`."""
    if compose.one(tx, scope, which).state != "asked":
        return False
    author = compose.held(tx, scope, which, seen).by
    if not dispatch.steer(tx, scope, which, "undo", now):
        return False
    if author is not None:
        with beyond(tx, "holders"):
            writer = people.get(tx, author)
            here = written(tx, announcements.get(tx, which), writer)
            said = announcing.refused(by.name, here)
            mailed = Notice((Line("announce.turned_down_subject", {"place": here.place}), *said.lines))
            tell(tx, writer, f"turned_down:{which}:{now.isoformat()}", said, mailed, now=now, mails=mails)
    return True
