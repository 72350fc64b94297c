"""Who attended a webinar: as somebody says by hand, by reports of its meeting, by its word and at its door."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Update, and_, case, func, or_, select, text, update

from domain.organisation import Scope
from domain.presence import By
from domain.webinar import AFTER
from storage.bulk import Bulk, Given
from storage.people import PERSON
from storage.registrations import REGISTRATION
from storage.scoping import people as seen

_SITS: Final = REGISTRATION.c.state == "seated"
_NOBODYS: Final[tuple[By, ...]] = ("", "report")  # what a later report may say otherwise


def _by_report(_: str, given: Given) -> Update:
    """So many minutes; and where nobody said otherwise and it is new, whether that is enough."""
    other = or_(REGISTRATION.c.attended.is_(None), REGISTRATION.c.attended != given["came"])
    new = and_(or_(*(REGISTRATION.c.seen_by == how for how in _NOBODYS)), other)
    said = {"attended": given["came"], "seen_by": "report", "rung": AFTER, "remind_at": given["then"]}
    return (
        update(REGISTRATION)
        .where(REGISTRATION.c.webinar_id == given["where"], REGISTRATION.c.person_id == given["who"], _SITS)
        .values(
            minutes=given["long"],
            **{name: case((new, value), else_=REGISTRATION.c[name]) for name, value in said.items()},
        )
    )


_WERE_THERE: Final = Bulk(
    {
        "where": REGISTRATION.c.webinar_id.type,
        "who": REGISTRATION.c.person_id.type,
        "long": REGISTRATION.c.minutes.type,
        "came": REGISTRATION.c.attended.type,
        "then": REGISTRATION.c.remind_at.type,
    },
    _by_report,
)


def attend(tx: Connection, webinar: int, who: tuple[Collection[int], Collection[int]], at: datetime) -> None:
    """`who`: these were there, of these (by the numbers of their registrations) who sat; each will be told a word about
    it then. Of whom it was said otherwise until now, it is said by hand, and stays so."""
    there, among = who
    came = case((REGISTRATION.c.id.in_(sorted(there)), text("true")), else_=text("false"))
    said = case((REGISTRATION.c.attended.is_not_distinct_from(came), REGISTRATION.c.seen_by), else_="hand")
    here = (REGISTRATION.c.webinar_id == webinar, _SITS, REGISTRATION.c.id.in_(sorted(among)))
    tx.execute(
        update(REGISTRATION).where(*here).values(attended=came, seen_by=said, rung=AFTER, remind_at=at)
    )


def were_there(tx: Connection, webinar: int, minutes: Mapping[int, tuple[int, bool]], at: datetime) -> None:
    """By reports of the meeting these people, of those who sat, were there for so many minutes, which is enough or not;
    of whom it is not known otherwise, that is so. Whoever was not told a word yet will be then."""
    rows = (
        {"where": webinar, "who": who, "long": long, "came": came, "then": at}
        for who, (long, came) in minutes.items()
    )
    _WERE_THERE.run(tx, list(rows))


def were_absent(tx: Connection, webinar: int, at: datetime) -> None:
    """Of those who sat, whoever nobody has said anything of was not there."""
    here = (REGISTRATION.c.webinar_id == webinar, _SITS, REGISTRATION.c.attended.is_(None))
    said = {"attended": False, "seen_by": "report", "rung": AFTER, "remind_at": at}
    tx.execute(update(REGISTRATION).where(*here).values(**said))


def said(tx: Connection, registration: int, at: datetime, *, by: By) -> bool:
    """They wrote the word, or the code, that was shown there; what was said by hand stays. Whether they are known to
    have been there."""
    mine = (REGISTRATION.c.id == registration, _SITS)
    told = {"attended": True, "seen_by": by, "rung": AFTER, "remind_at": at}
    tx.execute(update(REGISTRATION).where(*mine, REGISTRATION.c.seen_by != "hand").values(**told))
    there = select(REGISTRATION.c.id).where(*mine, REGISTRATION.c.attended.is_(True))
    return tx.execute(there).first() is not None


def forget(tx: Connection, webinar: int) -> None:
    """It is held at another time: nobody has been there yet."""
    here = (REGISTRATION.c.webinar_id == webinar, REGISTRATION.c.attended.is_not(None))
    tx.execute(update(REGISTRATION).where(*here).values(attended=None, seen_by=""))


def there(tx: Connection, webinar: int) -> int:
    """How many are known to have been there."""
    came = (REGISTRATION.c.webinar_id == webinar, _SITS, REGISTRATION.c.attended.is_(True))
    return int(tx.execute(select(func.count()).where(*came)).scalar_one())


def present(tx: Connection, scope: Scope, webinar: int) -> tuple[int, int]:
    """How many of the scope's people are known to be there, and how many have a seat."""
    here = (REGISTRATION.c.webinar_id == webinar, _SITS, seen(scope))
    there = func.count().filter(REGISTRATION.c.attended.is_(True))
    rows = select(there, func.count()).join_from(
        REGISTRATION, PERSON, PERSON.c.id == REGISTRATION.c.person_id
    )
    found = tx.execute(rows.where(*here)).one()
    return int(found[0]), int(found[1])


def tried(tx: Connection, person: int, webinars: Collection[int], most: int) -> None:
    """They wrote a word that is of none of these; so many are counted at `most`."""
    mine = (REGISTRATION.c.person_id == person, REGISTRATION.c.webinar_id.in_(sorted(webinars)))
    few = REGISTRATION.c.tries < most
    tx.execute(update(REGISTRATION).where(*mine, few).values(tries=REGISTRATION.c.tries + 1))
