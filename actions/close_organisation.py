"""Close an organisation: one administrator asks, another one confirms within a week, and everything ends at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions import tell_person
from actions.enlist import alone
from actions.share import entrust
from domain import closing, rights
from domain.audit import Deed, What
from domain.closing import LASTS, NotClosed
from domain.organisation import Scope
from domain.person import Person
from domain.tree import Place, upward
from storage import audit, closings, employments, ending, organisations, people, roles, sessions
from storage.closings import Closing
from storage.database import Connection
from storage.ending import Counts, Owned
from storage.errors import NotFound
from storage.wall import beyond


@dataclass(frozen=True, slots=True)
class Sheet:
    """What closing a place would take along, who else could confirm it, and who asked for it."""

    places: Sequence[Place]
    counts: Counts
    programmes: Sequence[Owned]
    heir: Place | None
    others: int
    request: Closing | None
    asked_by: str
    hindered: NotClosed | None


def waiting(tx: Connection, among: Collection[int], now: datetime) -> list[Closing]:
    """What somebody asks who manages the place still, of these: whoever is gone has no name to tell a second person
    by."""
    with beyond(tx, "closing"):
        asked = closings.asked(tx, among, now)
        places = organisations.places(tx) if asked else {}

        def still(each: Closing) -> bool:
            return each.asked_by in {who for who, _ in roles.managers(tx, _line(places, each.place), now)}

        return [each for each in asked if still(each)]


def where_they_work(tx: Connection, person: Person, now: datetime) -> list[tuple[str, datetime]]:
    """Where the person works and somebody asks to close it: what that is called, and when the request ends."""
    places = organisations.places(tx)
    line = {each for at in employments.places(tx, person) for each in closing.along(places, at)}
    return [(places[each.place].name, each.ends_at) for each in waiting(tx, line, now)]


def sheet(tx: Connection, by: Scope, place: int, now: datetime) -> Sheet:
    """What is shown before anybody asks or confirms. NotFound for a place that is closed or that they do not manage."""
    _manages(by, place)
    with beyond(tx, "closing"):
        places = organisations.places(tx)
        hindered: NotClosed | None = None
        try:
            inside: Sequence[Place] = what_closes(tx, places, place, now)
        except NotClosed as why:
            hindered, inside = why, (places[place],)
        ids = [each.id for each in inside]
        line = _line(places, place)
        request = _request(tx, place, now)
        asker, asked_at = (request.asked_by, request.asked_at) if request else (by.person, now)
        return Sheet(
            inside,
            ending.counts(tx, ids),
            ending.owned(tx, ids),
            _heir(places, place),
            len(_others(tx, line, asker, asked_at, now)),
            request,
            people.name(tx, request.asked_by) if request and request.asked_by else "",
            hindered,
        )


def ask(tx: Connection, by: Scope, place: int, now: datetime, *, mails: bool) -> None:
    """Ask that the place be closed; who could confirm it is told. Raises NotClosed, or NotFound as `sheet` does."""
    _manages(by, place)
    with beyond(tx, "closing"):
        places = alone(tx)
        what_closes(tx, places, place, now)
        line = _line(places, place)
        others = _others(tx, line, by.person, now, now)
        if not others:
            raise NotClosed("alone")
        if _request(tx, place, now) is None and closings.asked(tx, [place], now):
            closings.withdraw(tx, [place])  # what somebody asked who manages it no more
            _note(tx, "organisation.kept", place, by, now)
        if not closings.ask(tx, place, by.person, now):
            raise NotClosed("asked")
        _note(tx, "organisation.closing", place, by, now)
        for each in others:
            tell_person.closing(tx, each, (place, places[place].name), now, mails=mails)


def withdraw(tx: Connection, by: Scope, place: int, now: datetime) -> None:
    """It is not to be closed; whoever could confirm it can say so too. Raises as `ask` does."""
    _manages(by, place)
    with beyond(tx, "closing"):
        audit.alone(tx)
        if not closings.withdraw(tx, [place]):
            raise NotClosed("over")
        _note(tx, "organisation.kept", place, by, now)


def confirm(tx: Connection, by: Scope, place: int, now: datetime) -> None:
    """The place is closed from now on, by somebody else than who asked. Raises as `ask` does."""
    _manages(by, place)
    with beyond(tx, "closing"):
        places = alone(tx)
        request = _request(tx, place, now)
        if request is None:
            raise NotClosed("over")
        _is_second(tx, by, request)
        inside = what_closes(tx, places, place, now)
        if not closings.confirm(tx, place, by.person, now):
            raise NotClosed("over")
        shut(tx, places, inside, now, by=by.person)
        closings.along(tx, place, [each.id for each in inside[1:]])
        _note(tx, "organisation.closed", place, by, now)


def shut(
    tx: Connection, places: Mapping[int, Place], inside: Sequence[Place], now: datetime, *, by: int | None
) -> None:
    """All that these places do ends at once; what becomes of their people is for later (actions/close_out.py)."""
    top, ids = inside[0], [each.id for each in inside]
    people.lock_all(tx, ending.here(tx, ids))
    closings.withdraw(tx, ids)
    organisations.close(tx, ids, now)
    _take_roles(tx, ids, now, by)
    ending.stop(tx, ids, now)
    heir = _heir(places, top.id)
    for each in ending.owned(tx, ids):
        _hand_over(tx, each, heir, now, by)


def _hand_over(tx: Connection, owned: Owned, heir: Place | None, now: datetime, by: int | None) -> None:
    """What is offered to everybody goes on, as the place above's or the installation's; the rest is a draft there, so
    that nobody sees it who did not before."""
    if owned.reach == "everybody":
        entrust(tx, owned.id, owner=heir.id if heir else None, reach="everybody", who=by, now=now)
    elif heir:
        entrust(tx, owned.id, owner=heir.id, reach="draft", who=by, now=now)


def _take_roles(tx: Connection, ids: Collection[int], now: datetime, by: int | None) -> None:
    for each in roles.grants(tx):
        if each.organisation in ids and each.role != "platform":
            roles.take(tx, each)
            deed = Deed("role.taken", each.organisation, each.person, before={"role": each.role})
            audit.note(tx, deed, by, now)
            sessions.end_all(tx, each.person)


def _manages(by: Scope, place: int) -> None:
    if place not in by.at("manage"):
        raise NotFound(f"organisation {place}")


def what_closes(tx: Connection, places: Mapping[int, Place], place: int, now: datetime) -> Sequence[Place]:
    """The place and its units; raises NotClosed where others are below, or somebody has a role elsewhere and no work.

    NotFound where it is closed already.
    """
    if places[place].closed:
        raise NotFound(f"organisation {place}")
    inside = closing.inside(places, place)
    if kept := ending.rooted(tx, [each.id for each in inside], now):
        raise NotClosed("kept", ", ".join(each.name for each in kept))
    return inside


def _request(tx: Connection, place: int, now: datetime) -> Closing | None:
    return next(iter(waiting(tx, [place], now)), None)


def _is_second(tx: Connection, by: Scope, request: Closing) -> None:
    """Raises NotClosed for whoever may be the one who asked, or may have been made an administrator for it."""
    if request.asked_by == by.person:
        raise NotClosed("same")
    asker = people.name(tx, request.asked_by) if request.asked_by else ""
    if closing.alike(asker, people.name(tx, by.person)):
        raise NotClosed("alike")
    if closings.got_role(tx, by.person, request.asked_at - LASTS):
        raise NotClosed("fresh")
    manages = rights.held(roles.of_person(tx, by.person)).get("manage", frozenset())
    if request.place not in manages:  # it was taken since the page was asked for
        raise NotFound(f"organisation {request.place}")


def _others(
    tx: Connection, line: Sequence[int], asker: int | None, asked_at: datetime, now: datetime
) -> list[int]:
    """Who of those who manage one of this line could confirm what this person asks."""
    name = people.name(tx, asker) if asker else ""
    found = roles.managers(tx, line, now)
    others = [who for who, called in found if who != asker and not closing.alike(name, called)]
    return [who for who in others if not closings.got_role(tx, who, asked_at - LASTS)]


def _line(places: Mapping[int, Place], place: int) -> list[int]:
    """The place and all above it: by a role at one of these somebody manages it."""
    return [each.id for each in upward(places, place)]


def _heir(places: Mapping[int, Place], place: int) -> Place | None:
    """Whose the programmes of a place are afterwards."""
    above = places[place].above
    return places[above] if above is not None else None


def _note(tx: Connection, what: What, place: int, by: Scope, now: datetime) -> None:
    audit.note(tx, Deed(what, place, place), by.person, now)
