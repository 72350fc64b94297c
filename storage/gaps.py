"""Times in which a messenger was not heard, as those of a scope read them: what was lost to their people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, case, distinct, func, select

from domain.organisation import Scope
from storage.messages import LOOK, Total
from storage.outbox import OUTBOX
from storage.scoping import within
from storage.senders import GAP

# No address has a greater number. Between this and nothing, digits lie in any order of letters that a store may have.
_LAST: Final = "9" * 10


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a messenger was not heard, and how many people of the scope were asked to press again."""

    channel: str
    began_at: datetime
    ended_at: datetime
    asked: Total


def recent(tx: Connection, scope: Scope, since: datetime, most: int) -> list[Gap]:
    """The newest gaps since then; among the first LOOK who were asked, only those of the scope are counted."""
    columns = (GAP.c[name] for name in ("channel", "began_at", "ended_at"))
    rows = select(*columns).where(GAP.c.ended_at >= since).order_by(GAP.c.id.desc()).limit(most)
    return [
        Gap(row.channel, row.began_at, row.ended_at, _asked(tx, scope, key(row.channel, row.began_at)))
        for row in tx.execute(rows)
    ]


def key(channel: str, began: datetime) -> str:
    """What the keys of a gap's messages begin with; an address follows."""
    return f"gap:{channel}:{began.isoformat()}:"


def _asked(tx: Connection, scope: Scope, begins: str) -> Total:
    along = (OUTBOX.c.key.between(begins, begins + _LAST), OUTBOX.c.key.startswith(begins, autoescape=True))
    told = select(OUTBOX.c.person_id, OUTBOX.c.organisation_id).where(*along).limit(LOOK).subquery()
    theirs = case((within(scope, told.c.organisation_id), told.c.person_id))
    counted = select(func.count(distinct(theirs)), func.count()).select_from(told)
    count, looked = tx.execute(counted).one()
    return Total(count, more=looked == LOOK)
