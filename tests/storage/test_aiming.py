"""What the store finds for a rule is what the rule says, of random people."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import get_args

import pytest
from sqlalchemy import Connection, select

from domain.audience import (
    DAYS,
    HOWS,
    WHERES,
    Active,
    All,
    At,
    Away,
    How,
    Leaf,
    Learns,
    Not,
    Rule,
    Some,
    Speaks,
    Told,
    ToldToday,
    Traits,
    Where,
    Works,
    meets,
)
from domain.language import LANGUAGES
from domain.message import Announcement
from domain.tree import Own
from storage import (
    activity,
    aiming,
    announcements,
    confirmations,
    employments,
    enrolments,
    organisations,
    outbox,
)
from storage import people as roster
from storage.database import Database
from storage.enrolments import ENROLMENT
from storage.outbox import New, Passed, To
from storage.people import PERSON
from tests.storage.samples import MONDAY, address, sample, settle_down

TODAY = MONDAY.date()
STATES: dict[str, tuple[How, ...]] = {  # of a message, and what is so of whoever it is for
    "sent": ("arrived",),
    **dict.fromkeys(("failed", "dropped", "expired"), ("missed",)),
    **dict.fromkeys(("unknown", "waiting", "ready", "sending", "held"), ()),
}
WAITS = ("waiting", "ready", "sending", "held")
JOBS = ("Librarian", "librarian ", "Ąžuolas", "head", "")
PLACE = Own(country="LT", zone="Europe/Vilnius", language="lt", contact="Rūta")


class World:
    """Random people of a small tree, with what is known of each."""

    def __init__(self, tx: Connection, rng: Random) -> None:
        self.tx, self.rng = tx, rng
        self.town = settle_down(tx, sample())
        top = organisations.add_place(tx, "top", PLACE, "sector", None)
        left, right = (organisations.add_place(tx, name, Own(), "organisation", top) for name in ("l", "r"))
        unit = organisations.add_place(tx, "u", Own(), "unit", left)
        self.above = {top: {top}, left: {left, top}, right: {right, top}, unit: {unit, left, top}}
        self.told = [self._announcement(f"a{number}") for number in range(2)]
        self.houses = frozenset(self.above)
        self.traits = dict(self._person(each) for each in range(30))

    def _announcement(self, key: str) -> int:
        said = {"organisation": self.town.here, "texts": {"lt": "x"}, "mandatory": False, "not_after": MONDAY}
        announcements.add(self.tx, key=key, **said, at=MONDAY)  # type: ignore[arg-type]
        return announcements.by_key(self.tx, key).id

    def _person(self, number: int) -> tuple[int, Traits]:
        tx, rng, places = self.tx, self.rng, sorted(self.above)
        home, language, job = rng.choice(places), rng.choice(LANGUAGES), rng.choice(JOBS)
        person = roster.add(
            tx, organisation=home, name=f"P{number}", email=f"p{number}@x.example", language=language
        )
        away = rng.random() < 0.3
        leave = {"leave_from": str(TODAY), "leave_until": str(TODAY + timedelta(days=1))} if away else {}
        tx.execute(PERSON.update().where(PERSON.c.id == person).values(job=job, **leave))
        around = set(self.above[home])
        if rng.random() < 0.3:
            other = rng.choice([each for each in places if each != home])
            agreed = rng.random() < 0.5
            employments.add(tx, person, other, {"job": "elsewhere"}, MONDAY, agreed=agreed)
            around |= self.above[other] if agreed else set()
        last = MONDAY - timedelta(days=rng.choice([1, 10, 40, 100]))
        if did := rng.random() < 0.7:
            activity.note(tx, person, "answered", last)
        told, today = self._told(person, home)
        return person, Traits(
            frozenset(around),
            job,
            language,
            self._learns(person),
            last if did else None,
            told,
            away=away,
            told_today=today,
        )

    def _learns(self, person: int) -> dict[int, Where]:
        where = self.rng.choice([None, *WHERES[1:]])
        if where is None:
            return {}
        tx, programme = self.tx, self.town.programme
        new = enrolments.enrol(tx, person=person, programme=programme, version=self.town.version, at=MONDAY)
        state = where if where in ("paused", "finished") else "active"
        lesson = 1 if where == "under_way" else 0
        tx.execute(ENROLMENT.update().where(ENROLMENT.c.id == new).values(state=state, lesson=lesson))
        return {programme: where}

    def _told(self, person: int, home: int) -> tuple[dict[int, frozenset[How]], bool]:
        found, today = dict[int, frozenset[How]](), False
        place = address(self.tx, f"w{person}", person)
        for each in self.told:
            state = self.rng.choice(["", *STATES])
            if not state:
                continue
            by = self.rng.choice([home, self.town.here])  # that one is not asked
            day, to = self.rng.choice(["", str(TODAY)]), To(place, "web", person, by)
            new = New(to, Announcement(each), f"a:{each}:{person}", "announcement", Passed("now", day=day))
            number = outbox.add(self.tx, new._replace(announcement=each), MONDAY)
            self.tx.execute(outbox.OUTBOX.update().where(outbox.OUTBOX.c.id == number).values(state=state))
            says = self.rng.random() < 0.5 and confirmations.confirm(self.tx, each, person, MONDAY)
            if by == home:
                found[each] = frozenset[How](("told", *STATES[state], *(("confirmed",) if says else ())))
                today = today or bool(day) or state in WAITS
        return found, today

    def leaf(self) -> Leaf:
        """Something that can be asked of them."""
        rng = self.rng
        makes: dict[type[Leaf], Callable[[], Leaf]] = {
            At: lambda: At(rng.choice(sorted(self.above))),
            Works: lambda: Works(rng.choice(["LIBRARIAN", "ąžuolas", "nobody"])),
            Speaks: lambda: Speaks(rng.choice(LANGUAGES)),
            Learns: lambda: Learns(rng.choice([self.town.programme, 999]), rng.choice(WHERES)),
            Active: lambda: Active(rng.choice(DAYS)),
            Told: lambda: Told(rng.choice([*self.told, 999]), rng.choice(HOWS)),
            Away: Away,
            ToldToday: ToldToday,
        }
        assert set(makes) == set(get_args(Leaf))
        return makes[rng.choice(list(makes))]()

    def rule(self, depth: int = 3) -> Rule:
        """A rule of them, joined in any way."""
        how = self.rng.choice(["leaf", "all", "some", "not"]) if depth else "leaf"
        if how == "leaf":
            return self.leaf()
        if how == "not":
            return Not(self.rule(depth - 1))
        rules = tuple(self.rule(depth - 1) for _ in range(self.rng.randint(0, 3)))
        return All(rules) if how == "all" else Some(rules)


@pytest.mark.parametrize("seed", range(3))
async def test_the_store_finds_whom_the_rule_means(database: Database, seed: int) -> None:
    """Also after the rule was stored; of people of other places nothing is asked."""

    def play(tx: Connection) -> list[object]:
        world, wrong = World(tx, Random(seed)), list[object]()
        for _ in range(60):
            rule = aiming.load_rule(aiming.dump_rule(world.rule()))
            aim = aiming.aim(tx, rule, world.houses, MONDAY, TODAY)
            rows = select(PERSON.c.id).where(employments.of(world.houses), aiming.condition(rule, aim))
            found = set(tx.execute(rows).scalars())
            meant = {each for each, traits in world.traits.items() if meets(rule, traits, MONDAY)}
            wrong += [] if found == meant else [(rule, found ^ meant)]
        return wrong

    assert await database.write(play) == []
