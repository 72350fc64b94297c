"""Who works where: at a main organisation, and perhaps at further ones. The one place that says who belongs to whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Index,
    Select,
    UniqueConstraint,
    and_,
    case,
    delete,
    exists,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Field, SQLModel

from domain.employment import Work
from domain.person import Person
from storage.addresses import ADDRESS
from storage.bulk import one_of
from storage.organisations import ORGANISATION, allowed
from storage.people import PERSON, ROLE
from storage.table import EMPTY, core

_TELL = text("tell_at IS NOT NULL")


class EmploymentRow(SQLModel, table=True):
    """A further place where a person works, besides the one of their own row: there as what (`job`), by which number
    of that employer, since when and until when (ISO dates; "": nobody said), and with which labels (`tags`).

    It holds from `agreed_at` on; before, the person is asked, and the organisation sees nothing of them.
    `declined_at`: they said that they do not work there. `tell_at`: when the chat tells them, or asks (NULL: it did, or
    need not). No number is ever another's: it stands under old buttons.
    """

    __tablename__ = "employment"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        Index("employment_place", "organisation_id", "person_id"),
        Index("employment_tell", "tell_at", sqlite_where=_TELL, postgresql_where=_TELL),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    job: str = Field(default="", sa_column_kwargs=EMPTY)
    number: str = Field(default="", sa_column_kwargs=EMPTY)
    hired_on: str = Field(default="", sa_column_kwargs=EMPTY)
    left_on: str = Field(default="", sa_column_kwargs=EMPTY)
    asked_at: datetime
    agreed_at: datetime | None = None
    declined_at: datetime | None = None
    tell_at: datetime | None = None
    tags: str = Field(default="", sa_column_kwargs=EMPTY)


EMPLOYMENT: Final = core(EmploymentRow)
WORDS: Final = ("job", "number", "hired_on", "left_on", "tags")
_FURTHER: Final = EMPLOYMENT.alias("further")  # in conditions, which stand in any query
_AGREED: Final = EMPLOYMENT.c.agreed_at.is_not(None)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Employment:
    """A further employment; the words as in the table."""

    id: int
    person: int
    place: int
    job: str
    number: str
    hired_on: str
    left_on: str
    tags: str
    agreed_at: datetime | None
    declined_at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether the person agreed to it, or it was theirs at once."""
        return self.agreed_at is not None


@dataclass(frozen=True, slots=True)
class Job:
    """What an organisation says of somebody's work there; the words as in the table."""

    place: int
    job: str
    number: str
    hired_on: str
    left_on: str
    tags: str


def of(places: Collection[int], person: Any = PERSON) -> ColumnElement[bool]:
    """Whether somebody (a row of PERSON, or of an alias of it) belongs to one of these places, by the main employment
    or a further one, also if they have left there."""
    here = _here(places)
    return or_(person.c.organisation_id.in_(here), _one_of(person.c.id, _people(here)))


def working(places: Collection[int]) -> ColumnElement[bool]:
    """The same for those of whom it is not said that they leave."""
    here = _here(places)
    main = and_(PERSON.c.organisation_id.in_(here), PERSON.c.left_on == literal_column("''"))
    stays = _FURTHER.c.left_on == literal_column("''")
    return or_(main, _one_of(PERSON.c.id, _people(here).where(stays)))


def place(places: Collection[int]) -> ColumnElement[int]:
    """At which of these places somebody of them works."""
    found: ColumnElement[int] = _seen(_here(places), PERSON.c.organisation_id, _FURTHER.c.organisation_id)
    return found


def addressed(places: Collection[int], day: str) -> ColumnElement[bool]:
    """Whether these places may write to somebody on a day (ISO): the main one, and further ones that they work at."""
    here = _here(places)
    stays = or_(_FURTHER.c.left_on == literal_column("''"), _FURTHER.c.left_on > day)
    return or_(PERSON.c.organisation_id.in_(here), _one_of(PERSON.c.id, _people(here).where(stays)))


def word(places: Collection[int], name: str) -> ColumnElement[str]:
    """What these places say of somebody of them: one of WORDS, of the employment there."""
    found: ColumnElement[str] = _seen(_here(places), PERSON.c[name], _FURTHER.c[name]).label(name)
    return found


class _Among(FunctionElement[bool]):
    """Whether a number is one of those that a query finds. PostgreSQL takes no index for `OR x IN (SELECT ...)`, and
    one for each side where the numbers are an array that it looks up once."""

    type = Boolean()
    name = "among"
    inherit_cache = True

    def self_group(self, *_: Any, **__: Any) -> Any:
        """As it is: `AND`, `OR` and `NOT` bind less, and `= 1` behind it would hide the index from SQLite."""
        return self


@compiles(_Among)
def _among(element: Any, compiler: Any, **how: Any) -> str:
    number, found = (compiler.process(each, **how) for each in element.clauses)
    return f"{number} IN {found}"


@compiles(_Among, "postgresql")
def _among_array(element: Any, compiler: Any, **how: Any) -> str:
    number, found = (compiler.process(each, **how) for each in element.clauses)
    return f"{number} = ANY (ARRAY{found})"


def _one_of(number: Any, found: Select[int]) -> ColumnElement[bool]:
    return _Among(number, found.scalar_subquery())


def _here(places: Collection[int]) -> list[int]:
    return sorted(places)


def _people(here: Sequence[int]) -> Select[int]:
    return select(_FURTHER.c.person_id).where(
        _FURTHER.c.organisation_id.in_(here), _FURTHER.c.agreed_at.is_not(None)
    )


def _seen(here: Sequence[int], main: Any, further: Any) -> Any:
    """The value of the main employment where that is one of these, else of the newest further one there."""
    theirs = select(further).where(
        _FURTHER.c.person_id == PERSON.c.id,
        _FURTHER.c.organisation_id.in_(here),
        _FURTHER.c.agreed_at.is_not(None),
    )
    newest = theirs.order_by(_FURTHER.c.left_on != "", _FURTHER.c.id.desc()).limit(1)
    return case((PERSON.c.organisation_id.in_(here), main), else_=newest.correlate(PERSON).scalar_subquery())


def of_person(tx: Connection, person: int) -> list[Employment]:
    """The further employments of somebody, also those that they were only asked about, the oldest first."""
    return _found(tx, EMPLOYMENT.c.person_id == person)


def of_people(tx: Connection, people: Collection[int]) -> dict[int, list[Employment]]:
    """The same of many, by the person."""
    found = defaultdict[int, list[Employment]](list)
    for each in _found(tx, one_of(EMPLOYMENT.c.person_id, people)):
        found[each.person].append(each)
    return found


def at(tx: Connection, places: Collection[int]) -> dict[int, list[Employment]]:
    """Those at these places that hold, by the person."""
    found = defaultdict[int, list[Employment]](list)
    for each in _found(tx, EMPLOYMENT.c.organisation_id.in_(sorted(places)), _AGREED):
        found[each.person].append(each)
    return found


def jobs(tx: Connection, people: Collection[int], places: Collection[int]) -> dict[int, list[Job]]:
    """What these places say of the work of these people there, by the person: the main one first, then whoever still
    works there, the newest first."""
    here, found = _here(places), defaultdict[int, list[Job]](list)
    main = select(PERSON.c.id, PERSON.c.organisation_id, *(PERSON.c[name] for name in WORDS))
    main = main.where(one_of(PERSON.c.id, people), PERSON.c.organisation_id.in_(here))
    further = select(*(EMPLOYMENT.c[name] for name in ("person_id", "organisation_id", *WORDS)))
    further = further.where(one_of(EMPLOYMENT.c.person_id, people), EMPLOYMENT.c.organisation_id.in_(here))
    newest = (EMPLOYMENT.c.left_on != "", EMPLOYMENT.c.id.desc())
    for rows in (main, further.where(_AGREED).order_by(*newest)):
        for person, *said in tx.execute(rows):
            found[person].append(Job(*said))
    return found


def works(tx: Connection, people: Collection[int]) -> dict[int, list[Work]]:
    """Where these people work now besides their main organisation."""
    rows = select(EMPLOYMENT.c.person_id, *(EMPLOYMENT.c[name] for name in _WORK)).where(
        EMPLOYMENT.c.person_id.in_(sorted(people)), _AGREED, EMPLOYMENT.c.left_on == ""
    )
    found = defaultdict[int, list[Work]](list)
    for person, where, job, hired_on, number in tx.execute(rows.order_by(EMPLOYMENT.c.id)):
        found[person].append(Work(where, job, _day(hired_on), number))
    return found


def places(tx: Connection, person: Person) -> list[int]:
    """Where somebody works now, the main organisation first."""
    return [person.organisation.id, *(each.place for each in works(tx, [person.id]).get(person.id, ()))]


def get(tx: Connection, employment: int) -> Employment | None:
    """This one."""
    return next(iter(_found(tx, EMPLOYMENT.c.id == employment)), None)


def add(
    tx: Connection, person: int, where: int, words: Mapping[str, str], at: datetime, *, agreed: bool
) -> int:
    """The id of a new one. Without `agreed` it does not hold before the person says so."""
    said = {name: words.get(name, "") for name in WORDS}
    values = {"person_id": person, "organisation_id": where, "asked_at": at, "tell_at": at}
    row = insert(EMPLOYMENT).values(**values, **said, agreed_at=at if agreed else None)
    return int(tx.execute(row.returning(EMPLOYMENT.c.id)).scalar_one())


def change(tx: Connection, employment: int, where: int, words: Mapping[str, str]) -> None:
    """This is how it stands from now on."""
    values = {name: word for name, word in words.items() if name in WORDS}
    one = update(EMPLOYMENT).where(EMPLOYMENT.c.id == employment)
    tx.execute(one.values(organisation_id=where, **values))


def agree(tx: Connection, employment: int, at: datetime) -> None:
    """It holds from now on."""
    one = update(EMPLOYMENT).where(EMPLOYMENT.c.id == employment)
    tx.execute(one.values(agreed_at=at, declined_at=None))


def decline(tx: Connection, employment: int, at: datetime) -> None:
    """The person does not work there: it does not hold, and its organisation sees nothing of them."""
    one = update(EMPLOYMENT).where(EMPLOYMENT.c.id == employment)
    tx.execute(one.values(agreed_at=None, declined_at=at, tell_at=None))


def remove(tx: Connection, employment: int) -> None:
    """It never was."""
    tx.execute(delete(EMPLOYMENT).where(EMPLOYMENT.c.id == employment))


def leaving(tx: Connection, now: datetime, among: Collection[int] | None = None) -> list[int]:
    """The people who may have left their main organisation by now, wherever that is, and may still work at a further
    one; all, or those `among` these."""
    yesterday, tomorrow = ((now + days).date().isoformat() for days in (-_DAY, _DAY))
    rows = select(PERSON.c.id).join(EMPLOYMENT, EMPLOYMENT.c.person_id == PERSON.c.id)
    goes_on = or_(EMPLOYMENT.c.left_on == "", EMPLOYMENT.c.left_on >= yesterday)
    rows = rows.where(PERSON.c.left_on != "", PERSON.c.left_on <= tomorrow, _AGREED, goes_on)
    rows = rows.distinct().order_by(PERSON.c.id)
    return list(tx.execute(rows if among is None else rows.where(one_of(PERSON.c.id, among))).scalars())


def over(tx: Connection, now: datetime) -> list[Employment]:
    """Those that may have ended in the last days, wherever that is, of people who have a role."""
    week_ago, tomorrow = ((now + days).date().isoformat() for days in (-7 * _DAY, _DAY))
    lately = (EMPLOYMENT.c.left_on >= week_ago, EMPLOYMENT.c.left_on <= tomorrow)
    has_role = exists().where(ROLE.c.person_id == EMPLOYMENT.c.person_id)
    return _found(tx, *lately, _AGREED, has_role)


def promote(tx: Connection, one: Employment, at: datetime) -> int:
    """This one is the main one from now on; the number of the further one that the main one becomes."""
    main = (PERSON.c.organisation_id, *(PERSON.c[name] for name in WORDS))
    where, *said = tx.execute(select(*main).where(PERSON.c.id == one.person)).one()
    before = add(tx, one.person, where, dict(zip(WORDS, said, strict=True)), at, agreed=True)
    told(tx, [before])
    new = {"organisation_id": one.place, **{name: getattr(one, name) for name in WORDS}}
    tx.execute(update(PERSON).where(PERSON.c.id == one.person).values(**new))
    return before


def any_untold(tx: Connection, now: datetime) -> bool:
    """Whether somebody is to be told; only a look."""
    return tx.execute(select(EMPLOYMENT.c.id).where(*_waits(now)).limit(1)).first() is not None


def untold(tx: Connection, now: datetime, past: int, most: int) -> list[Employment]:
    """The next ones after `past` of which it is time to tell people who have joined and can be reached."""
    rows = _all().where(*_waits(now), EMPLOYMENT.c.id > past).order_by(EMPLOYMENT.c.id).limit(most)
    return [_employment(row) for row in tx.execute(rows)]


def told(tx: Connection, which: Iterable[int]) -> None:
    """The chat has told, or asked."""
    tx.execute(update(EMPLOYMENT).where(EMPLOYMENT.c.id.in_(list(which))).values(tell_at=None))


def tell_later(tx: Connection, employment: int, at: datetime) -> None:
    """The chat can say it then at the earliest."""
    tx.execute(update(EMPLOYMENT).where(EMPLOYMENT.c.id == employment).values(tell_at=at))


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    at_home = and_(PERSON.c.id == EMPLOYMENT.c.person_id, ORGANISATION.c.id == PERSON.c.organisation_id)
    theirs = (ADDRESS.c.person_id == EMPLOYMENT.c.person_id, ADDRESS.c.reachable, allowed(ADDRESS.c.channel))
    reachable = exists().where(at_home, *theirs)
    joined = exists().where(PERSON.c.id == EMPLOYMENT.c.person_id, PERSON.c.consented_at.is_not(None))
    return EMPLOYMENT.c.tell_at <= now, reachable, joined


_WORK: Final = ("organisation_id", "job", "hired_on", "id")
_NAMES: Final = ("id", "person_id", "organisation_id", *WORDS, "agreed_at", "declined_at")


def _all() -> Select[Any]:
    return select(*(EMPLOYMENT.c[name] for name in _NAMES))


def _found(tx: Connection, *which: ColumnElement[bool]) -> list[Employment]:
    return [_employment(row) for row in tx.execute(_all().where(*which).order_by(EMPLOYMENT.c.id))]


def _employment(row: Any) -> Employment:
    return Employment(*row)


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None
