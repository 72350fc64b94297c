"""A messenger was not heard for so long that it forgot what people pressed: ask those who may have pressed."""

from datetime import datetime, timedelta
from typing import Final

from actions.ask_gate import ask, passed
from domain.message import Choice, notice
from domain.studying import MENU
from storage import gaps, outbox, people, senders
from storage.database import Connection
from storage.outbox import New, To

RECENT: Final = timedelta(hours=24)  # whoever was asked longer before is reminded by the ladder
USEFUL: Final = timedelta(hours=24)


def ask_again(tx: Connection, *, channel: str, began: datetime, ended: datetime) -> int:
    """Keep the gap, and tell everyone with an open question there that a press may be lost; how many.

    Nobody is told at night or on leave: the gate decides when.
    """
    key, asked = gaps.key(channel, began), outbox.asked(tx, channel, began - RECENT)
    people.lock_all(tx, {to.person for to in asked if to.person is not None})
    told = [_new(tx, to, f"{key}{to.address}", ended) for to in asked]
    outbox.add_many(tx, told, ended)
    senders.note_gap(tx, channel, began, ended, len(told))
    return len(told)


def _new(tx: Connection, to: To, key: str, now: datetime) -> New:
    assert to.person is not None, "only somebody who joined was asked a question"
    person, said = people.get(tx, to.person), notice("study.gap", Choice("help.ask_again", "/continue"), MENU)
    decision = ask(tx, person, "reminder", now + USEFUL, now)
    return New(to, said, key, "reminder", passed=passed(decision, person, now), not_after=now + USEFUL)
