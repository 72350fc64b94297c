"""Invite someone of the roster to a programme, by a one-time code."""

from datetime import datetime, timedelta

from domain.audit import Deed
from storage import audit, invitations, people
from storage.database import Connection

VALID = timedelta(days=14)


def invite(
    tx: Connection, *, person: int, programme: int, code: str, now: datetime, by: int | None = None
) -> None:
    """Make the code (128 random bits) open the programme for this person, once, for a fortnight.

    `by` is a person, None for whoever runs the installation.
    """
    if invitations.by_code(tx, code) is None:
        invitations.add(tx, person=person, programme=programme, code=code, expires_at=now + VALID)
        home = people.get(tx, person).organisation.id
        audit.note(tx, Deed("invitation.made", home, person, after={"programme": programme}), by, now)
