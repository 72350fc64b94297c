"""An update could not be handled, or is not taken: say so once, so that nobody is met with silence."""

from datetime import datetime

from domain.message import notice
from domain.studying import CONTINUE, MENU
from storage import addresses, outbox
from storage.database import Connection
from storage.outbox import New, To


def apologise(tx: Connection, *, channel: str, key: str, occurrence: str, now: datetime) -> None:
    """Tell the address that something went wrong on our side."""
    _tell(tx, (channel, key), "help.sorry", f"{occurrence}:sorry", now)


def slow_down(tx: Connection, *, channel: str, key: str, now: datetime) -> None:
    """Tell the address that it sends more than is taken."""
    _tell(tx, (channel, key), "help.too_much", f"slow:{channel}:{key}:{int(now.timestamp())}", now)


def _tell(tx: Connection, place: tuple[str, str], text: str, name: str, now: datetime) -> None:
    address = addresses.find_or_add(tx, *place, None, now)
    to = To(address.id, address.channel, address.person)
    outbox.add(tx, New(to, notice(text, CONTINUE, MENU), name, "reply"), now)
