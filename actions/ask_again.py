"""A messenger was not heard for so long that it forgot what people pressed: ask those who may have pressed."""

from datetime import datetime, timedelta
from typing import Final

from actions.ask_gate import ask, passed
from domain.gate import Send, WaitUntil
from domain.message import Choice, notice
from domain.studying import MENU
from storage import outbox, people, senders
from storage.database import Connection
from storage.outbox import New, Passed, To

RECENT: Final = timedelta(hours=24)  # whoever was asked longer before is reminded by the ladder
USEFUL: Final = timedelta(hours=24)


def ask_again(tx: Connection, *, channel: str, began: datetime, ended: datetime) -> int:
    """Keep the gap, and tell everyone with an open question there that a press may be lost; how many.

    Nobody is told at night or on leave: the gate decides when.
    """
    key = f"gap:{channel}:{began.isoformat()}"
    told = [_new(tx, to, f"{key}:{to.address}", ended) for to in outbox.asked(tx, channel, began - RECENT)]
    outbox.add_many(tx, told, ended)
    senders.note_gap(tx, channel, began, ended, len(told))
    return len(told)


def _new(tx: Connection, to: To, key: str, now: datetime) -> New:
    said = notice("study.gap", Choice("help.ask_again", "/continue"), MENU)
    return New(to, said, key, "reminder", passed=_passed(tx, to, now), not_after=now + USEFUL)


def _passed(tx: Connection, to: To, now: datetime) -> Passed:
    assert to.person is not None, "only somebody who joined was asked a question"
    person = people.get(tx, to.person)
    decision = ask(tx, person, "reminder", now + USEFUL, now)
    if isinstance(decision, Send):
        return passed(decision, person, now)
    if isinstance(decision, WaitUntil):
        return Passed(decision.reason, at=decision.at)
    return Passed(decision.reason, dropped=True)
