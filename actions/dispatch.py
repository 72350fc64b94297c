"""Send what was composed: a second person approves it, it waits for its time, and can be undone, paused, cancelled."""

from datetime import datetime, timedelta
from typing import Final, Literal

from actions import announce, compose
from actions.announce import NotApproved, TooOften
from actions.compose import Composed, Fault
from actions.want_approval import want_approval
from domain import rights
from domain.audit import Deed, What
from domain.message import Announcement
from domain.organisation import Scope
from storage import announcements, audit, organisations, outbox, roles
from storage.announcements import Announced, State
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


def needs_second(tx: Connection, place: int, many: int) -> int:
    """To how many people one person may announce something there alone, when these are more; else 0."""
    house = organisations.find(tx, place)
    most = house.approver_above if house else 0
    return most if most and many > most else 0


def send(
    tx: Connection, scope: Scope, which: int, at: datetime | None, now: datetime, *, seen: str, mails: bool
) -> State:
    """It goes `at` that time (None: once there is nothing to undo), or is asked of a second person; raises NotSent, and
    Changed for a draft that is not what was `seen`."""
    before = compose.one(tx, scope, which).state
    if before != "draft":
        return before
    announced = compose.held(tx, scope, which, seen)
    composed = compose.composed_of(announced)
    reached = compose.reach(tx, composed, now)
    found = compose.faults(tx, scope, composed, reached)
    if at is not None and not now < at < now + FARTHEST:
        found.append(Fault("past" if at <= now else "far"))
    if found:
        raise NotSent(found)
    asks = bool(needs_second(tx, composed.place, len(reached.people)))
    then: State = "asked" if asks else "due"
    when = at if asks else max(at or now, now + UNDO)
    if not announcements.turn(tx, which, "draft", then, send_at=when, by_id=scope.person, approved_by=None):
        return announcements.get(tx, which).state
    what: What = "announcement.asked" if asks else "announcement.set"
    audit.note(tx, Deed(what, composed.place, which, after={"count": len(reached.people)}), scope.person, now)
    if asks:
        want_approval(tx, announcements.get(tx, which), now, mails=mails)
    return then


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
            free = {"send_at": None, "approved_by": None}
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
            return True


def begin(tx: Connection, which: int, now: datetime) -> int:
    """What is due becomes messages, to those who are its audience at this moment; how many. It is of use for its days
    from when it was due; what is due for longer is a draft again.

    Raises NotApproved and TooOften, and then nothing of it may be kept (`wait`).
    """
    if not announcements.turn(tx, which, "due", "sending", begun_at=now):
        return 0
    before = announcements.get(tx, which)
    until = (before.send_at or now) + timedelta(days=before.days)
    if until <= now:
        _back(tx, before, now)
        return 0
    announcements.lasts(tx, which, until)
    announced = announcements.get(tx, which)
    composed = compose.composed_of(announced)
    people = compose.recipients(tx, composed, now)
    if not _may(tx, announced, composed):
        raise NotApproved(len(people), 0)
    many = announce.begin(tx, announced, people, now)
    begun = Deed("announcement.begun", composed.place, which, after={"count": len(people)})
    audit.note(tx, begun, announced.by, now)
    return many


def take_back(tx: Connection, now: datetime) -> None:
    """What is due now is not sent: it is a draft again."""
    for which in announcements.due(tx, now):
        _back(tx, announcements.get(tx, which), now)


def _back(tx: Connection, announced: Announced, now: datetime) -> None:
    free = {"send_at": None, "begun_at": None, "approved_by": None}
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
            want_approval(tx, announcements.get(tx, which), now, mails=False)
    else:
        put_off(tx, which, why.again)


def put_off(tx: Connection, which: int, until: datetime) -> None:
    """What is due is due then."""
    announcements.turn(tx, which, "due", "due", send_at=until)


def try_out(tx: Connection, scope: Scope, which: int, to: To, now: datetime) -> int:
    """Send it to whoever writes it, in each of its languages, as it will look; how many messages."""
    announced = compose.one(tx, scope, which)
    composed, sent = compose.composed_of(announced), 0
    for language, words in composed.texts.items():
        key = f"test:{which}:{language}:{now.isoformat()}"
        said = {"key": key, "organisation": composed.place, "texts": {language: words}, "link": composed.link}
        said |= {"confirms": composed.confirms, "mandatory": False, "by": scope.person}
        if words and announcements.add(tx, **said, not_after=now + UNDO, at=now):  # type: ignore[arg-type]
            copy = announcements.by_key(tx, key).id
            mine = to._replace(organisation=composed.place)
            outbox.add(tx, New(mine, Announcement(copy), key, "reply", announcement=copy), now)
            sent += 1
    return sent
