"""Whose kept seats those who are registered may take, by where they are at home; and who waits for approval."""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import Connection, func, select, update

from domain.seating import SITTING, Pool, Standing
from storage.bulk import one_of
from storage.people import PERSON
from storage.registrations import COLUMNS, REGISTRATION, Registration

_ACTIVE: Final[tuple[Standing, ...]] = (*SITTING, "waiting", "asked")


def places(tx: Connection, webinar: int) -> dict[int, int]:
    """Where those who sit, wait or want to are at home, and how many of each place sit."""
    sits = func.count().filter(REGISTRATION.c.state.in_(SITTING))
    rows = select(PERSON.c.organisation_id, sits)
    rows = rows.join_from(REGISTRATION, PERSON, PERSON.c.id == REGISTRATION.c.person_id)
    mine = (REGISTRATION.c.webinar_id == webinar, REGISTRATION.c.state.in_(_ACTIVE))
    return {row[0]: row[1] for row in tx.execute(rows.where(*mine).group_by(PERSON.c.organisation_id))}


def put(tx: Connection, webinar: int, pools: Mapping[int, Pool]) -> None:
    """The people of each place may take these from now on: one statement for each pool, however many they are."""
    for pool in dict.fromkeys(pools.values()):
        at = [place for place, theirs in pools.items() if theirs == pool]
        whose = select(PERSON.c.id).where(one_of(PERSON.c.organisation_id, at))
        here = (REGISTRATION.c.webinar_id == webinar, REGISTRATION.c.person_id.in_(whose))
        tx.execute(update(REGISTRATION).where(*here).values(pool_id=pool))


def asking(tx: Connection, webinar: int, those: Collection[int] | None = None) -> list[Registration]:
    """Who waits for approval, of these registrations (None: of all), in the order in which they came."""
    rows = select(*COLUMNS).where(REGISTRATION.c.webinar_id == webinar, REGISTRATION.c.state == "asked")
    if those is not None:
        rows = rows.where(one_of(REGISTRATION.c.id, those))
    return [Registration(*row) for row in tx.execute(rows.order_by(REGISTRATION.c.arrival))]


def let_in(tx: Connection, webinar: int) -> None:
    """Nobody waits for approval any more: they wait for seats, in the order in which they came."""
    here = (REGISTRATION.c.webinar_id == webinar, REGISTRATION.c.state == "asked")
    tx.execute(update(REGISTRATION).where(*here).values(state="waiting"))


def of_pool(pools: Mapping[int, Pool], sitting: Mapping[int, int]) -> dict[Pool, int]:
    """How many sit of each pool, by how many of each place do."""
    found = dict[Pool, int]()
    for place, many in sitting.items():
        found[pools[place]] = found.get(pools[place], 0) + many
    return found
