"""Messages for the console's tests: one of every fate, as the product writes and sends them."""

import re
from datetime import datetime, timedelta
from typing import Any

import httpx

from domain.delivery import Next, Outcome, State
from domain.message import Announcement, Feedback, Kind, Message, ShowCard, notice
from storage import addresses, announcements, claiming, instance, outbox, senders, settling
from storage.database import Connection
from storage.outbox import OUTBOX, New, Passed, To
from storage.settling import Ended
from tests.console.town import MONDAY, Cast

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = Passed("now", until=MONDAY + 9 * HOUR, day="2026-11-23")
CHRISTMAS = datetime.fromisoformat("2026-12-24T10:00+00:00")
REMINDER = notice("reminder.waiting", title="safe", lesson="Passwords")
TOLD = "The library is closed on Friday, because the heating is repaired then and nobody can sit here"


class Post:
    """Writes messages as the product does, and sends them with the outcome that is asked for."""

    def __init__(self, tx: Connection, cast: Cast) -> None:
        self.tx, self.cast, self.number = tx, cast, 0

    def write(self, message: Message, kind: Kind, passed: Passed | None = None, **more: Any) -> int:
        """A message to the learner; its id."""
        self.number += 1
        who, where = more.pop("who", self.cast.learner), more.pop("where", self.cast.library)
        at, key = more.pop("at", MONDAY - HOUR), more.pop("key", f"{kind}:{self.number}")
        place = addresses.find_or_add(self.tx, "telegram", f"chat-{who}", None, at)
        to = To(place.id, "telegram", who, where)
        new = outbox.add(self.tx, New(to, message, key, kind, passed, **more), at)
        assert new is not None
        return new

    def send(
        self, number: int, outcome: Outcome, state: State, reason: str = "", wait: timedelta = MINUTE
    ) -> int:
        """One attempt at it; nothing else is ready."""
        (claimed,) = claiming.claim(self.tx, "telegram", 1, MONDAY - HOUR, 9)
        at = MONDAY - HOUR + MINUTE
        if outcome == "sent":
            settling.settle_sent(self.tx, [(claimed, "77")], 1, at)
        else:
            settling.settle(self.tx, claimed, Ended(outcome, Next(state, wait), reason), 1, at)
        return number

    def lesson(self) -> ShowCard:
        """The first card of the second lesson, which waits for the learner."""
        return ShowCard(self.cast.safe[1], 1, 0, "")

    def announcement(self) -> int:
        """Something told to everyone."""
        announcements.add(
            self.tx,
            key="heating",
            organisation=None,
            texts={"en": TOLD},
            mandatory=False,
            not_after=MONDAY + 9 * HOUR,
            at=MONDAY - HOUR,
        )
        return announcements.by_key(self.tx, "heating").id


def live(tx: Connection, cast: Cast) -> dict[str, int]:
    """One message of every fate that the library's coordinator may ask about, and two of others; their ids."""
    post, card = Post(tx, cast), Feedback(cast.safe[1], 0, 1, (1,), correct=True)
    announced = post.announcement()
    told = {"announcement": announced, "not_after": MONDAY + 9 * HOUR}
    saturday = MONDAY + 4 * DAY + 23 * HOUR
    made = {"elsewhere": post.write(notice("menu.head"), "reply", who=cast.elsewhere, where=cast.museum)}
    post.send(made["elsewhere"], "ambiguous", "unknown")
    made["nobody"] = post.write(notice("join.stranger"), "reply", who=None, where=None)
    post.send(made["nobody"], "sent", "sent")
    made["sent"] = post.send(post.write(post.lesson(), "lesson", NOW), "sent", "sent")
    made["explained"] = post.send(post.write(card, "reply"), "sent", "sent")
    made["unknown"] = post.send(
        post.write(Announcement(announced), "announcement", NOW, **told),
        "ambiguous",
        "unknown",
        "ReadTimeout",
    )
    made["refused"] = post.send(
        post.write(REMINDER, "reminder", NOW), "refused", "failed", "Bad Request: no text"
    )
    made["blocked"] = post.send(
        post.write(notice("menu.head"), "reply"),
        "unreachable",
        "failed",
        "Forbidden: bot was blocked by the user",
    )
    made["tries"] = post.send(
        post.write(notice("menu.head"), "reply"), "not_sent", "waiting", "Too Many Requests", wait=2 * HOUR
    )
    week = told | {"not_after": MONDAY + 7 * DAY}
    made["day"] = post.write(Announcement(announced), "announcement", Passed("day", at=saturday), **week)
    made["holiday"] = post.write(
        post.lesson(), "lesson", Passed("holiday", at=CHRISTMAS + timedelta(days=3, hours=21.5)), at=CHRISTMAS
    )
    made["late"] = post.write(Announcement(announced), "mandatory", Passed("late", dropped=True), **told)
    made["expired"] = post.write(REMINDER, "reminder", Passed("early", at=MONDAY + HOUR))
    values = {"state": "expired", "reason": "late", "ended_at": MONDAY, "not_after": MONDAY - MINUTE}
    tx.execute(OUTBOX.update().where(OUTBOX.c.id == made["expired"]).values(**values))
    made["held"] = post.write(notice("menu.head"), "reply")
    tx.execute(OUTBOX.update().where(OUTBOX.c.id == made["held"]).values(state="held", reason="restored"))
    made["ready"] = post.write(post.lesson(), "lesson", NOW)
    senders.take(tx, "telegram", "me", None)
    senders.note_gap(tx, "telegram", MONDAY - 3 * HOUR, MONDAY - 2 * HOUR, 2)
    instance.begin(tx, "this")
    instance.hold(tx, MONDAY - HOUR)
    return made


def shown(page: httpx.Response) -> list[int]:
    """The ids of the list, in its order."""
    return [int(number) for number in re.findall(r'<tr role="row" id="message-(\d+)"', page.text)]
