"""Who there is: three countries with five sectors each, 300 organisations, and the people who joined in two years."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, islice
from random import Random
from typing import Final

from zinute.nation.names import LANDS, Land

YEAR: Final = timedelta(days=365.25)
SPAN: Final = 2 * YEAR  # since the first of them joined
_HEAD: Final = 6  # at least so many work at each
_SAME: Final = 0.7  # learn at the hour that is usual at their work


@dataclass(frozen=True, slots=True)
class Size:
    """What has to come out of the reports: so many people, and their hours of learning for each year that each was
    there. `hours` and `a_year` say together how long they have been there on average."""

    people: int
    organisations: int
    hours: int
    a_year: float


NATIONAL: Final = Size(10_000, 300, 127_000, 7.5)


@dataclass(frozen=True, slots=True)
class House:
    """An organisation, and how many people joined at it."""

    land: Land
    sector: str
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody. `zeal` is from 0 to 1: who has more of it does more, and is right more often."""

    house: int
    name: str
    email: str
    job: str
    hour: str
    channel: str
    joined_at: datetime
    zeal: float


def houses(size: Size, rng: Random) -> list[House]:
    """The organisations; most are small, a few are large."""
    most = max(len(land.towns) for land in LANDS)
    towns = (
        (land, land.towns[number]) for number in range(most) for land in LANDS if number < len(land.towns)
    )
    named = (
        (land, each, pattern.format(town)) for land, town in towns for each, pattern in land.houses.items()
    )
    places = list(islice(named, size.organisations))
    weights = [rng.lognormvariate(0, 0.9) for _ in places]
    spare, whole = size.people - _HEAD * len(places), sum(weights)
    ends = [round(spare * end / whole) for end in accumulate(weights)]
    counts = [end - begin + _HEAD for begin, end in zip([0, *ends[:-1]], ends, strict=True)]
    return [House(*place, count) for place, count in zip(places, counts, strict=True)]


def everybody(size: Size, found: Sequence[House], now: datetime, rng: Random) -> list[Human]:
    """All of them, house by house; together they have been there for `hours / a_year` years."""
    waits = [_waited(each, rng) for each in found]
    gone = [wait for one in waits for wait in one]
    wanted = len(gone) * SPAN - size.hours / size.a_year * YEAR
    scale = wanted / sum(gone, timedelta())
    people = list[Human]()
    for number, (house, mine) in enumerate(zip(found, waits, strict=True)):
        hour = _hour(rng)
        for wait in mine:
            joined = now - SPAN + min(wait * scale, SPAN - timedelta(days=3))
            where = (number, hour if rng.random() < _SAME else _hour(rng))
            people.append(_human(house, where, joined.replace(microsecond=0), len(people), rng))
    return people


def _waited(house: House, rng: Random) -> list[timedelta]:
    """How long after the first of all they joined: an organisation begins at once, with a few who come later."""
    began = SPAN * rng.betavariate(1, 9)
    return [
        began + (rng.random() * timedelta(days=21) if rng.random() < 0.8 else rng.random() * SPAN * 0.5)
        for _ in range(house.people)
    ]


def _hour(rng: Random) -> str:
    return rng.choice(("08:30", "09:00", "09:30", "10:00", "11:00", "13:00", "14:30", "15:00"))


def _human(house: House, where: tuple[int, str], joined_at: datetime, count: int, rng: Random) -> Human:
    """Somebody of the house with this number, who learns at this hour."""
    land, woman = house.land, rng.random() < 0.72
    first, surname = rng.choice(land.firsts[woman]), rng.choice(land.surnames)[woman]
    channel = rng.choices(("telegram", "web", "email"), (62, 28, 10))[0]
    email = f"{'.'.join(_letters(f'{first} {surname}'))}.{count}@{land.code.lower()}.example"
    job = rng.choice(land.jobs[house.sector])
    zeal = rng.betavariate(2.4, 1.6)
    return Human(where[0], f"{first} {surname}", email, job, where[1], channel, joined_at, zeal)


def _letters(name: str) -> Iterator[str]:
    """The words of a name as an address has them."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_OTHERS))
    yield from "".join(each for each in plain if each.isascii()).split()


_OTHERS: Final = str.maketrans({"ł": "l", "ø": "o", "æ": "ae"})
