"""What a coordinator decides about messages: to have them sent once more, or not at all."""

from collections.abc import Sequence
from datetime import datetime

from actions.give_back import give_back
from domain.audit import Deed, Values, What
from domain.organisation import Scope
from storage import audit, messages
from storage.database import Connection
from storage.messages import Seen, Settled
from storage.wall import beyond


def send_again(tx: Connection, scope: Scope, seen: Sequence[Seen], now: datetime) -> int:
    """Those of them that are as they were seen go once more, as soon as the gate lets them; how many."""
    return _noted(tx, "messages.again", messages.retry(tx, scope, seen, now), scope, now)


def drop(tx: Connection, scope: Scope, seen: Sequence[Seen], now: datetime) -> int:
    """Those of them that are as they were seen do not go; how many. A lesson that nobody saw comes another day."""
    dropped = messages.drop(tx, scope, seen, now)
    with beyond(tx, "gone"):
        for each in dropped:
            give_back(tx, each.kind, each.step, now)
    return _noted(tx, "messages.dropped", dropped, scope, now)


def _noted(tx: Connection, what: What, settled: Sequence[Settled], scope: Scope, now: datetime) -> int:
    """How many, when it is in the log of each organisation which of its own they are."""
    for organisation in sorted({each.organisation for each in settled}):
        ids = sorted(each.id for each in settled if each.organisation == organisation)
        after: Values = {"count": len(ids), "messages": " ".join(map(str, ids))}
        audit.note(tx, Deed(what, organisation, after=after), scope.person, now)
    return len(settled)
