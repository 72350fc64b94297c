"""What became of an announcement beside the earlier ones of its place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from domain.organisation import Scope
from storage import announcement_figures
from storage.announcement_figures import Figures
from storage.announcements import ANNOUNCEMENT, Announced, read
from storage.confirmations import CONFIRMATION
from storage.scoping import within

MOST: Final = 6


@dataclass(frozen=True, slots=True)
class Compared:
    """An announcement, its figures, and how long it took until half of those who confirmed had done so."""

    announced: Announced
    figures: Figures
    half: timedelta | None


def compared(tx: Connection, scope: Scope, announced: Announced) -> list[Compared]:
    """It, and those that the same place made before, the newest first."""
    rows = select(ANNOUNCEMENT).where(
        within(scope, ANNOUNCEMENT.c.organisation_id),
        ANNOUNCEMENT.c.organisation_id == announced.organisation,
        ANNOUNCEMENT.c.audience != "",
        ANNOUNCEMENT.c.begun_at <= announced.begun_at,
    )
    newest = rows.order_by(ANNOUNCEMENT.c.begun_at.desc(), ANNOUNCEMENT.c.id.desc()).limit(MOST)
    found = [read(row) for row in tx.execute(newest)]
    figures = announcement_figures.figures(tx, scope, [each.id for each in found])
    return [Compared(each, figures[each.id], _half(tx, each)) for each in found]


def _half(tx: Connection, announced: Announced) -> timedelta | None:
    mine = CONFIRMATION.c.announcement_id == announced.id
    many = tx.execute(select(func.count()).where(mine)).scalar_one()
    if not many or announced.begun_at is None:
        return None
    moments = select(CONFIRMATION.c.at).where(mine).order_by(CONFIRMATION.c.at)
    at: datetime = tx.execute(moments.offset((many - 1) // 2).limit(1)).scalar_one()
    return at - announced.begun_at
