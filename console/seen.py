"""Who saw whom: a look at somebody, or at a list of people, is kept in the audit log."""

from collections.abc import Iterable

import structlog

from console.site import Site
from domain.audit import SAME_LOOK, Deed, looks
from storage import audit
from storage.database import Connection

log = structlog.get_logger(__name__)


async def see(site: Site, who: int, person: int, organisation: int) -> None:
    """Keep that somebody saw the person, once a day; also while nothing can be written the page is shown."""
    now = site.now()

    def keep(tx: Connection) -> None:
        audit.alone(tx)
        if not audit.seen_today(tx, who, person, now):
            audit.note(tx, Deed("person.seen", organisation, person), who, now)

    try:
        if not await site.database.read(lambda tx: audit.seen_today(tx, who, person, now)):
            await site.database.write(keep)
    except Exception as error:  # noqa: BLE001 (pages are shown while the store only can be read)
        log.warning(
            "not in the audit log: a person was seen", who=who, person=person, error=type(error).__name__
        )


async def see_list(site: Site, who: int, name: str, shown: Iterable[tuple[int, int | None]]) -> None:
    """Keep that somebody saw these people (each with their organisation) in a list; once, while it is the same look."""
    seen, now = looks(name, shown), site.now()

    def keep(tx: Connection) -> None:
        audit.alone(tx)
        for each in audit.unseen(tx, who, seen, now - SAME_LOOK):
            audit.note(tx, each, who, now)

    try:
        if seen and await site.database.read(lambda tx: audit.unseen(tx, who, seen, now - SAME_LOOK)):
            await site.database.write(keep)
    except Exception as error:  # noqa: BLE001 (lists are shown while the store only can be read)
        log.warning("not in the audit log: a list was seen", who=who, list=name, error=type(error).__name__)
