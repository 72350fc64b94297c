"""Send what was composed: a second person approves it, it waits for its time, and can be undone, paused, cancelled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from actions import announce, chase, compose
from actions.announce import NotApproved, TooOften
from actions.compose import Changed, Composed, Fault, Reach
from actions.reckon import posts
from actions.want_approval import want_approval
from domain import rights
from domain.audit import Deed, What
from domain.mailbox import MAIL
from domain.message import Announcement
from domain.organisation import Scope
from storage import announcements, audit, campaign_people, outbox, roles, senders
from storage.announcements import Announced, State, Why
from storage.database import Connection
from storage.outbox import New, To
from storage.wall import beyond

UNDO: Final = timedelta(seconds=30)  # in which nothing has gone yet
FARTHEST: Final = timedelta(days=366)
Steer = Literal["discard", "undo", "pause", "resume", "cancel"]
_DEEDS: Final[dict[Steer, What]] = {
    "discard": "announcement.cancelled",
    "undo": "announcement.undone",
    "pause": "announcement.paused",
    "resume": "announcement.resumed",
    "cancel": "announcement.cancelled",
}


class NotSent(Exception):
    """It cannot be sent so; `faults` say what is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(each.what for each in faults))
        self.faults = faults


def send(  # noqa: PLR0913 (each is a word of its own to the caller)
    tx: Connection,
    scope: Scope,
    which: int,
    at: datetime | None,
    now: datetime,
    *,
    seen: str,
    mails: bool,
    own_hour: bool = False,
) -> State:
    """It goes `at` that time (None: once there is nothing to undo), or from then on to each at their `own_hour`, or is
    asked of a second person; raises NotSent, and Changed for a draft that is not what was `seen`."""
    looked = look(tx, scope, which, at, now, seen=seen, own_hour=own_hour)
    return put(tx, scope, which, looked, now, mails=mails)


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody wants to send, once it was looked whether it can be: what was `seen`, to how many, when, and
    whether a second person is asked."""

    seen: str
    many: int
    at: datetime | None
    own_hour: bool
    asks: bool


def look(
    tx: Connection,
    scope: Scope,
    which: int,
    at: datetime | None,
    now: datetime,
    *,
    seen: str,
    own_hour: bool = False,
) -> Looked | None:
    """Whether the draft can be sent so; None for what is no draft any more. Only a look; raises as `send`."""
    announced = compose.one(tx, scope, which)
    if announced.state != "draft":
        return None
    if compose.mark(announced) != seen:
        raise Changed
    composed = compose.composed_of(announced)
    reached = compose.reach(tx, composed, now)
    found = compose.faults(tx, scope, composed, reached)
    begins_at = max(at or now, now + UNDO)
    if at is not None and not now < at < now + FARTHEST:
        found.append(Fault("past" if at <= now else "far"))
    elif not _arrives(tx, composed, reached, begins_at, own_hour=own_hour):
        found.append(Fault("late"))
    if found:
        raise NotSent(found)
    many = reached.many
    return Looked(seen, many, at, own_hour, bool(compose.needs_second(tx, composed.place, many)))


def _arrives(tx: Connection, composed: Composed, reached: Reach, at: datetime, *, own_hour: bool) -> bool:
    """Whether anybody would get it within its days; also where there is nobody, of which another fault tells."""
    if not reached.people and not reached.groups:
        return True
    if posts(tx, reached.groups, at, composed.days):
        return True
    return bool(compose.reckoned(tx, composed, reached, at, own_hour=own_hour).within)


def put(
    tx: Connection, scope: Scope, which: int, looked: Looked | None, now: datetime, *, mails: bool
) -> State:
    """It is sent as was looked at, if it still is that; raises Changed."""
    before = compose.one(tx, scope, which).state
    if looked is None or before != "draft":
        return before
    place = compose.held(tx, scope, which, looked.seen).organisation
    then: State = "asked" if looked.asks else "due"
    when = looked.at if looked.asks else max(looked.at or now, now + UNDO)
    values = {"send_at": when, "by_id": scope.person, "approved_by": None, "own_hour": looked.own_hour}
    if not announcements.turn(tx, which, "draft", then, why="", **values):
        return announcements.get(tx, which).state
    what: What = "announcement.asked" if looked.asks else "announcement.set"
    audit.note(tx, Deed(what, place, which, after={"count": looked.many}), scope.person, now)
    if looked.asks:
        want_approval(tx, announcements.get(tx, which), now, mails=mails)
    return then


def begins(announced: Announced, now: datetime) -> datetime:
    """When it would begin at the earliest."""
    return max(announced.send_at or now, now + UNDO)


def approve(tx: Connection, scope: Scope, which: int, seen: str, now: datetime) -> bool:
    """It goes at its time, as a second person wants; False for who wrote it, and for what is not asked. Raises Changed
    for what is not what they have `seen`."""
    before = compose.one(tx, scope, which)
    if before.by == scope.person or before.state != "asked":
        return False
    announced = compose.held(tx, scope, which, seen)
    when = max(announced.send_at or now, now + UNDO)
    if not announcements.turn(tx, which, "asked", "due", send_at=when, approved_by=scope.person):
        return False
    audit.note(tx, Deed("announcement.approved", announced.organisation, which), scope.person, now)
    return True


def steer(tx: Connection, scope: Scope, which: int, deed: Steer, now: datetime) -> bool:
    """Take it back before it goes, or hold it, let it go on or stop it while it does; False when it is too late."""
    announced = compose.one(tx, scope, which)
    if not _steered(tx, announced, deed, now):
        return False
    audit.note(tx, Deed(_DEEDS[deed], announced.organisation, which), scope.person, now)
    return True


def _steered(tx: Connection, announced: Announced, deed: Steer, now: datetime) -> bool:
    which, state = announced.id, announced.state
    match deed:
        case "discard":
            return announcements.turn(tx, which, "draft", "cancelled")
        case "undo":
            free = {"send_at": None, "approved_by": None, "why": ""}
            return state in ("asked", "due") and announcements.turn(tx, which, state, "draft", **free)
        case "pause":
            announce.pause(tx, which)
            return state == "sending"
        case "resume":
            announce.resume(tx, which, now)
            return state == "paused"
        case "cancel":
            if state not in ("sending", "paused"):
                return False
            announce.cancel(tx, which, now)
            chase.stop(tx, which, now)
            return True


def begin(tx: Connection, which: int, now: datetime) -> int:
    """What is due becomes messages, to those who are its audience at this moment; how many. It is of use for its days
    from when it was due; what is due for longer is a draft again.

    Raises NotApproved and TooOften, and then nothing of it may be kept (`wait`).
    """
    if not announcements.turn(tx, which, "due", "sending", begun_at=now, why=""):
        return 0
    before = announcements.get(tx, which)
    until = (before.send_at or now) + timedelta(days=before.days)
    if until <= now:
        _back(tx, before, now, "over")
        return 0
    announcements.lasts(tx, which, until)
    announced = announcements.get(tx, which)
    composed = compose.composed_of(announced)
    people = compose.recipients(tx, composed, now)
    if not _may(tx, announced, composed):
        raise NotApproved(len(people), 0)
    many = announce.begin(tx, announced, campaign_people.with_mailboxes(tx, people, now), now)
    chase.begin(tx, announced, now)
    begun = Deed("announcement.begun", composed.place, which, after={"count": len(people)})
    audit.note(tx, begun, announced.by, now)
    return many


def take_back(tx: Connection, now: datetime) -> None:
    """What is due now is not sent: it is a draft again."""
    for which in announcements.due(tx, now):
        _back(tx, announcements.get(tx, which), now, "restored")


def _back(tx: Connection, announced: Announced, now: datetime, why: Why) -> None:
    free = {"send_at": None, "begun_at": None, "approved_by": None, "why": why}
    if announcements.turn(tx, announced.id, announced.state, "draft", **free):
        audit.note(tx, Deed("announcement.undone", announced.organisation, announced.id), None, now)


def _may(tx: Connection, announced: Announced, composed: Composed) -> bool:
    """Whether who announced it, or who approved it, still may announce things there."""
    return any(may_announce(tx, each, composed.place) for each in (announced.by, announced.approved_by))


def may_announce(tx: Connection, person: int | None, place: int) -> bool:
    """Whether somebody, at home anywhere, may announce things there."""
    if person is None:
        return False
    with beyond(tx, "holders"):
        return place in rights.held(roles.of_person(tx, person)).get("act", ())


def wait(tx: Connection, which: int, why: NotApproved | TooOften, now: datetime) -> None:
    """What could not begin waits: for a second person, or until there may be another one."""
    if isinstance(why, NotApproved):
        if announcements.turn(tx, which, "due", "asked", send_at=None, approved_by=None):
            want_approval(tx, announcements.get(tx, which), now, mails=senders.sends(tx, MAIL))
    else:
        put_off(tx, which, why.again, "often")


def put_off(tx: Connection, which: int, until: datetime, why: Why) -> None:
    """What is due is due then."""
    announcements.turn(tx, which, "due", "due", send_at=until, why=why)


def try_out(tx: Connection, scope: Scope, which: int, to: To, now: datetime, *, press: str = "") -> int:
    """Send it to whoever writes it, in each of its languages, as it will look; how many messages. The same `press`
    again, where one is named, sends nothing."""
    announced = compose.one(tx, scope, which)
    composed, sent = compose.composed_of(announced), 0
    for language, words in composed.texts.items():
        key = f"test:{which}:{language}:{press or now.isoformat()}"
        said = {"key": key, "organisation": composed.place, "texts": {language: words}}
        said |= {
            "enclosed": composed.enclosed,
            "confirms": composed.confirms,
            "mandatory": False,
            "by": scope.person,
        }
        if words and announcements.add(tx, **said, not_after=now + UNDO, at=now):  # type: ignore[arg-type]
            copy = announcements.by_key(tx, key).id
            mine = to._replace(organisation=composed.place)
            outbox.add(tx, New(mine, Announcement(copy), key, "reply", announcement=copy), now)
            sent += 1
    return sent
