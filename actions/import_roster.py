"""Import a roster: kept and looked at first, then carried out whole if it would still do the same, and taken back."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from actions import roster_log
from actions.employ import Named, Why, ended, everywhere, join, moved, part, said_of
from actions.entrust import above, above_there, give, take
from domain import roster_plan, tree
from domain.organisation import Scope
from domain.rights import Grant, may_give
from domain.roster import Said, Sheet
from domain.roster_plan import GUARDED, WORDS, Fate, Key, Known, Plan, Reach, house
from domain.tree import Own, Place
from storage import audit, employments, imports, organisations, roster, sessions
from storage.database import Connection
from storage.imports import Deed, Import, Left
from storage.wall import beyond

EMPLOYED: Final = "employment"  # in what a deed has changed: the number of a further one that is new
AT_WORK: Final = "work"  # in the same: the number of the further one that it is about
WRITTEN = ("new", "joins", "asked", "moved", "changed")


class NotImported(Exception):
    """Nothing was done; `rule` names the reason."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do now. `sign` is another one when it would do anything else."""

    sheet: Sheet
    plan: Plan
    places: Mapping[int, Place]
    known: Mapping[Key, Known]
    sign: str
    today: date


@dataclass(frozen=True, slots=True)
class Choice:
    """What whoever carries it out said: what they saw (`sign`; None: whatever it does), that rows which are not taken
    are left out (`partly`), and that those who are absent have left (`absent_left`)."""

    sign: str | None
    partly: bool = False
    absent_left: bool = False


@dataclass(frozen=True, slots=True)
class By:
    """Who does it (None: the operator), and when; roles are given and taken back as everywhere."""

    scope: Scope | None
    now: datetime

    def entrust(self, tx: Connection, person: int, place: int) -> None:
        """They coordinate the place from now on."""
        if give(tx, Grant(person, roster.COORDINATOR, place), self.scope, self.now) == "refused":
            raise NotImported("changed")

    def reaches(self, place: int) -> bool:
        """Whether the place is one of theirs."""
        return self.scope is None or place in self.scope.organisations

    def release(self, tx: Connection, person: int, place: int) -> bool:
        """They do not any more; False when it is not to be taken back."""
        return take(tx, Grant(person, roster.COORDINATOR, place), self.scope, self.now) in ("taken", "none")


def preview(
    tx: Connection,
    sheet: Sheet,
    organisation: int | None,
    scope: Scope | None,
    now: datetime,
    *,
    lock: bool = False,
) -> Preview:
    """What the sheet would do to the people of the scope (None: everybody), in this organisation and under it."""
    with beyond(tx, "domains"):
        places = organisations.places(tx)
    standing = frozenset(each.id for each in places.values() if not each.closed)
    allowed = standing if scope is None else scope.organisations & standing
    if organisation is not None:
        if organisation not in allowed:
            raise NotImported("no_organisation")
        allowed &= organisations.under(tx, [organisation])
    emails = {row.said.email for row in sheet.rows if row.said.email}
    people = roster.known(tx, allowed, emails, to_change=lock)
    today = _today(places, organisation, allowed, now)
    entrusting = frozenset(
        each for each in allowed if scope is None or may_give(scope, roster.COORDINATOR, each)
    )
    there = above_there(tx, scope, _further(people))
    reach = Reach(places, allowed, organisation, entrusting, above(tx, scope), there)
    plan = roster_plan.plan(sheet.rows, people, reach, today)
    if scope is not None:  # nobody shuts themselves out
        plan = replace(plan, absent=tuple(each for each in plan.absent if each.id != scope.person))
    return Preview(sheet, plan, places, {each.key: each for each in people}, _sign(plan), today)


def _further(people: Iterable[Known]) -> dict[int, tuple[int, int]]:
    """The people and places of further employments, by their numbers."""
    return {each.employment: (each.id, each.place) for each in people if each.employment is not None}


def carry_out(tx: Connection, number: int, scope: Scope | None, choice: Choice, now: datetime) -> Import:
    """Do what was previewed, all or nothing; NotImported when that is not what would be done now, or not allowed."""
    audit.alone(tx)  # before anybody is locked, as others who tell the log do
    found = imports.get(tx, scope, number)
    sheet = imports.sheet(tx, number) if found and found.state == "seen" else None
    if found is None or sheet is None:
        raise NotImported("over")
    seen = preview(tx, sheet, found.organisation, scope, now, lock=True)
    counts = seen.plan.counts
    if choice.sign not in (None, seen.sign):
        raise NotImported("changed")
    if (counts["error"] or counts["doubt"]) and not choice.partly:
        raise NotImported("partly")
    gone = seen.plan.absent if choice.absent_left else ()
    if not gone and not any(counts[kind] for kind in WRITTEN):
        raise NotImported("nothing")
    by = By(scope, now)
    deeds = [*_add(tx, seen, by), *_join(tx, seen, by), *_change(tx, seen, by), *_leave(tx, gone, seen)]
    if not imports.finish(tx, number, deeds, {**counts, "left": len(gone)}, now):
        raise NotImported("over")
    leave = list(_left(seen, deeds))
    roster_log.gone(tx, leave, now)
    ended(tx, leave, now)
    roster_log.imported(tx, found, _happened(seen, gone), scope, now)
    done = imports.get(tx, scope, number)
    assert done is not None
    return done


def undo(tx: Connection, number: int, scope: Scope | None, now: datetime) -> list[Left]:
    """Take back what an import did: those who were added and of whom nothing else is known are removed, others of them
    have left; words are put back unless they changed again since. What was not taken back so.

    Nothing is done to those who have a role by now that is not theirs to give, but for words that nobody guards.
    """
    audit.alone(tx)
    found = imports.get(tx, scope, number)
    if found is None or not found.undoable(now):
        raise NotImported("over")
    deeds = imports.deeds(tx, number)
    joined = [each for each in deeds if EMPLOYED in each.after]
    deeds = [each for each in deeds if EMPLOYED not in each.after]
    there = {each.key: each for each in _those(tx, deeds, scope)}
    touched = {_key(each) for each in deeds if each.added or not GUARDED.isdisjoint(each.after)}
    held = touched & _guarded(tx, scope, there)
    mine, by = [each for each in deeds if _key(each) in there.keys() - held], By(scope, now)
    left = [Left(each.person, "elsewhere") for each in deeds if _key(each) not in there and not each.added]
    left += [Left(each.person, "above") for each in deeds if _key(each) in there.keys() & held]
    left += [*_take_away(tx, [each for each in mine if each.added], there, found, by)]
    left += [*_part(tx, joined, by)]
    left += [*_put_back(tx, [each for each in mine if not each.added], there, by)]
    if not imports.take_back(tx, number, left, now):
        raise NotImported("over")
    kept = {each.person for each in left}
    told = (
        (there[_key(each)].place, "kept" if each.person in kept else "back")
        for each in deeds
        if _key(each) in there
    )
    roster_log.undone(tx, found, told, scope, now)
    return left


def _key(deed: Deed) -> Key:
    """Which work of whom it is about."""
    return deed.person, int(deed.after[AT_WORK]) if AT_WORK in deed.after else None


def _guarded(tx: Connection, scope: Scope | None, there: Mapping[Key, Known]) -> set[Key]:
    """Those of them who have a role that is not theirs to give."""
    main, further = above(tx, scope), above_there(tx, scope, _further(there.values()))
    return {(who, work) for who, work in there if (who in main if work is None else work in further)}


def _happened(seen: Preview, gone: Collection[Known]) -> Iterator[tuple[int, str]]:
    """What became of whom where; of those who moved away also where they were."""
    for fate in seen.plan.fates:
        if fate.kind in WRITTEN:
            there = _place(fate)
            joins = fate.person is None or fate.kind in ("joins", "asked")
            was = there if joins else seen.known[fate.person or 0, fate.employment].place
            yield there, fate.kind
            if house(seen.places, was) != house(seen.places, there):
                yield was, "away"
    yield from ((each.place, "left") for each in gone)


def _add(tx: Connection, seen: Preview, by: By) -> Iterator[Deed]:
    held = tree.settings(seen.places)
    new = [(fate, _new(fate, held)) for fate in seen.plan.fates if fate.kind == "new"]
    ids = roster.add(tx, [(_place(fate), said) for fate, said in new])
    for fate, said in new:
        if said.email not in ids:
            raise NotImported("changed")
        if fate.row.coordinates:
            by.entrust(tx, ids[said.email], _place(fate))
        yield Deed(ids[said.email], added=True)


def _join(tx: Connection, seen: Preview, by: By) -> Iterator[Deed]:
    """Those who learn at another organisation work here too, or are asked."""
    joining = [fate for fate in seen.plan.fates if fate.kind in ("joins", "asked")]
    places = everywhere(tx) if joining else seen.places
    for fate in joining:
        assert fate.person is not None
        named = Named(fate.person, _place(fate), said_of(fate.row.said))
        why: Why = "sure" if fate.kind == "joins" else "said"  # as was planned, for the people who are locked
        became, number = join(tx, named, by.now, by=by.scope, why=why, places=places)
        if became != fate.kind:
            raise NotImported("changed")
        if fate.row.coordinates:
            by.entrust(tx, fate.person, _place(fate))
        yield Deed(fate.person, before={EMPLOYED: ""}, after={EMPLOYED: str(number)})


def _left(seen: Preview, deeds: Iterable[Deed]) -> Iterator[Known]:
    """Who has left by it."""
    for each in deeds:
        if _key(each) in seen.known and (on := each.after.get("left_on")):
            yield _with(seen.known[_key(each)], {"left_on": on})


def _change(tx: Connection, seen: Preview, by: By) -> Iterator[Deed]:
    changed = list[Known]()
    for fate in seen.plan.fates:
        if fate.kind not in ("moved", "changed"):
            continue
        assert fate.person is not None
        known = seen.known[fate.person, fate.employment]
        changed.append(_with(known, {each.what: each.new for each in fate.changes}))
        if fate.row.coordinates:
            by.entrust(tx, fate.person, _place(fate))
        if any(each.what == "email" for each in fate.changes):
            sessions.end_all(tx, fate.person)
        before, after = ({each.what: getattr(each, when) for each in fate.changes} for when in ("old", "new"))
        yield _deed(known, before, after)
    roster.change(tx, changed)
    moved(tx, ((seen.known[each.key], each) for each in changed))


def _leave(tx: Connection, gone: Collection[Known], seen: Preview) -> list[Deed]:
    on = seen.today.isoformat()
    roster.change(tx, [_with(each, {"left_on": on}) for each in gone])
    return [_deed(each, {"left_on": each.said.left_on or ""}, {"left_on": on}) for each in gone]


def _deed(known: Known, before: Mapping[str, str], after: Mapping[str, str]) -> Deed:
    """What was changed of somebody's work."""
    work = {} if known.employment is None else {AT_WORK: str(known.employment)}
    return Deed(known.id, before={**before, **work}, after={**after, **work})


def _take_away(
    tx: Connection, deeds: Collection[Deed], there: Mapping[Key, Known], found: Import, by: By
) -> Iterator[Left]:
    for each in deeds:
        if there[_key(each)].coordinates:
            by.release(tx, each.person, there[_key(each)].place)
    gone = roster.remove(tx, [each.person for each in deeds], by.now)
    begun = [there[_key(each)] for each in deeds if each.person not in gone]
    today = _today(organisations.places(tx), found.organisation, (each.place for each in begun), by.now)
    leave = [_with(each, {"left_on": today.isoformat()}) for each in begun]
    roster.change(tx, leave)
    roster_log.gone(tx, leave, by.now)
    yield from (Left(each.id, "begun") for each in begun)


def _part(tx: Connection, deeds: Iterable[Deed], by: By) -> Iterator[Left]:
    """Those who joined do not work here after all; of whom something is known since, they have left."""
    for deed in deeds:
        one = employments.get(tx, int(deed.after[EMPLOYED]))
        if one is None or one.person != deed.person or not by.reaches(one.place):
            yield Left(deed.person, "elsewhere")
        elif above_there(tx, by.scope, {one.id: (one.person, one.place)}):
            yield Left(deed.person, "above")
        elif not part(tx, one, by.now):
            yield Left(deed.person, "begun")


def _put_back(tx: Connection, deeds: Collection[Deed], there: Mapping[Key, Known], by: By) -> Iterator[Left]:
    taken = {each.said.email: each.id for each in there.values()}
    with beyond(tx, "closing"):
        closed = organisations.closed(tx)
    back = list[Known]()
    for deed in deeds:
        now = there[_key(deed)]
        same = {what for what, new in deed.after.items() if _word(now, what) == new}
        old = deed.before.get("email", "")
        if "email" in same and (taken.get(old, now.id) != now.id or roster.known(tx, (), [old])):
            same.discard("email")
        if "place" in same and int(deed.before["place"]) in closed:
            same.discard("place")
        if "place" not in same and now.place in closed:
            same.discard("left_on")
        if "coordinates" in same and not by.release(tx, now.id, now.place):
            same.discard("coordinates")
        if "email" in same:
            sessions.end_all(tx, now.id)
        back.append(_with(now, {what: deed.before[what] for what in same}))
        yield from (Left(deed.person, what) for what in deed.after if what not in same and what != AT_WORK)
    roster.change(tx, back)
    moved(tx, ((there[each.key], each) for each in back))


def _those(tx: Connection, deeds: Collection[Deed], scope: Scope | None) -> Iterable[Known]:
    """The people of these deeds, as far as the scope has them."""
    wanted = {each.person for each in deeds}
    allowed = organisations.places(tx) if scope is None else scope.organisations
    return (each for each in roster.known(tx, frozenset(allowed), to_change=True) if each.id in wanted)


def _with(known: Known, words: Mapping[str, str]) -> Known:
    said = {what: word for what, word in words.items() if what in WORDS}
    place = int(words.get("place", known.place))
    return replace(known, place=place, said=replace(known.said, **said))


def _word(known: Known, what: str) -> str:
    if what == AT_WORK:
        return str(known.employment)
    if what == "place":
        return str(known.place)
    if what == "coordinates":
        return "yes" if known.coordinates else ""
    return str(getattr(known.said, what))


def _new(fate: Fate, held: Mapping[int, Own]) -> Said:
    said = fate.row.said
    return said if said.language else replace(said, language=held[_place(fate)].language)


def _place(fate: Fate) -> int:
    assert fate.place is not None, "whoever is taken has a place"
    return fate.place


def _today(
    places: Mapping[int, Place], organisation: int | None, others: Iterable[int], now: datetime
) -> date:
    """The date where these people are."""
    where = organisation if organisation is not None else min(others, default=None)
    zone = tree.settings(places)[where].zone if where is not None else None
    return now.astimezone(ZoneInfo(zone or "UTC")).date()


def _sign(plan: Plan) -> str:
    said = [(each.row.line, each.kind, each.person, each.place, each.changes) for each in plan.fates]
    whole = msgspec.json.encode((said, [each.id for each in plan.absent]))
    return hashlib.sha256(whole).hexdigest()
