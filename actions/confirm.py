"""Keep that somebody has read an announcement which asks for that."""

from datetime import datetime

from domain.message import Notice, notice
from domain.studying import MENU
from storage import confirmations
from storage.database import Connection


def confirm(tx: Connection, person: int, announcement: int, now: datetime) -> Notice:
    """What is said to somebody who has read it; of what they were not asked, nothing is kept."""
    if not confirmations.is_asked(tx, announcement, person):
        return notice("announcement.not_asked", MENU)
    first = confirmations.confirm(tx, announcement, person, now)
    return notice("announcement.confirmed" if first else "announcement.confirmed_before")
