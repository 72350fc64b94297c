"""Make statements of what happened, for a learning record store, behind everything that people wait for."""

import json
from datetime import datetime, timedelta
from typing import Final

from domain.statement import VERBS, Occasion, Teller, statement
from storage import instance, programmes, statements
from storage.database import Connection
from storage.statements import Happened, Made

COMMITTED: Final = timedelta(minutes=2)  # no transaction takes so long


def make(tx: Connection, teller: Teller, now: datetime) -> int:
    """Look at what happened next; how much further. A restored store that is held tells nobody anything."""
    if instance.held_at(tx):
        return 0
    before = statements.position(tx)
    found, upto = statements.happened(tx, VERBS, before, now - COMMITTED)
    made = [told for each in found if (told := _made(tx, teller, each))]
    if upto > before:
        statements.add(tx, made, upto, now)
    statements.forget(tx, now)
    return upto - before


def waiting(tx: Connection, most: int) -> list[Made]:
    """The oldest statements that are to be sent."""
    return [] if instance.held_at(tx) else statements.waiting(tx, most)


def _made(tx: Connection, teller: Teller, each: Happened) -> Made | None:
    taught = programmes.find(tx, int(each.details.get("version") or 0))
    if taught is None:
        return None
    told = statement(teller, Occasion(each.id, each.person, each.what, each.details, each.at), taught)
    return Made(each.id, each.person, json.dumps(told, ensure_ascii=False)) if told else None
