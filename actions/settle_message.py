"""What a coordinator decides about messages: to have them sent once more, or not at all."""

from collections.abc import Sequence
from datetime import datetime

from actions.give_back import give_back
from domain.organisation import Scope
from storage import messages
from storage.database import Connection
from storage.messages import Seen
from storage.wall import beyond


def send_again(tx: Connection, scope: Scope, seen: Sequence[Seen], now: datetime) -> int:
    """Those of them that are as they were seen go once more, as soon as the gate lets them; how many."""
    return messages.retry(tx, scope, seen, now)


def drop(tx: Connection, scope: Scope, seen: Sequence[Seen], now: datetime) -> int:
    """Those of them that are as they were seen do not go; how many. A lesson that nobody saw comes another day."""
    dropped = messages.drop(tx, scope, seen, now)
    with beyond(tx, "gone"):
        for each in dropped:
            give_back(tx, each.kind, each.step, now)
    return len(dropped)
