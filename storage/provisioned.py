"""People as a directory knows them that sends them by SCIM: what it calls them, and whom it finds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Index, Row, Select, and_, delete, func, insert, or_, select
from sqlmodel import Field, SQLModel

from domain.language import Language
from domain.organisation import Scope
from domain.scim_filter import Term
from storage.employments import WORDS
from storage.organisations import ORGANISATION
from storage.people import PERSON
from storage.progress import LARGEST_ID
from storage.scoping import people, place, word
from storage.table import core


class ProvisionedRow(SQLModel, table=True):
    """What the directory of an organisation (that of its tokens) calls a person, kept to find them there again.

    `user_name` is its sign-in name, which need be no address, and `user_key` the same without case; `external_id` its
    own id; `given` the part of the person's name that is the given one (NULL: it never said). `deleted_at`: it deleted
    them then, and knows nothing of them any more; they are the same person again when it sends their address anew.
    """

    __tablename__ = "provisioned"
    __table_args__ = (
        Index("ix_provisioned_user_key", "organisation_id", "user_key", unique=True),
        Index("ix_provisioned_external_id", "organisation_id", "external_id"),
    )
    organisation_id: int = Field(
        primary_key=True, foreign_key="organisation.id", sa_column_kwargs={"autoincrement": False}
    )
    person_id: int = Field(
        primary_key=True, foreign_key="person.id", index=True, sa_column_kwargs={"autoincrement": False}
    )
    user_name: str
    user_key: str | None
    external_id: str
    given: str | None
    deleted_at: datetime | None


PROVISIONED = core(ProvisionedRow)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a directory calls somebody: "" where it said nothing; `given` as in the table."""

    user_name: str = ""
    external_id: str = ""
    given: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the roster; dates are ISO, "" for none. `unit` is the name of the one they are in."""

    id: int
    place: int
    unit: str
    name: str
    email: str
    number: str
    job: str
    language: Language
    hired_on: str
    left_on: str
    mark: Mark

    @property
    def user_name(self) -> str:
        """By which the directory finds them: their address, as long as it never said."""
        return self.mark.user_name or self.email

    def active(self, today: date) -> bool:
        """Whether they work there on this local date."""
        return not "" < self.left_on <= today.isoformat()


@dataclass(frozen=True, slots=True)
class View:
    """Whose directory looks: it is that of the organisation `at`; `today` is the date at each place of its scope."""

    scope: Scope
    at: int
    today: Mapping[int, date]


_PERSON: Final = ("name", "email", "number", "job", "language", "hired_on", "left_on")
_MARK: Final = ("user_name", "external_id", "given")
_SAME: Final[Mapping[str, ColumnElement[Any]]] = {
    "email": PERSON.c.email,
    "external_id": PROVISIONED.c.external_id,
}


def page(
    tx: Connection, view: View, terms: Sequence[Term], *, skip: int, most: int
) -> tuple[int, list[Member]]:
    """How many hold all the terms, and `most` of them along their ids, without the first `skip`."""
    rows = _all(view).where(*_conditions(tx, view, terms))
    total = tx.execute(rows.with_only_columns(func.count(), maintain_column_froms=True)).scalar_one()
    found = rows.order_by(PERSON.c.id).offset(skip).limit(most)
    return int(total), [_member(row) for row in tx.execute(found)] if most else []


def one(tx: Connection, view: View, person: int) -> Member | None:
    """This person, unless the directory deleted them."""
    row = tx.execute(_all(view).where(PERSON.c.id == person)).one_or_none()
    return _member(row) if row else None


def by_user_name(tx: Connection, view: View, name: str) -> int | None:
    """Whom the directory finds by this name."""
    row = tx.execute(_all(view).where(*_conditions(tx, view, [Term("user_name", name)]))).one_or_none()
    return _member(row).id if row else None


def deleted(tx: Connection, view: View, person: int) -> bool:
    """Whether the directory deleted them where it still sees, and they have not come back."""
    mine = (PROVISIONED.c.organisation_id == view.at, PROVISIONED.c.person_id == person)
    rows = select(PROVISIONED.c.person_id).join(PERSON, PERSON.c.id == PROVISIONED.c.person_id)
    rows = rows.where(*mine, people(view.scope), ~_there(view))
    return tx.execute(rows).one_or_none() is not None


def put(tx: Connection, at: int, person: int, mark: Mark, *, deleted_at: datetime | None = None) -> None:
    """This is what the directory calls them from now on, and nobody who went where it does not see."""
    key = mark.user_name.casefold() or None
    same = or_(PROVISIONED.c.person_id == person, PROVISIONED.c.user_key == key)
    tx.execute(delete(PROVISIONED).where(PROVISIONED.c.organisation_id == at, same))
    tx.execute(
        insert(PROVISIONED).values(
            organisation_id=at,
            person_id=person,
            user_name=mark.user_name,
            user_key=key,
            external_id=mark.external_id,
            given=mark.given,
            deleted_at=deleted_at,
        )
    )


def _there(view: View) -> ColumnElement[bool]:
    """Whoever was deleted by the directory and taken back by a coordinator is there again."""
    return or_(PROVISIONED.c.deleted_at.is_(None), word(view.scope, "left_on") == "")


def _all(view: View) -> Select[Any]:
    mine = and_(PROVISIONED.c.person_id == PERSON.c.id, PROVISIONED.c.organisation_id == view.at)
    here = place(view.scope)
    rows = select(
        *(PERSON.c.id, here.label("place"), ORGANISATION.c.level, ORGANISATION.c.name.label("unit")),
        *(word(view.scope, name) if name in WORDS else PERSON.c[name] for name in _PERSON),
        *(PROVISIONED.c[name] for name in _MARK),
    )
    rows = rows.join_from(PERSON, ORGANISATION, ORGANISATION.c.id == here)
    rows = rows.outerjoin(PROVISIONED, mine)
    return rows.where(people(view.scope), PERSON.c.erased_at.is_(None), _there(view))


def _conditions(tx: Connection, view: View, terms: Sequence[Term]) -> Iterator[ColumnElement[bool]]:
    for each in terms:
        if each.what == "active":
            here = _active(view)
            yield here if each.value else ~here
        elif each.what == "id":
            number = str(each.value)
            yield PERSON.c.id == (int(number) if number.isdecimal() and int(number) <= LARGEST_ID else 0)
        elif each.what == "user_name":
            yield _named(tx, view.at, str(each.value))
        else:
            value = str(each.value)
            same = word(view.scope, "number") if each.what == "number" else _SAME[each.what]
            yield same == (value.lower() if each.what == "email" else value)


def _named(tx: Connection, at: int, name: str) -> ColumnElement[bool]:
    """Whom the directory calls so, else whoever has the address, and no other name there."""
    called = select(PROVISIONED.c.person_id).where(
        PROVISIONED.c.organisation_id == at, PROVISIONED.c.user_key == name.casefold()
    )
    person = tx.execute(called).scalar_one_or_none()
    if person is not None:
        return PERSON.c.id == int(person)
    return and_(PERSON.c.email == name.lower(), PROVISIONED.c.user_key.is_(None))


def _active(view: View) -> ColumnElement[bool]:
    left_on, by_day = word(view.scope, "left_on"), dict[date, list[int]]()
    for at, day in sorted(view.today.items()):
        by_day.setdefault(day, []).append(at)
    stays = (and_(place(view.scope).in_(places), left_on > day.isoformat()) for day, places in by_day.items())
    return or_(left_on == "", *stays)


def _member(row: Row[Any]) -> Member:
    values: list[Any] = list(row)
    level, unit, *said = values[2:11]
    mark = Mark(values[11] or "", values[12] or "", values[13])
    known = [*values[:2], unit if level == "unit" else "", *said, mark]
    return Member(*known)
