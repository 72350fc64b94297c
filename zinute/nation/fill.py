"""Fills an empty store with a nation, the same one at each time that it is filled on the same day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from domain.catalogue import suits
from domain.organisation import Organisation
from domain.person import Person
from domain.rights import Role
from domain.tree import Own
from storage import filling, organisations, people, programmes
from storage.activity import ACTIVITY
from storage.addresses import ADDRESS
from storage.answers import ANSWER
from storage.certificates import CERTIFICATE, COUNT
from storage.database import Connection
from storage.enrolments import ENROLMENT
from storage.filling import Rows
from storage.people import PERSON
from storage.registrations import REGISTRATION
from storage.sittings import SITTING
from storage.steps import STEP
from storage.studies import LESSON_DONE
from zinute.nation.learning import Learner, Learning, Taught
from zinute.nation.names import LANDS, Land
from zinute.nation.people import NATIONAL, YEAR, House, Human, Size, everybody, houses
from zinute.nation.sessions import Attending, planned

SEED: Final = 1918
_TOLD: Final = 500  # people
_ORDER: Final = (
    *(PERSON, ADDRESS, ENROLMENT, STEP, ANSWER, LESSON_DONE, SITTING),
    *(ACTIVITY, CERTIFICATE, COUNT, REGISTRATION),
)
_HEAD: Final[tuple[Role, ...]] = ("coordinator", "administrator")


@dataclass(frozen=True, slots=True)
class Nation:
    """What is in the store now: what reports have to find. `heads` are somebody who looks after each country."""

    people: int
    organisations: int
    lesson_seconds: int
    session_minutes: int
    years: float
    heads: Mapping[str, int]

    @property
    def hours(self) -> float:
        """Of learning, by all of them."""
        return self.lesson_seconds / 3600 + self.session_minutes / 60


def fill(tx: Connection, now: datetime, tell: Callable[[int], None], size: Size = NATIONAL) -> Nation:
    """Everything, in one transaction; `tell` hears how many people are done."""
    rng = Random(SEED)  # noqa: S311 (plausible, and the same each time)
    found = houses(size, rng)
    humans = everybody(size, found, now, rng)
    roots, places = _places(tx, found)
    known = organisations.some(tx, places)
    learners = [
        _learner(number, each, found[each.house].land, known[places[each.house]])
        for number, each in enumerate(humans, 1)
    ]
    rows = Rows(tx, _ORDER)
    _let_learn(tx, rows, list(zip(humans, learners, strict=True)), now, tell)
    spent = sum(each.seconds for each in learners)
    attending = Attending(rows, planned(tx, roots, LANDS, now, rng), now)
    meeting = [
        (each, found[each.house].land, learner) for each, learner in zip(humans, learners, strict=True)
    ]
    rng.shuffle(meeting)
    sat = _let_meet(attending, meeting, now, size.hours * 60 - spent / 60)
    rows.write()
    filling.arrived(tx, attending.arrivals)
    filling.count_on(tx, PERSON, ENROLMENT)
    years = sum((_years(now, each) for each in humans), 0.0)
    return Nation(len(humans), len(found), spent, sat, years, _heads(tx, found, humans, roots, places))


def _let_learn(
    tx: Connection,
    rows: Rows,
    learners: Sequence[tuple[Human, Learner]],
    now: datetime,
    tell: Callable[[int], None],
) -> None:
    """All their lessons, and the certificates they got for them."""
    taught = [Taught(*pair, programmes.version(tx, pair[1])) for pair in programmes.newest(tx).items()]
    learning = Learning(rows, now)
    for count, (human, learner) in enumerate(learners, 1):
        _join(rows, learner.person, human)
        _learn(learning, learner, human, taught, now)
        rows.write_many()
        if count % _TOLD == 0:
            tell(count)
    for year, count in learning.papers.items():
        rows.add(COUNT, {"year": year, "count": count})


def _let_meet(
    attending: Attending, meeting: Sequence[tuple[Human, Land, Learner]], now: datetime, minutes: float
) -> int:
    """They come to sessions for so many minutes in all, each for as long as they have been there; how many it were."""
    years, sat = sum(_years(now, human) for human, _, _ in meeting), 0
    for human, land, learner in meeting:
        fair = (minutes - sat) * _years(now, human) / years * (0.55 + 0.75 * human.zeal)
        years -= _years(now, human)
        sat += attending.go(
            learner.person.id, land, human.joined_at, fair if years > 0 else minutes - sat, learner.rng
        )
    return sat


def _years(now: datetime, human: Human) -> float:
    """How long they have been there."""
    return (now - human.joined_at) / YEAR


def _places(tx: Connection, found: Sequence[House]) -> tuple[dict[str, int], list[int]]:
    """The ids of the countries, and of each organisation in its order."""
    roots, sectors, places = dict[str, int](), dict[tuple[str, str], int](), list[int]()
    for land in LANDS:
        own = Own(land.code, land.zone, land.language, f"{land.name}, info@{land.code.lower()}.example")
        roots[land.code] = organisations.add_place(tx, land.name, own, "country")
        for sector, name in land.sectors.items():
            above = roots[land.code]
            sectors[land.code, sector] = organisations.add_place(
                tx, name, Own(sector=sector), "sector", above
            )
    for house in found:
        above = sectors[house.land.code, house.sector]
        places.append(organisations.add_place(tx, house.name, Own(), "organisation", above))
    return roots, places


def _learner(number: int, human: Human, land: Land, place: Organisation) -> Learner:
    hour = time.fromisoformat(human.hour)
    person = Person(
        number, place, human.name, land.language, hour, consented_at=human.joined_at, job=human.job
    )
    return Learner(person, human.zeal, Random(f"{SEED}:{number}"))  # noqa: S311


def _join(rows: Rows, person: Person, human: Human) -> None:
    rows.add(
        PERSON,
        {
            "id": person.id,
            "organisation_id": person.organisation.id,
            "name": person.name,
            "email": human.email,
            "language": person.language,
            "hour": human.hour,
            "days": "12345",
            "consented_at": human.joined_at,
            "job": human.job,
            "reviews": False,
        },
    )
    rows.add(
        ADDRESS,
        {
            "channel": human.channel,
            "key": human.email if human.channel == "email" else f"nation:{person.id}",
            "person_id": person.id,
            "agreed_name": True,
            "language": person.language,
            "offers": "[]",
            "reachable": person.id % 40 != 0,
            "created_at": human.joined_at,
            "bound_at": human.joined_at,
        },
    )
    rows.add(
        ACTIVITY,
        {
            "person_id": person.id,
            "organisation_id": person.organisation.id,
            "what": "joined",
            "details": f'{{"channel":"{human.channel}"}}',
            "at": human.joined_at,
        },
    )


def _learn(
    learning: Learning, learner: Learner, human: Human, taught: Sequence[Taught], now: datetime
) -> None:
    """Programmes one after another, those for their work first."""
    person = learner.person
    spoken = (
        each for each in taught if any(text.language == person.language for text in each.programme.texts)
    )
    wanted = sorted(spoken, key=lambda each: (-_suits(each, person), learner.rng.random()))
    many = 1 + int(human.zeal * _years(now, human) * 2.2)
    at = human.joined_at + timedelta(days=1)
    for each in wanted[:many]:
        learning.enrol(learner, each, at)
        at += timedelta(days=20 + learner.rng.expovariate(1 / 70))
        if at >= now - timedelta(days=1):
            return


def _suits(taught: Taught, person: Person) -> int:
    return suits(taught.programme.rules, job=person.job, sector=person.organisation.sector)


def _heads(
    tx: Connection,
    found: Sequence[House],
    humans: Iterable[Human],
    roots: Mapping[str, int],
    places: Sequence[int],
) -> dict[str, int]:
    """The first at each organisation looks after it; of the first organisation of a country, after all of it."""
    heads, seen = dict[str, int](), set[int]()
    for number, human in enumerate(humans, 1):
        if human.house in seen:
            continue
        seen.add(human.house)
        land = found[human.house].land.code
        where = places[human.house] if land in heads else roots[land]
        heads.setdefault(land, number)
        for role in _HEAD:
            people.grant(tx, number, where, role)
    return heads
