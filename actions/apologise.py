"""An update could not be handled, or is not taken: say so once, so that nobody is met with silence."""

from datetime import datetime

from domain.message import notice
from domain.studying import CONTINUE, MENU
from storage import addresses, outbox
from storage.addresses import Address
from storage.database import Connection
from storage.outbox import New, To


def apologise(tx: Connection, *, channel: str, key: str, occurrence: str, now: datetime) -> None:
    """Tell the address that something went wrong on our side."""
    address = addresses.find_or_add(tx, channel, key, None, now)
    _tell(tx, address, "help.sorry", f"{occurrence}:sorry", now)


def slow_down(tx: Connection, *, channel: str, key: str, now: datetime) -> None:
    """Tell the address that it sends more than is taken."""
    address = addresses.find_or_add(tx, channel, key, None, now)
    _tell(tx, address, "help.too_much", f"slow:{address.id}:{int(now.timestamp())}", now)


def _tell(tx: Connection, address: Address, text: str, name: str, now: datetime) -> None:
    to = To(address.id, address.channel, address.person)
    outbox.add(tx, New(to, notice(text, CONTINUE, MENU), name, "reply"), now)
