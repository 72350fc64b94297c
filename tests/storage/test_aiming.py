"""What the store finds for a rule is what the rule says, of random people."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import get_args

import pytest
from sqlalchemy import Connection, select

from domain.audience import (
    DAYS,
    ENDS,
    HOWS,
    SEATS,
    WHERES,
    Active,
    All,
    At,
    Away,
    Ends,
    How,
    Leads,
    Leaf,
    Learns,
    Not,
    Rule,
    Seat,
    Sits,
    Some,
    Speaks,
    Tagged,
    Told,
    ToldToday,
    Traits,
    Where,
    Works,
    meets,
)
from domain.certificate import Certificate
from domain.language import LANGUAGES, Language
from domain.message import Announcement
from domain.organisation import Scope
from domain.tree import Own
from domain.webinar import Webinar, Words
from storage import (
    activity,
    aiming,
    announcements,
    certificates,
    confirmations,
    employments,
    enrolments,
    organisations,
    outbox,
    webinars,
)
from storage import people as roster
from storage.certificates import Round
from storage.database import Database
from storage.enrolments import ENROLMENT
from storage.outbox import New, Passed, To
from storage.people import PERSON
from storage.registrations import REGISTRATION
from tests.storage.samples import MONDAY, address, sample, settle_down

TODAY = MONDAY.date()
STATES: dict[str, tuple[How, ...]] = {  # of a message, and what is so of whoever it is for
    "sent": ("arrived",),
    **dict.fromkeys(("failed", "dropped", "expired"), ("missed",)),
    **dict.fromkeys(("unknown", "waiting", "ready", "sending", "held"), ()),
}
WAITS = ("waiting", "ready", "sending", "held")
TAGS = ((), ("drivers",), ("Drivers", "first  aid"), ("First aid", "night"))
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
        self.held = [self._webinar(each) for each in (top, unit)]
        self.foreign = self._webinar(self.town.here)
        self.traits = dict(self._person(each) for each in range(30))

    def _announcement(self, key: str) -> int:
        said = {
            "organisation": min(self.above),
            "texts": {"lt": "x"},
            "mandatory": False,
            "not_after": MONDAY,
        }
        announcements.add(self.tx, key=key, **said, at=MONDAY)  # type: ignore[arg-type]
        return announcements.by_key(self.tx, key).id

    def _webinar(self, place: int) -> int:
        texts: dict[Language, Words] = {"lt": Words("W")}
        return webinars.add(self.tx, Webinar(0, place, texts, MONDAY, 60, "Europe/Vilnius", 99), MONDAY)

    def _person(self, number: int) -> tuple[int, Traits]:
        tx, rng, places = self.tx, self.rng, sorted(self.above)
        home, language, job = rng.choice(places), rng.choice(LANGUAGES), rng.choice(JOBS)
        tags = rng.choice(TAGS)
        person = roster.add(
            tx, organisation=home, name=f"P{number}", email=f"p{number}@x.example", language=language
        )
        away = rng.random() < 0.3
        leave = {"leave_from": str(TODAY), "leave_until": str(TODAY + timedelta(days=1))} if away else {}
        tx.execute(
            PERSON.update().where(PERSON.c.id == person).values(job=job, tags=", ".join(tags), **leave)
        )
        around = set(self.above[home])
        if rng.random() < 0.3:
            other = rng.choice([each for each in places if each != home])
            agreed = rng.random() < 0.5
            employments.add(tx, person, other, {"job": "elsewhere", "tags": "further"}, MONDAY, agreed=agreed)
            around |= self.above[other] if agreed else set()
        last = MONDAY - timedelta(days=rng.choice([1, 10, 40, 100]))
        if did := rng.random() < 0.7:
            activity.note(tx, person, "answered", last)
        told, today = self._told(person, home)
        role = rng.choice(["", "", "coordinator", "administrator", "trainer"])
        if role:
            roster.grant(tx, person, home, role)
        return person, Traits(
            frozenset(around),
            job,
            language,
            self._learns(person),
            last if did else None,
            told,
            away=away,
            told_today=today,
            tags=frozenset(tags),
            sits=self._sits(person),
            ends=self._ends(person, home),
            leads=role in ("coordinator", "administrator"),
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

    def _sits(self, person: int) -> dict[int, frozenset[Seat]]:
        """Also for a webinar of a place that is not asked."""
        found = dict[int, frozenset[Seat]]()
        for each in (*self.held, self.foreign):
            state = self.rng.choice(["", "seated", "offered", "waiting", "gone"])
            if not state:
                continue
            came = self.rng.choice([None, True, False]) if state == "seated" else None
            seed, row = f"{each}-{person}", {"person_id": person, "webinar_id": each, "state": state}
            row |= {"arrival": person, "registered_at": MONDAY, "seed": seed, "rung": 0, "attended": came}
            self.tx.execute(REGISTRATION.insert().values(**row))
            sits = {"seated": ("registered",), "offered": ("registered",), "waiting": ("waiting",)}
            was = () if came is None else ("attended",) if came else ("absent",)
            if each != self.foreign:
                found[each] = frozenset[Seat]((*sits.get(state, ()), *was))
        return found

    def _ends(self, person: int, home: int) -> frozenset[int]:
        """Rounds of one enrolment, the last one of which counts, if it was given here and not revoked."""
        rng, tx = self.rng, self.tx
        study = tx.execute(select(ENROLMENT.c.id).where(ENROLMENT.c.person_id == person)).scalar()
        if study is None:
            return frozenset()
        last: int | None = None
        for number in range(rng.randint(0, 3)):
            by, left = rng.choice([home, home, self.town.here]), rng.choice([None, -1, 0, 7, 20, 45, 90, 91])
            revoked = rng.random() < 0.3
            begun = MONDAY - timedelta(days=400 - number)
            key, until = f"{person}-{number}", None if left is None else TODAY + timedelta(days=left)
            paper = Certificate(key, key, "", "", "", "lt", 0, TODAY, until, TODAY if revoked else None)
            certificates.add(tx, paper, Round(study, begun, person, by, self.town.version), None)
            if by == home and not revoked:
                last = left
        return frozenset() if last is None or last < 0 else frozenset({last})

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
            Tagged: lambda: Tagged(rng.choice(["DRIVERS", "first aid", "further", "nobody"])),
            Sits: lambda: Sits(rng.choice([*self.held, self.foreign, 999]), rng.choice(SEATS)),
            Ends: lambda: Ends(rng.choice(ENDS)),
            Told: lambda: Told(rng.choice([*self.told, 999]), rng.choice(HOWS)),
            Away: Away,
            ToldToday: ToldToday,
            Leads: Leads,
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
    """Also after the rule was stored, and asked behind the wall; of people of other places nothing is asked."""
    world = await database.write(lambda tx: World(tx, Random(seed)))
    rules = [aiming.load_rule(aiming.dump_rule(world.rule())) for _ in range(60)]
    meant = [{each for each, who in world.traits.items() if meets(rule, who, MONDAY)} for rule in rules]

    def found(tx: Connection) -> list[set[int]]:
        aims = [(rule, aiming.aim(tx, rule, world.houses, MONDAY, TODAY)) for rule in rules]
        asked = (
            select(PERSON.c.id).where(employments.of(world.houses), aiming.condition(*each)) for each in aims
        )
        return [set(tx.execute(rows).scalars()) for rows in asked]

    mine = Scope(min(world.traits), world.houses, frozenset({"see", "act"}))
    for store in (database, database.within(mine)):
        wrong = [
            each for each in zip(rules, await store.read(found), meant, strict=True) if each[1] != each[2]
        ]
        assert wrong == []


async def test_who_has_left_a_place_and_works_at_another_is_not_told_as_one_of_the_first(
    database: Database,
) -> None:
    def settled(tx: Connection) -> tuple[int, int, set[int]]:
        town = settle_down(tx)
        top = organisations.add_place(tx, "top", PLACE, "sector", None)
        one, two = (organisations.add_place(tx, name, Own(), "organisation", top) for name in ("one", "two"))
        for where, left in ((one, TODAY.isoformat()), (two, "")):
            employments.add(tx, town.kari, where, {"left_on": left}, MONDAY, agreed=True)
        leaves = {"left_on": (TODAY + timedelta(days=1)).isoformat()}
        employments.add(tx, town.ben, one, leaves, MONDAY, agreed=True)
        return one, town.ben, {top, one, two}

    one, stays, houses = await database.write(settled)

    def found(tx: Connection, rule: Rule) -> list[int]:
        asked = aiming.condition(rule, aiming.aim(tx, rule, houses, MONDAY, TODAY))
        return list(tx.execute(select(PERSON.c.id).where(employments.of(houses), asked)).scalars())

    assert await database.read(lambda tx: found(tx, At(one))) == [stays]
