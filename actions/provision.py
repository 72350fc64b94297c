"""People who come, change and leave as a directory says that sends them by SCIM."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from actions import edit_person
from actions.api_tokens import note_use
from actions.edit_person import Unfit
from domain import tree
from domain.organisation import Scope
from domain.roster import row_of
from domain.roster_cells import Wrong
from domain.roster_plan import by_names, house, one_named
from domain.scim_user import Words, named
from domain.tree import Place
from storage import audit, organisations, people, provisioned
from storage.api_tokens import ApiToken
from storage.database import Connection
from storage.provisioned import Mark, Member, View

_CELLS: Final = ("email", "number", "job", "language", "hired_on")
_NOBODY: Final = Member(0, 0, "", "", "", "", "", "en", "", "", Mark())


class Stale(Exception):
    """The person is not as whoever asks has seen them."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Who sends people: a token, and what it may see and do."""

    token: ApiToken
    scope: Scope


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody is to be, if they are still as the directory has seen them (`fits`); `operation` is for the log."""

    operation: str
    said: Words
    fits: Callable[[Member], bool]


@dataclass(frozen=True, slots=True)
class _Step:
    """What becomes different: cells of a roster, where they are (None: they stay), what the directory calls them."""

    member: Member
    cells: Mapping[str, str]
    place: int | None
    mark: Mark


def view(tx: Connection, by: Directory, now: datetime) -> View:
    """What the directory looks at."""
    return _view(by, organisations.places(tx), now)


def bring(tx: Connection, by: Directory, said: Words, now: datetime) -> int | None:
    """The id of somebody new, or of somebody whom the directory had deleted and who comes back. None: they learn at
    another organisation and are asked first.

    Unfit as in edit_person, and with "user_name_missing" and "user_name_taken".
    """
    audit.alone(tx)
    name, places = str(said.get("user_name", "")), organisations.places(tx)
    if not name:
        raise Unfit("user_name_missing")
    said = {"email": name, "active": True, **said}
    seen, owner = _view(by, places, now), people.by_email(tx, str(said["email"]))
    _free(tx, seen, name, owner)
    note_use(tx, by.token, "scim_create", now)
    if owner is not None and provisioned.deleted(tx, seen, owner):
        provisioned.put(tx, seen.at, owner, Mark())
        _take(tx, by, _step(tx, by, seen, _there(tx, seen, owner), said), now)
        return owner
    place = _unit(places, by, said, None) or edit_person.of_domain(places, by.scope, str(said["email"]))
    if place is None and places[seen.at].level in ("organisation", "unit"):
        place = seen.at
    new = replace(_NOBODY, place=place or seen.at)
    spoken = {"language": str(said["language"])} if "language" in said else {}
    cells = {**_cells(seen, new, said), **spoken}
    person = edit_person.add(tx, by.scope, cells, place, now=now, asks=True)
    if edit_person.find(tx, by.scope, person) is None:
        return None
    provisioned.put(tx, seen.at, person, _mark(new, said))
    return person


def change(tx: Connection, by: Directory, person: int, wish: Wish, *, now: datetime) -> None:
    """Somebody becomes as it is said; what is so already leaves no trace. Unfit as above ("nobody"), or Stale."""
    audit.alone(tx)
    seen = view(tx, by, now)
    member = _there(tx, seen, person)
    if not wish.fits(member):
        raise Stale
    name = str(wish.said.get("user_name", member.user_name))
    if name.casefold() != member.user_name.casefold():
        _free(tx, seen, name, person)
    if step := _step(tx, by, seen, member, wish.said):
        note_use(tx, by.token, wish.operation, now)
        _take(tx, by, step, now)


def leave(
    tx: Connection, by: Directory, person: int, fits: Callable[[Member], bool], *, now: datetime
) -> None:
    """Somebody has left, and the directory knows nothing of them any more; what they did stays. As `change`."""
    audit.alone(tx)
    seen = view(tx, by, now)
    member = _there(tx, seen, person)
    if not fits(member):
        raise Stale
    note_use(tx, by.token, "scim_delete", now)
    _take(tx, by, _step(tx, by, seen, member, {"active": False}), now)
    provisioned.put(tx, seen.at, person, Mark(), deleted_at=now)


def _step(tx: Connection, by: Directory, seen: View, member: Member, said: Words) -> _Step | None:
    """What is to be done; None when all is so already."""
    place = _unit(organisations.places(tx), by, said, member)
    step = _Step(
        member, _cells(seen, member, said), place if place != member.place else None, _mark(member, said)
    )
    return step if step.cells or step.place is not None or step.mark != member.mark else None


def _take(tx: Connection, by: Directory, step: _Step | None, now: datetime) -> None:
    if step and (step.cells or step.place is not None):
        who, cells = step.member.id, step.cells
        edit_person.change(tx, by.scope, who, cells, step.place, now=now, employs=True)
    if step and step.mark != step.member.mark:
        provisioned.put(tx, by.token.organisation, step.member.id, step.mark)


def _cells(seen: View, member: Member, said: Words) -> Mapping[str, str]:
    """The cells of a roster that say something new of them."""
    cells: dict[str, str] = {what: str(said[what]) for what in _CELLS if what in said}
    name, _ = named(said, member.name, member.mark.given)
    if name != member.name:
        cells["name"] = name
    today = seen.today[member.place]
    if "active" in said and said["active"] != member.active(today):
        cells["left_on"] = "" if said["active"] else today.isoformat()
    row = row_of({"email": member.email} | {what: cell or "-" for what, cell in cells.items()})
    if row.problem:
        raise Unfit(row.problem.code, row.problem.value)
    return {what: cell for what, cell in cells.items() if getattr(row.said, what) != getattr(member, what)}


def _mark(member: Member, said: Words) -> Mark:
    known = member.mark
    _, given = named(said, member.name, known.given)
    return Mark(
        str(said.get("user_name", known.user_name)), str(said.get("external_id", known.external_id)), given
    )


def _unit(places: Mapping[int, Place], by: Directory, said: Words, member: Member | None) -> int | None:
    """Where their department puts them; one that is none of our units moves nobody."""
    if "unit" not in said:
        return None
    if not said["unit"]:
        return _top(places, by, member) if member and member.unit else None
    try:
        return one_named(by_names(places, by.scope.organisations), str(said["unit"]), by.scope.organisations)
    except Wrong:
        return None


def _top(places: Mapping[int, Place], by: Directory, member: Member) -> int:
    """The organisation that they are in a unit of, as far as the directory sees."""
    top = house(places, member.place)
    return top if top in by.scope.organisations else by.token.organisation


def _view(by: Directory, places: Mapping[int, Place], now: datetime) -> View:
    held = tree.settings(places)
    days = {
        each: now.astimezone(ZoneInfo(held[each].zone or "UTC")).date() for each in by.scope.organisations
    }
    return View(by.scope, by.token.organisation, days)


def _there(tx: Connection, seen: View, person: int) -> Member:
    member = provisioned.one(tx, seen, person)
    if member is None:
        raise Unfit("nobody")
    return member


def _free(tx: Connection, seen: View, name: str, person: int | None) -> None:
    """The directory calls nobody else so."""
    if provisioned.by_user_name(tx, seen, name) not in (None, person):
        raise Unfit("user_name_taken", name)
