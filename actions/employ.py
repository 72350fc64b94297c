"""Further employments: somebody who learns here already joins another organisation too, is told, agrees or does not."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from actions import ask_gate
from actions.entrust import held_there, take_there
from domain import tree
from domain.audit import Deed
from domain.employment import line_of, vouched
from domain.gate import Send, WaitUntil
from domain.message import Choice, Day, Line, Notice, notice
from domain.offers import offers
from domain.organisation import Scope
from domain.pacing import DAY, local
from domain.roster import Said
from domain.roster_plan import Known, house
from domain.studying import MENU
from domain.tree import Place
from storage import addresses, audit, corrections, employments, given, organisations, outbox, people
from storage.database import Connection
from storage.employments import WORDS, Employment
from storage.outbox import New, To
from storage.wall import beyond

Joined = Literal["joins", "asked", "declined", "there"]
Answered = Literal["agreed", "declined", "over"]
Why = Literal[
    "said", "sure", "came"
]  # somebody says so; they have them already and know; the person came themselves
_ALWAYS: Final = datetime.max.replace(tzinfo=UTC)  # who cannot be told now is told when they can be
ANSWERED: Final[Mapping[Answered, Notice]] = {
    "agreed": notice("employment.agreed", MENU),
    "declined": notice("employment.declined", MENU),
    "over": notice("employment.over", MENU),
}


@dataclass(frozen=True, slots=True)
class Named:
    """Who is said to work at a place too, and what was said of that work."""

    person: int
    where: int
    words: Mapping[str, str] = field(default_factory=dict)


def said_of(said: Said) -> dict[str, str]:
    """What a roster says that is about one employment, and not about the person."""
    return {name: getattr(said, name) or "" for name in WORDS}


def join(
    tx: Connection,
    named: Named,
    now: datetime,
    *,
    by: Scope | None,
    why: Why = "said",
    places: Mapping[int, Place] | None = None,
) -> tuple[Joined, int | None]:
    """The person works at this place too, and the number of that employment.

    It holds at once where they `came` themselves, where the address is at a domain of that organisation, or where
    whoever says so is `sure`, having them already; else they are asked in the chat, and it holds when they agree. Who
    said that they do not work there is not asked again, whoever says so: only by coming themselves they take it back.
    At a place that is closed it is as if everybody had said that.
    `places` are all that there are, for whoever does it for many (see `everywhere`).
    """
    places = places or everywhere(tx)
    with beyond(tx, "employment"):
        return _join(tx, named, now, by=by, why=why, places=places)


def everywhere(tx: Connection) -> Mapping[int, Place]:
    """Every place that there is: whoever joins may be at home at any."""
    with beyond(tx, "employment"):
        return organisations.places(tx)


def _join(
    tx: Connection, named: Named, now: datetime, *, by: Scope | None, why: Why, places: Mapping[int, Place]
) -> tuple[Joined, int | None]:
    person, where = named.person, named.where
    if places[where].closed:
        return "declined", None
    people.lock(tx, person)
    at = house(places, where)
    main = people.get(tx, person).organisation.id
    there = next(
        (each for each in employments.of_person(tx, person) if house(places, each.place) == at), None
    )
    if house(places, main) == at or (there and there.holds and not there.left_on):
        return "there", there.id if there else None
    if there and there.declined_at and why != "came":
        return "declined", there.id
    agreed = why != "said" or vouched(people.email(tx, person), line_of(places, where))
    holds = agreed or (there is not None and there.holds)
    if there and not holds:
        return "asked", there.id
    number = _write(tx, named, there, now, agreed=agreed)
    deed = Deed("person.joined" if holds else "person.asked", where, person)
    audit.note(tx, deed, by.person if by else None, now)
    return ("joins" if holds else "asked"), number


def _write(tx: Connection, named: Named, there: Employment | None, now: datetime, *, agreed: bool) -> int:
    """The number of the employment, new or taken up again."""
    if there is None:
        return employments.add(tx, named.person, named.where, named.words, now, agreed=agreed)
    employments.change(tx, there.id, named.where, {**named.words, "left_on": named.words.get("left_on", "")})
    if not there.holds:
        employments.agree(tx, there.id, now)
    return there.id


def come(tx: Connection, person: int, house_id: int, now: datetime) -> None:
    """The person came by themselves; they know, and are not told of it."""
    audit.alone(tx)
    _, number = join(tx, Named(person, house_id), now, by=None, why="came")
    if number is not None:
        employments.told(tx, [number])


def tell(tx: Connection, now: datetime, past: int, most: int) -> int | None:
    """Tell the next people of their new employments, or ask them, where they can be reached and it is time.

    The last of those that were looked at; None: nobody is left.
    """
    found = employments.untold(tx, now, past, most)
    if not found:
        return None
    whom = {each.person for each in found}
    people.lock_all(tx, whom)  # their messages of the day are counted; who answers just now has answered
    places = organisations.places(tx)
    for each in employments.untold(tx, now, past, most):
        if each.person in whom:
            _tell(tx, each, places[house(places, each.place)].name, now)
    return found[-1].id


def _tell(tx: Connection, employment: Employment, name: str, now: datetime) -> None:
    """Say it, or see when it can be said."""
    person = people.get(tx, employment.person)
    if not employment.holds:  # also who has left the one is asked about the other
        person = replace(person, left_on=None)
    decision = ask_gate.ask(tx, person, "personal", _ALWAYS, now)
    if not isinstance(decision, Send):
        again = decision.at if isinstance(decision, WaitUntil) else now + DAY
        employments.tell_later(tx, employment.id, again)
        return
    place = addresses.of_person(tx, person.id, person.organisation.messengers)
    assert place is not None, "only who can be reached is told"
    said = told(employment, name, local(now, person).date())
    to = To(place.id, place.channel, person.id, employment.place)
    key = f"employment:{employment.id}:{'told' if employment.holds else 'asked'}:{now.timestamp():.0f}"
    if outbox.add(tx, New(to, said, key, "personal", ask_gate.passed(decision, person, now)), now):
        addresses.offer(tx, place.id, offers(said, None))
    employments.told(tx, [employment.id])


def told(employment: Employment, name: str, today: date) -> Notice:
    """What the chat says of a new employment; of one that does not hold yet, it asks."""
    yes, no = (
        Choice("employment.yes", f"/works {employment.id}"),
        Choice("employment.no", f"/worksnot {employment.id}"),
    )
    if employment.holds:
        return Notice((Line("employment.joined", {"organisation": name, "day": Day(today)}),), (MENU, no))
    return Notice((Line("employment.asked", {"organisation": name}),), (yes, no))


def answer(tx: Connection, person: int, number: int, now: datetime, *, works: bool) -> Answered:
    """The person says that they work there, or that they do not. "over": that is not asked of them (any more), or the
    place is closed: an employment may stay there for the sake of a certificate."""
    audit.alone(tx)
    people.lock(tx, person)
    one = employments.get(tx, number)
    if one is None or one.person != person or one.place in organisations.closed(tx):
        return "over"
    if works and not one.holds:
        employments.agree(tx, number, now)
        audit.note(tx, Deed("person.joined", one.place, person), person, now)
        go_on(tx, now, [person])
    elif not works and one.declined_at is None:
        employments.decline(tx, number, now)
        given.withdraw(tx, person, number)
        corrections.drop_work(tx, number)
        if one.holds:  # else no role there is of this work
            take_there(tx, person, one.place, now)
        audit.note(tx, Deed("person.left", one.place, person), person, now)
    return "agreed" if works else "declined"


def go_on(tx: Connection, now: datetime, among: Collection[int] | None = None) -> int:
    """Who has left their main organisation and works at another one has that as the main one from now on; how many, of
    all or `among` these.

    What the one that they left gave them stays its own to see; their roles there end, and those above it stay.
    """
    with beyond(tx, "employment"):
        leaving = employments.leaving(tx, now, among)
        if not leaving:
            return 0
        audit.alone(tx)  # before anybody is locked, as others who tell the log do
        held = tree.settings(organisations.places(tx))
        return sum(_goes_on(tx, who, held, now) for who in leaving)


def _goes_on(tx: Connection, who: int, held: Mapping[int, tree.Own], now: datetime) -> bool:
    people.lock(tx, who)
    main = people.get(tx, who)
    today = now.astimezone(ZoneInfo(main.organisation.zone)).date()
    further = employments.of_person(tx, who)
    works = next((each for each in further if each.holds and not _ended(each, held, now)), None)
    if works is None or not main.has_left(today):
        return False
    move_home(tx, works, now)
    take_there(tx, who, main.organisation.id, now)
    return True


def move_home(tx: Connection, works: Employment, now: datetime) -> None:
    """This further employment is its person's main one from now on, and what that was is a further one."""
    before = employments.promote(tx, works, now)
    given.swap(tx, works.person, gone=before, main=works.id)
    corrections.drop_jobs(tx, [works.person])
    employments.remove(tx, works.id)


def ended(tx: Connection, people_there: Iterable[Known], now: datetime) -> None:
    """Some of these may have left just now: who works at another organisation goes on there, and whoever left a further
    one looks after nobody there any more."""
    left = [each for each in people_there if each.said.left_on]
    if main := {each.id for each in left if each.employment is None}:
        go_on(tx, now, main)
    further = [each for each in left if each.employment is not None]
    held = tree.settings(organisations.places(tx)) if further else {}
    for each in further:
        one = employments.get(tx, each.employment or 0)
        if one and _ended(one, held, now):
            take_there(tx, each.id, one.place, now)


def outstayed(tx: Connection, now: datetime) -> list[Employment]:
    """Further works that have ended by now, of people who still have a role that goes with them."""
    found = employments.over(tx, now)
    if not found:
        return []
    held = tree.settings(organisations.places(tx))
    roles = held_there(tx, {each.id: (each.person, each.place) for each in found})
    return [each for each in found if _ended(each, held, now) and roles[each.id]]


def end_roles(tx: Connection, now: datetime) -> None:
    """Whose further work has ended looks after nobody there any more; nobody did anything on that day."""
    for each in outstayed(tx, now):
        take_there(tx, each.person, each.place, now)


def moved(tx: Connection, changed: Iterable[tuple[Known, Known]]) -> None:
    """The main work of some of these (as they were, as they are) is at another place since just now: what they had or
    were asked about in the same organisation besides is no further one any more, and what they asked about their job
    in another one is asked no more."""
    main = {
        after.id: (before.place, after.place)
        for before, after in changed
        if after.employment is None and after.place != before.place
    }
    if not main:
        return
    with beyond(tx, "employment"):
        places = organisations.places(tx)
        away = {who for who, (old, new) in main.items() if house(places, old) != house(places, new)}
        corrections.drop_jobs(tx, away)
        further = employments.of_people(tx, main)
        for each in (one for found in further.values() for one in found):
            if house(places, each.place) == house(places, main[each.person][1]):
                given.hand_over(tx, each.person, each.id)
                employments.remove(tx, each.id)


def part(tx: Connection, employment: Employment, now: datetime) -> bool:
    """They never worked there; False: something was given there by now, so that they have left. A no is remembered."""
    if employment.holds:
        take_there(tx, employment.person, employment.place, now)
    with beyond(tx, "employment"):
        begun = given.anything(tx, employment.id)
    if not begun:
        if employment.declined_at is None:
            employments.remove(tx, employment.id)
        return True
    zone = tree.settings(organisations.places(tx))[employment.place].zone or "UTC"
    on = now.astimezone(ZoneInfo(zone)).date().isoformat()
    employments.change(tx, employment.id, employment.place, {"left_on": on})
    return False


def _ended(employment: Employment, held: Mapping[int, tree.Own], now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(held[employment.place].zone or "UTC")).date()
    return "" < employment.left_on <= today.isoformat()
