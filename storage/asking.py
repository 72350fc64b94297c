"""Webinars for which registrations wait for approval, and of which of them coordinators have been told."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, select, update

from domain.approving import Asking
from storage.bulk import one_of
from storage.registrations import REGISTRATION
from storage.webinars import WEBINAR, several


def ahead(tx: Connection, now: datetime) -> list[Asking]:
    """All that have not begun and for which somebody waits for approval."""
    new = REGISTRATION.c.arrival > WEBINAR.c.told_arrivals
    rows = (
        select(WEBINAR.c.id, func.count(), func.min(case((new, REGISTRATION.c.registered_at))))
        .add_columns(WEBINAR.c.told_at)
        .join_from(WEBINAR, REGISTRATION, REGISTRATION.c.webinar_id == WEBINAR.c.id)
        .where(and_(WEBINAR.c.approves, WEBINAR.c.state == "open", WEBINAR.c.starts_at > now))
        .where(REGISTRATION.c.state == "asked")
        .group_by(WEBINAR.c.id, WEBINAR.c.told_at)
    )
    found = {row[0]: row[1:] for row in tx.execute(rows)}
    if not found:
        return []
    return [Asking(each, *found[each.id]) for each in several(tx, one_of(WEBINAR.c.id, [*found]))]


def told(tx: Connection, webinars: Collection[int], now: datetime) -> None:
    """Coordinators were told of all who wait for approval of these; they are locked."""
    here = update(WEBINAR).where(one_of(WEBINAR.c.id, webinars))
    tx.execute(here.values(told_arrivals=WEBINAR.c.arrivals, told_at=now))
