"""The link of an organisation: made, made anew, opened and closed."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.audit import Deed, What
from domain.doorway import LINK
from domain.organisation import Scope
from storage import audit, join_links
from storage.database import Connection
from storage.join_links import Kept

MOST_DOMAINS: Final = 20
_DOMAIN: Final = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")


class NoDomain(Exception):
    """What was written is no domain of e-mail addresses; the message is what was written."""


def domains_of(written: str) -> tuple[str, ...]:
    """Domains between spaces, commas or lines, each once; raises NoDomain."""
    found = dict.fromkeys(each.strip("@.").lower() for each in re.split(r"[\s,;]+", written) if each)
    for each in found:
        if not _DOMAIN.fullmatch(each):
            raise NoDomain(each[:60])
    if len(found) > MOST_DOMAINS:
        raise NoDomain(f"{list(found)[MOST_DOMAINS]} …")
    return tuple(found)


def renew(
    tx: Connection, scope: Scope, organisation: int, now: datetime, new_key: Callable[[], str]
) -> Kept | None:
    """A new link, which is open; the one before opens nothing any more. None outside of the scope."""
    if not _within(scope, organisation):
        return None
    before = join_links.of(tx, organisation)
    domains = before.domains if before else ()
    kept = Kept(organisation, f"{LINK}{new_key()}", domains, open=True, made_at=now)
    return _put(tx, kept, "link.made", scope, now)


def change(
    tx: Connection,
    scope: Scope,
    organisation: int,
    now: datetime,
    *,
    domains: tuple[str, ...] | None = None,
    opened: bool = True,
) -> Kept | None:
    """Say whose domains may ask, or (None) open or close the link; None where there is no link."""
    kept = join_links.of(tx, organisation) if _within(scope, organisation) else None
    if kept is None:
        return None
    if domains is not None:
        return _put(tx, replace(kept, domains=domains), "link.domains", scope, now)
    return _put(tx, replace(kept, open=opened), "link.opened" if opened else "link.closed", scope, now)


def _within(scope: Scope, organisation: int) -> bool:
    return organisation in scope.organisations


def _put(tx: Connection, kept: Kept, what: What, scope: Scope, now: datetime) -> Kept:
    join_links.put(tx, kept)
    audit.note(tx, Deed(what, kept.organisation), scope.person, now)
    return kept
