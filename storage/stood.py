"""How several webinars stand for somebody: their seats, their waiting lists and their trainers, in three statements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, bindparam, func, literal_column, select

from domain.seating import SITTING, Pool
from storage.bulk import among, listed
from storage.hot import Prepared
from storage.people import called
from storage.registrations import REGISTRATION
from storage.webinars import WEBINAR

_MINE: Final = REGISTRATION.alias("mine")
_COUNTED = Prepared(
    lambda dialect: (
        select(
            REGISTRATION.c.webinar_id,
            REGISTRATION.c.pool_id,
            REGISTRATION.c.state,
            func.count(),
        )
        .where(
            among(dialect, REGISTRATION.c.webinar_id, "which"),
            REGISTRATION.c.state.in_([literal_column(f"'{each}'") for each in (*SITTING, "waiting")]),
        )
        .group_by(REGISTRATION.c.webinar_id, REGISTRATION.c.pool_id, REGISTRATION.c.state)
    )
)
_PLACES = Prepared(
    lambda dialect: (
        select(_MINE.c.webinar_id, func.count())
        .join(REGISTRATION, REGISTRATION.c.webinar_id == _MINE.c.webinar_id)
        .where(
            among(dialect, _MINE.c.webinar_id, "which"),
            _MINE.c.person_id == bindparam("who"),
            _MINE.c.state == "waiting",
            REGISTRATION.c.state == "waiting",
            REGISTRATION.c.arrival <= _MINE.c.arrival,
        )
        .group_by(_MINE.c.webinar_id)
    )
)
_TRAINERS = Prepared(
    lambda dialect: select(WEBINAR.c.id, called(WEBINAR.c.trainer_id)).where(
        among(dialect, WEBINAR.c.id, "which")
    )
)


@dataclass(slots=True)
class Stood:
    """A webinar as it stands: seats that are taken by each pool, how many wait, at which place of these the person does
    (0: they do not wait), and what its trainer is called ("": nobody is named)."""

    trainer: str = ""
    waiting: int = 0
    place: int = 0
    taken: dict[Pool, int] = field(default_factory=dict)


def stood(tx: Connection, webinars: Collection[int], person: int) -> Mapping[int, Stood]:
    """Each of these webinars as it stands for the person."""
    which, found = listed(tx, webinars), {each: Stood() for each in webinars}
    for webinar, pool, state, many in _COUNTED.rows(tx, which=which):
        if state == "waiting":
            found[webinar].waiting += many
        else:
            found[webinar].taken[pool] = found[webinar].taken.get(pool, 0) + many
    for webinar, place in _PLACES.rows(tx, which=which, who=person):
        found[webinar].place = place
    for webinar, name in _TRAINERS.rows(tx, which=which):
        found[webinar].trainer = name
    return found
