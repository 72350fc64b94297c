"""An update could not be handled: say sorry once, so that nobody is met with silence."""

from datetime import datetime

from domain.message import notice
from domain.studying import CONTINUE, MENU
from storage import addresses, outbox
from storage.database import Connection
from storage.outbox import New, To


def apologise(tx: Connection, *, channel: str, key: str, occurrence: str, now: datetime) -> None:
    """Tell the address that something went wrong on our side."""
    address = addresses.find_or_add(tx, channel, key, None, now)
    sorry = notice("help.sorry", CONTINUE, MENU)
    to = To(address.id, channel, address.person)
    outbox.add(tx, New(to, sorry, f"{occurrence}:sorry", "reply"), now)
