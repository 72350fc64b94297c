"""Make and revoke tokens of the REST API, and say in whose name and where one acts."""

from collections.abc import Iterable
from datetime import datetime

from domain import rights
from domain.api_token import MOST, written
from domain.assigning import line
from domain.audit import Deed
from domain.organisation import Scope
from domain.pacing import local
from storage import api_tokens, audit, organisations, people, roles
from storage.api_tokens import ApiToken, New
from storage.database import Connection


class TooMany(Exception):
    """The organisation has as many tokens as it may have."""


def make(tx: Connection, new: New, random: bytes, *, by: Scope, now: datetime) -> str | None:
    """A new token, to be shown once; None when they do not manage its organisation. `random` as domain.api_token.

    Raises TooMany where MOST of them work.
    """
    if new.organisation not in by.at("manage"):
        return None
    audit.alone(tx)  # so that two who make one at the same time do not make one too many
    if api_tokens.working(tx, new.organisation, now) >= MOST:
        raise TooMany
    token = written(random)
    number = api_tokens.add(tx, new, token, by.person, now)
    deed = Deed("token.made", new.organisation, number, after={"scopes": " ".join(new.scopes)})
    audit.note(tx, deed, by.person, now)
    return token


def revoke(tx: Connection, token: int, *, by: Scope, now: datetime) -> bool:
    """It works no more; False when there is none like that where they manage."""
    organisation = api_tokens.revoke(tx, by.only("manage"), token, now)
    if organisation is None:
        return False
    audit.note(tx, Deed("token.revoked", organisation, token), by.person, now)
    return True


def places_of(tx: Connection, token: ApiToken, now: datetime) -> frozenset[int]:
    """Where it acts: its organisation and all under it, as long as whoever made it is there and manages it; else
    nowhere."""
    maker = people.get(tx, token.person)
    if maker.has_left(local(now, maker).date()):
        return frozenset()
    managed = rights.held(roles.of_person(tx, token.person)).get("manage", frozenset())
    if token.organisation not in managed:
        return frozenset()
    return organisations.under(tx, [token.organisation]) & managed - organisations.closed(tx)


def idle(tx: Connection, tokens: Iterable[ApiToken], now: datetime) -> frozenset[int]:
    """Those of these tokens that act nowhere, as `places_of` has it, with as few statements for many as for one."""
    found = tuple(tokens)
    above = {place: over for place, (_, over) in organisations.names(tx).items()}
    managed = roles.managing(tx, {each.person for each in found}, now)
    anywhere = {each.person for each in managed if each.role == "platform"}
    there = {(each.person, each.organisation) for each in managed}

    def works(token: ApiToken) -> bool:
        ways = ((token.person, place) for place in line(above, token.organisation))
        return token.person in anywhere or not there.isdisjoint(ways)

    return frozenset(each.id for each in found if not works(each))


def note_use(tx: Connection, token: ApiToken, operation: str, now: datetime) -> None:
    """Say in the log, before what is done, that a token does it; its deeds are in the name of whoever made it."""
    audit.note(
        tx,
        Deed("token.used", token.organisation, token.id, after={"operation": operation}),
        token.person,
        now,
    )
