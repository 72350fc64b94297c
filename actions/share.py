"""Programmes of organisations: copied from others, given a licence and a reach, taken into lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Literal

from actions.author import locked, put, writable
from actions.find import index
from domain.audit import Deed
from domain.organisation import Scope
from domain.programme import Programme
from domain.sharing import Basis, Licence, Reach, copied, licence_of, licences
from lessons.names import slug_of
from storage import audit, organisations, pictures, programmes, reviews, sharing
from storage.database import Connection
from storage.errors import NotFound
from storage.sharing import Standing
from storage.wall import beyond


@dataclass(frozen=True, slots=True)
class Offered:
    """A programme of somebody else: its id, what it says, whose it is, and what it is a copy of."""

    id: int
    programme: Programme
    standing: Standing
    bases: tuple[Basis, ...]

    @property
    def by(self) -> str:
        """Who made it, as it says itself, or else whose it is."""
        return self.programme.rules.owner or self.standing.by

    @property
    def licence(self) -> Licence:
        """What may be done with it."""
        return licence_of(self.programme.rules.licence)


@dataclass(frozen=True, slots=True)
class Adopting:
    """Programmes of other organisations for the lists of places: those that could be taken in, and what is there.

    `had` are with the place; `gone` are not offered any more, so that nothing is said of them but (id, whose, place).
    """

    new: Sequence[Offered]
    had: Sequence[tuple[Offered, int]]
    gone: Sequence[tuple[int, str, int]]


def of_others(tx: Connection, scope: Scope) -> list[Offered]:
    """What authors may look at and perhaps copy: programmes for their places, or for everybody, that others write."""
    there = sharing.listed(tx, scope.at("write")) | sharing.offered(tx)
    mine = writable(tx, scope)
    return _offered(tx, {each: there[each] for each in sorted(there) if each not in mine})


def to_adopt(tx: Connection, scope: Scope) -> Adopting:
    """What a scope's places could take into their lists, and what they have there."""
    offered, stand = sharing.offered(tx), sharing.standings(tx)
    mine = sharing.for_all(tx, scope.at("act") or scope.organisations)
    new = {each: offered[each] for each in offered if stand[each].owner is not None and each not in mine}
    had = sharing.adopted(tx, scope)
    seen = sharing.known(tx, scope) | offered
    known = {each.id: each for each in _offered(tx, {one: seen[one] for one, _ in had if one in seen})}
    return Adopting(
        _offered(tx, new),
        [(known[one], place) for one, place in had if one in known],
        [(one, stand[one].by, place) for one, place in had if one not in known],
    )


def copy(tx: Connection, scope: Scope, slug: str, place: int, now: datetime) -> str | None:
    """The name of a new draft that the place owns, which is a copy of another programme; None: its licence forbids it.

    NotFound where there is no such programme for them, or they do not write at the place.
    """
    programme = programmes.by_slug(tx, slug)
    there = sharing.offered(tx) | sharing.listed(tx, [place])
    home = organisations.find(tx, place) if place in scope.at("write") else None
    if programme is None or programme not in there or home is None:
        raise NotFound(slug)
    content = programmes.version(tx, there[programme])
    if not licence_of(content.rules.licence).changes:
        return None
    name = _free(tx, slug_of(f"{slug}-{home.name}"))
    new = sharing.add(tx, name, place, there[programme])
    programmes.publish(tx, copied(content, name, home.name), now, scope.person)
    pictures.copy(tx, there[programme], new, person=scope.person, at=now)
    index(tx)
    deed = Deed("programme.copied", place, new, after={"version": there[programme]})
    audit.note(tx, deed, scope.person, now)
    return name


def allowed(tx: Connection, programme: int) -> tuple[Licence, ...]:
    """The licences that a programme may have: those that what it is a copy of allows."""
    basis = sharing.bases(tx).get(programme, ())
    return licences(basis[0].programme.rules.licence if basis else None)


def state(
    tx: Connection, scope: Scope, slug: str, *, reach: Reach, licence: str, now: datetime
) -> Literal["set", "refused"]:
    """Say for whom a programme of an organisation is, and what others may do with it: a licence is part of a version.

    NotFound for what no organisation owns: its file says that.
    """
    here = locked(tx, scope, slug)
    owner = here.standing.owner
    if owner is None:
        raise NotFound(slug)
    if licence not in {each.name for each in allowed(tx, here.owner)}:
        return "refused"
    if here.programme.rules.licence != licence:
        rules = replace(here.programme.rules, licence=licence)
        put(tx, scope, here, replace(here.programme, rules=rules), now)
    entrust(tx, here.owner, owner=owner, reach=reach, who=scope.person, now=now)
    return "set"


def entrust(
    tx: Connection, programme: int, *, owner: int | None, reach: Reach, who: int | None, now: datetime
) -> None:
    """It is theirs, and for these, from now on; those whose it was and is find it in their logs."""
    before = sharing.standings(tx, programme)[programme]
    sharing.put(tx, programme, owner=owner, reach=reach)
    if owner != before.owner:
        was, is_now = {"owner": before.owner}, {"owner": owner}
        for place in {before.owner, owner} - {None}:
            audit.note(tx, Deed("programme.owned", place, programme, was, is_now), who, now)
    if reach != before.reach:
        deed = Deed("programme.offered", owner, programme, {"reach": before.reach}, {"reach": reach})
        audit.note(tx, deed, who, now)
    if before.reach == "draft" != reach:
        reviews.wake(tx, programme, now)


def adopt(tx: Connection, scope: Scope, programme: int, place: int, now: datetime) -> bool:
    """Take an offered programme into a place's list; False when it is there. NotFound where there is none for them."""
    stand = sharing.standings(tx, programme).get(programme)
    if stand is None or stand.owner is None or stand.reach != "everybody" or place not in scope.at("act"):
        raise NotFound(str(programme))
    return _noted(
        tx, sharing.adopt(tx, programme, place, now), scope, Deed("programme.adopted", place, programme), now
    )


def drop(tx: Connection, scope: Scope, programme: int, place: int, now: datetime) -> bool:
    """Take it off the list again; who has begun it goes on. False when it was not there."""
    if place not in scope.at("act"):
        raise NotFound(str(programme))
    return _noted(
        tx, sharing.drop(tx, programme, place), scope, Deed("programme.dropped", place, programme), now
    )


def _noted(tx: Connection, done: bool, scope: Scope, deed: Deed, now: datetime) -> bool:
    if done:
        audit.note(tx, deed, scope.person, now)
    return done


def _offered(tx: Connection, versions: Mapping[int, int]) -> list[Offered]:
    stand, bases = sharing.standings(tx), sharing.bases(tx)
    return [
        Offered(each, programmes.version(tx, version), stand[each], bases.get(each, ()))
        for each, version in versions.items()
    ]


def _free(tx: Connection, wanted: str) -> str:
    """A name like this that no programme has."""
    names = (wanted if number == 1 else f"{wanted[:45]}-{number}" for number in count(1))
    with beyond(tx, "slug"):
        return next(name for name in names if programmes.by_slug(tx, name) is None)
