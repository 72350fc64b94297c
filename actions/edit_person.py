"""Add one person to the roster, or change what it says of them: their words, where they are, whether they have left."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from actions import roster_log
from actions.employ import Named, Why, ended, join, moved, said_of
from actions.entrust import give, held_there
from domain import tree
from domain.organisation import Scope
from domain.pacing import local
from domain.rights import Grant, may_end, may_give, may_touch
from domain.roster import Row, Said, row_of
from domain.roster_cells import Problem
from domain.roster_plan import GUARDED, OF_WORK, WORDS, Known, house, not_offered
from domain.tree import Place
from storage import audit, organisations, people, roles, roster, sessions
from storage.database import Connection
from storage.progress import LARGEST_ID

By = Scope | None  # who does it; None: the operator, who may all
_KEPT: Final = ("name", "email", "language")  # these can be changed, and not be taken back


class Unfit(Exception):
    """It cannot be so."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.problem: Final = Problem(code, value)


def find(tx: Connection, by: By, person: int, *, to_change: bool = False) -> Known | None:
    """What the roster says of the person, if the scope has them; `to_change` as in storage.roster."""
    if not 0 < person <= LARGEST_ID:
        return None
    return roster.one(tx, person, by.organisations if by else None, to_change=to_change)


def add(
    tx: Connection,
    by: By,
    cells: Mapping[str, str],
    place: int | None = None,
    *,
    now: datetime,
    asks: bool = False,
) -> int:
    """A new person's id. Without a place they belong to the one whose domain their address has.

    Whoever learns at another organisation joins this one too: at once if the address is at a domain of this one, else
    (`asks`; they are refused without) when they agree in the chat. Of those `find` says nothing before.
    """
    audit.alone(tx)
    row, places = row_of(cells), organisations.places(tx)
    said = _said(row)
    if not said.name:
        raise Unfit("name_missing")
    where = _place(places, by, place if place is not None else of_domain(places, by, said.email or ""))
    if row.coordinates and by and not may_give(by, roster.COORDINATOR, where):
        raise Unfit("coordinator")
    if owner := people.by_email(tx, said.email or ""):
        return _join(tx, by, owner, said, where, now=now, asks=asks)
    held = tree.settings(places)[where]
    if unfit := not_offered(said.language, held):
        raise Unfit(unfit.code, unfit.value)
    language = said.language or held.language
    person = roster.add(tx, [(where, replace(said, language=language))])[said.email or ""]
    roster_log.added(tx, person, where, by, now)
    if row.coordinates:
        give(tx, Grant(person, roster.COORDINATOR, where), by, now)
    return person


def _join(tx: Connection, by: By, owner: int, said: Said, where: int, *, now: datetime, asks: bool) -> int:
    """They work there too, if they did not."""
    known, places = find(tx, by, owner), organisations.places(tx)
    if known and house(places, known.place) == house(places, where):
        raise Unfit("taken", said.email or "")
    why: Why = "sure" if known else "said"
    became, number = join(tx, Named(owner, where, said_of(said)), now, by=by, why=why)
    if became == "there":
        raise Unfit("taken", said.email or "")
    if became == "declined" or (became == "asked" and not asks) or number is None:
        raise Unfit("elsewhere", said.email or "")
    return owner


def change(
    tx: Connection,
    by: By,
    person: int,
    cells: Mapping[str, str],
    place: int | None = None,
    *,
    now: datetime,
    employs: bool = False,
) -> None:
    """Change the words that have a cell: a name, address or language by another one, the others also by none ("").

    With a place the person moves there; what they did stays theirs. With another address they sign in anew, and whoever
    has left is signed in no more. `employs`: it is their employer that says whether they are there.
    """
    audit.alone(tx)  # before the person is locked, as others who tell the log do
    known = find(tx, by, person, to_change=True)
    if known is None:
        raise Unfit("nobody")
    there = {"email": known.said.email or ""}
    if known.employment is not None:  # the rest is the person's, or their main organisation's
        cells = {what: cell for what, cell in cells.items() if what in OF_WORK}
    written = {what: cell or ("" if what in _KEPT else "-") for what, cell in cells.items()}
    said = _said(row_of(there | {what: cell for what, cell in written.items() if cell}))
    words = {what: word for what in WORDS if (word := getattr(said, what)) is not None}
    _free(tx, by, said, known.id)
    where = known.place if place is None else _place(organisations.places(tx), by, place)
    after = replace(known, place=where, said=replace(known.said, **words))
    if where == known.place and _comes_back(known, after) and organisations.places(tx)[where].closed:
        raise Unfit("place_unknown", str(where))
    changed = {what for what, word in _guarded(known).items() if word != _guarded(after)[what]}
    if known.employment is not None:
        _stays_in_house(tx, known, where)
    if changed and not _may(tx, by, known, ends=employs and changed == {"left_on"}):
        raise Unfit("role_above")
    roster.change(tx, [after])
    if "email" in changed or ("left_on" in changed and _has_left(tx, person, now)):
        sessions.end_all(tx, person)
    roster_log.changed(tx, known, after, by, now)
    moved(tx, [(known, after)])
    ended(tx, [after], now)


def _stays_in_house(tx: Connection, known: Known, where: int) -> None:
    """A further employment is at one organisation; there may be another one at another."""
    places = organisations.places(tx)
    if house(places, known.place) != house(places, where):
        raise Unfit("place_unknown", str(where))


def _comes_back(known: Known, after: Known) -> bool:
    """Whether they stay there for longer than was said."""
    on, then = known.said.left_on, after.said.left_on
    return bool(on) and (not then or then > (on or ""))


def _has_left(tx: Connection, person: int, now: datetime) -> bool:
    who = people.get(tx, person)
    return who.has_left(local(now, who).date())


def _may(tx: Connection, by: By, known: Known, *, ends: bool) -> bool:
    """Whether the roles that go with this work are no hindrance: all of them, or those at a further one's house."""
    if by is None:
        return True
    if known.employment is None:
        held = roles.grants(tx, known.id)
    else:
        held = held_there(tx, {known.employment: (known.id, known.place)})[known.employment]
    return may_end(by.organisations, held) if ends else may_touch(by, held)


def _guarded(known: Known) -> dict[str, object]:
    return {what: getattr(known if what == "place" else known.said, what) for what in GUARDED}


def _said(row: Row) -> Said:
    if row.problem:
        raise Unfit(row.problem.code, row.problem.value)
    return row.said


def _free(tx: Connection, by: By, said: Said, person: int | None) -> None:
    """Nobody else has the address; of somebody out of reach it is not said that they have it."""
    owner = people.by_email(tx, said.email or "")
    if owner is not None and owner != person:
        raise Unfit("taken" if find(tx, by, owner) else "elsewhere", said.email or "")


def _place(places: Mapping[int, Place], by: By, place: int | None) -> int:
    if place is None:
        raise Unfit("no_place")
    here = places.get(place)
    if here is None or here.closed or (by is not None and place not in by.organisations):
        raise Unfit("place_unknown", str(place))
    return place


def of_domain(places: Mapping[int, Place], by: By, email: str) -> int | None:
    """The place whose domain the address has; of places out of reach it is not said that there is one."""
    domain = email.partition("@")[2].lower()
    reached = (each for each in places.values() if by is None or each.id in by.organisations)
    reached = (each for each in reached if not each.closed)
    return next((each.id for each in reached if domain in (each.own.domains or ())), None)
