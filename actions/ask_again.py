"""A messenger was not heard for so long that it forgot what people pressed: ask those who may have pressed."""

from datetime import datetime, timedelta
from typing import Final

from domain.message import Choice, notice
from domain.studying import MENU
from storage import outbox, senders
from storage.database import Connection
from storage.outbox import New

RECENT: Final = timedelta(hours=24)  # whoever was asked longer before is reminded by the ladder


def ask_again(tx: Connection, *, channel: str, began: datetime, ended: datetime) -> int:
    """Keep the gap, and tell everyone with an open question there that a press may be lost; how many."""
    told = notice("study.gap", Choice("help.ask_again", "/continue"), MENU)
    asked = outbox.asked(tx, channel, began - RECENT)
    key = f"gap:{channel}:{began.isoformat()}"
    outbox.add_many(tx, [New(to, told, f"{key}:{to.address}", "reply") for to in asked], ended)
    senders.note_gap(tx, channel, began, ended, len(asked))
    return len(asked)
