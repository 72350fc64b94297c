"""What others are told of what happened, behind everything that people wait for: statements for a record store."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from domain.statement import VERBS, Occasion, Teller, statement
from storage import instance, programmes, statements
from storage.database import Connection
from storage.statements import Happened, Made

COMMITTED: Final = timedelta(minutes=2)  # no transaction takes so long


def next_of(
    tx: Connection, what: Collection[str], now: datetime, of: int = statements.RECORD_STORE_ID
) -> tuple[list[Happened], int]:
    """What happened next of these kinds for whoever is told of it, and how much further that is.

    A restored store that is held tells nobody anything.
    """
    if instance.held_at(tx):
        return [], 0
    before = statements.position(tx, of)
    found, upto = statements.happened(tx, what, before, now - COMMITTED)
    if upto > before:
        statements.move(tx, upto, of)
    return found, upto - before


def make(tx: Connection, teller: Teller, now: datetime) -> int:
    """Make statements of what happened next; how much further."""
    found, further = next_of(tx, VERBS, now)
    statements.add(tx, [told for each in found if (told := _made(tx, teller, each))], now)
    return further


def waiting(tx: Connection, most: int) -> list[Made]:
    """The oldest statements that are to be sent."""
    return [] if instance.held_at(tx) else statements.waiting(tx, most)


def _made(tx: Connection, teller: Teller, each: Happened) -> Made | None:
    taught = programmes.find(tx, int(each.details.get("version") or 0))
    if taught is None:
        return None
    told = statement(teller, Occasion(each.id, each.person, each.what, each.details, each.at), taught)
    return Made(each.id, each.person, json.dumps(told, ensure_ascii=False)) if told else None
