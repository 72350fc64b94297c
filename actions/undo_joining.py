"""Undo that somebody joined as a person: the address is nobody's again, and gets nothing more."""

from datetime import datetime

from actions.entrust import above
from actions.give_back import give_back
from domain.audit import Deed
from domain.organisation import Scope
from storage import activity, addresses, audit, bindings, calendars, erasures, invitations, people
from storage.bindings import Binding
from storage.database import Connection
from storage.wall import beyond


class NotTheirs(Exception):
    """The person has a role that is not theirs to give."""


def undo(tx: Connection, scope: Scope, address: int, now: datetime) -> Binding | None:
    """What was undone; None when the address is nobody's in the scope. NotTheirs as it says.

    Without another address the person has not joined any more, so that they can be invited again. What was done there
    stays in their history, with this beside it; what was begun there goes no further: codes to move to another
    messenger, links to a copy of the data, the address of a calendar, an erasure that was asked for and is not done.
    """
    bound = bindings.one(tx, scope, address)
    if bound is None:
        return None
    if above(tx, scope, bound.person):
        raise NotTheirs
    with beyond(tx, "unbinding"):
        return _undone(tx, scope, bound, now)


def _undone(tx: Connection, scope: Scope, bound: Binding, now: datetime) -> Binding | None:
    people.lock(tx, bound.person)
    address = bound.address
    if not addresses.unbind(tx, address, bound.person):
        return None
    for kind, step in bindings.drop_open(tx, address, now):
        give_back(tx, kind, step, now)
    invitations.replace_unused(tx, bound.person, now)
    erasures.withdraw(tx, bound.person)
    calendars.end(tx, bound.person)
    if not addresses.all_of_person(tx, bound.person):
        people.take_back_consent(tx, bound.person)
    activity.note(tx, bound.person, "unbound", now, channel=bound.channel)
    deed = Deed("binding.undone", bound.organisation, bound.person, before={"address": address})
    audit.note(tx, deed, scope.person, now)
    return bound
