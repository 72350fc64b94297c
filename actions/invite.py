"""Invite someone of the roster to a programme, by a one-time code."""

from datetime import datetime, timedelta

from storage import invitations
from storage.database import Connection

VALID = timedelta(days=14)


def invite(tx: Connection, *, person: int, programme: int, code: str, now: datetime) -> None:
    """Make the code (128 random bits) open the programme for this person, once, for a fortnight."""
    if invitations.by_code(tx, code) is None:
        invitations.add(tx, person=person, programme=programme, code=code, expires_at=now + VALID)
