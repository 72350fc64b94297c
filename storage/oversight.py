"""Messages as the operator looks at them: of any organisation, without names."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, literal_column, select

from domain.delivery import State
from storage.message import STATES, Entry, Story, entries, entry, story
from storage.outbox import ODD, OUTBOX, in_state
from storage.progress import LARGEST_ID

MOST: Final = 100_000  # rows that are counted


def find(tx: Connection, message: str) -> Story | None:
    """Any message by its id or its key, for the operator: without names."""
    if not message.isprintable():  # no key is such, and a store need not take it
        return None
    if not (message.isascii() and message.isdigit()):
        return story(tx, entries(None).where(OUTBOX.c.key == message))
    known = len(message) < 11 and int(message) <= LARGEST_ID
    return story(tx, entries(None).where(OUTBOX.c.id == int(message))) if known else None


def newest(tx: Connection) -> datetime | None:
    """When the newest message was written; None when there is none."""
    return tx.execute(select(OUTBOX.c.created_at).order_by(OUTBOX.c.id.desc()).limit(1)).scalar_one_or_none()


def odd(tx: Connection, most: int) -> list[Entry]:
    """The newest messages that did not go well, of whomever, for the operator: without names."""
    newest = [
        row.id
        for state in ODD
        for row in tx.execute(
            select(OUTBOX.c.id).where(in_state(state)).order_by(OUTBOX.c.id.desc()).limit(most)
        )
    ]
    rows = entries(None).where(OUTBOX.c.id.in_(sorted(newest, reverse=True)[:most]))
    return [entry(row) for row in tx.execute(rows.order_by(OUTBOX.c.id.desc()))]


def counts(tx: Connection) -> dict[State, int]:
    """How many messages are in each state but sent, up to MOST."""
    return {state: _count(tx, state) for state in STATES if state != "sent"}


def _count(tx: Connection, state: State) -> int:
    some = select(literal_column("1")).select_from(OUTBOX).where(in_state(state)).limit(MOST).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one())
