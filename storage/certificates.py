"""Certificates: one for each completion and for each presence, numbered, looked up by their codes, announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Connection,
    Index,
    UniqueConstraint,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from domain.certificate import Certificate
from domain.facts import Held
from domain.grading import plain, without_marks
from storage.dialect import insert_new
from storage.organisations import ORGANISATION
from storage.registrations import REGISTRATION
from storage.table import EMPTY, agree, core

_IS_DUE = text("announce_at IS NOT NULL")
_STANDS = text("registration_id IS NOT NULL AND revoked_on IS NULL")
# It is of one thing: of a round of an enrolment, or of a webinar at some date, whose registration may be gone.
_OF_ONE = (
    "(held_on IS NULL AND registration_id IS NULL AND enrolment_id IS NOT NULL AND begun_at IS NOT NULL "
    "AND version_id IS NOT NULL) OR (held_on IS NOT NULL AND enrolment_id IS NULL AND begun_at IS NULL "
    "AND version_id IS NULL AND expires_on IS NULL AND announce_at IS NULL)"
)


class CertificateRow(SQLModel, table=True):
    """What was certified to whom, in the words of that day, so that others can check it.

    It belongs to one round of an enrolment, the one that began at `begun_at`; or to a registration for a webinar, as
    long as that is there, of which one stands at most. Then `held_on` says when that was, and `place` where. `code` is
    its secret in the public address; `name`, `organisation`, `programme` (a title) and `language` stay as they were;
    `minutes` is what its author says that the programme takes. `sought` is name and number without marks, to be
    searched in. `announce_at` is when its renewal is announced next; empty: never. `revoked_by` is the person who
    revoked it (empty: who was there was corrected, or they were erased), `reason` why, for coordinators.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "begun_at"),
        agree("certificate_of_person", "enrolment", {"enrolment_id": "id", "person_id": "person_id"}),
        agree("certificate_of_guest", "registration", {"registration_id": "id", "person_id": "person_id"}),
        CheckConstraint(_OF_ONE, "certificate_of_one"),
        Index(
            "certificate_stands",
            "registration_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index("certificate_organisation", "organisation_id", "id"),
        Index("certificate_due", "announce_at", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
    )
    id: int | None = Field(default=None, primary_key=True)
    enrolment_id: int | None = Field(default=None, foreign_key="enrolment.id")
    begun_at: datetime | None = None
    registration_id: int | None = None
    person_id: int = Field(foreign_key="person.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    version_id: int | None = Field(default=None, foreign_key="programme_version.id")
    code: str = Field(unique=True)
    number: str = Field(unique=True)
    name: str
    organisation: str
    programme: str
    language: str
    minutes: int
    issued_on: date
    expires_on: date | None = None
    held_on: date | None = None
    place: str = Field(default="", sa_column_kwargs=EMPTY)
    revoked_on: date | None = None
    revoked_by: int | None = Field(default=None, foreign_key="person.id")
    reason: str
    sought: str
    announce_at: datetime | None = None


class CertificateCountRow(SQLModel, table=True):
    """How many certificates a year has had, for the next one's number."""

    __tablename__ = "certificate_count"
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    count: int


CERTIFICATE, COUNT = core(CertificateRow), core(CertificateCountRow)
_WORDS: Final = ("code", "number", "name", "organisation", "programme", "language", "minutes")
NAMES: Final = (
    *_WORDS,
    "issued_on",
    "expires_on",
    "revoked_on",
    "held_on",
    "place",
)  # as domain.certificate has them
_OWN: Final = ("id", "enrolment_id", "person_id", "organisation_id", "version_id", "reason")


@dataclass(frozen=True, slots=True)
class Round:
    """One time that an enrolment is learned, from its beginning on."""

    enrolment: int
    begun_at: datetime
    person: int
    organisation: int
    version: int


@dataclass(frozen=True, slots=True)
class Presence:
    """That somebody was at a webinar, by their registration for it; `organisation` is where they work for whom it was
    held."""

    registration: int
    person: int
    organisation: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A certificate as the store has it; of a webinar it has no enrolment and no version. Its dates are those of
    `zone`; `reason` is why it was revoked."""

    id: int
    enrolment: int | None
    person: int
    organisation: int
    version: int | None
    reason: str
    zone: str
    certificate: Certificate


COLUMNS: Final = (
    *(CERTIFICATE.c[name] for name in (*_OWN, *NAMES)),
    ORGANISATION.c.zone,
)
ALL: Final = select(*COLUMNS).join(ORGANISATION, ORGANISATION.c.id == CERTIFICATE.c.organisation_id)
_OF_PRESENCE: Final = ALL.add_columns(CERTIFICATE.c.revoked_by).order_by(CERTIFICATE.c.id.desc()).limit(1)


def sought(words: str) -> str:
    """Words as they are searched for: small letters, without marks."""
    return without_marks(plain(words))


def next_count(tx: Connection, year: int) -> int:
    """1 for the first certificate of a year, and so on; the next caller waits until this transaction ends."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    new = make(COUNT).values(year=year, count=1)
    counted = new.on_conflict_do_update(index_elements=["year"], set_={"count": COUNT.c.count + 1})
    return int(tx.execute(counted.returning(COUNT.c.count)).scalar_one())


def add(
    tx: Connection, certificate: Certificate, of: Round | Presence, announce_at: datetime | None = None
) -> None:
    """Keep a new certificate, which the round, or the presence, did not have."""
    if isinstance(of, Round):
        about = {"enrolment_id": of.enrolment, "begun_at": of.begun_at, "version_id": of.version}
    else:
        about = {"registration_id": of.registration}
    new = insert_new(
        tx,
        CERTIFICATE,
        **about,
        person_id=of.person,
        organisation_id=of.organisation,
        reason="",
        sought=f"{sought(certificate.name)} {certificate.number}",
        announce_at=announce_at,
        **{name: getattr(certificate, name) for name in NAMES},
    )
    assert new, "whoever issues it has looked, and has the person's lock or the webinar's"


def of_round(tx: Connection, enrolment: int, begun_at: datetime) -> Certificate | None:
    """The certificate that this round has given."""
    here = CERTIFICATE.c.enrolment_id == enrolment, CERTIFICATE.c.begun_at == begun_at
    row = tx.execute(ALL.where(*here)).one_or_none()
    return kept(row).certificate if row else None


def of_presence(tx: Connection, registration: int) -> tuple[Kept, bool] | None:
    """The newest certificate of a presence, and whether a person revoked it."""
    row = tx.execute(_OF_PRESENCE.where(CERTIFICATE.c.registration_id == registration)).one_or_none()
    return (kept(row[:-1]), row[-1] is not None) if row else None


def withdraw(tx: Connection, certificate: int, on: date) -> None:
    """They were not there after all: it is worth nothing from now on."""
    this = update(CERTIFICATE).where(CERTIFICATE.c.id == certificate)
    tx.execute(this.values(revoked_on=on))


def let_go(tx: Connection, *of: ColumnElement[bool]) -> None:
    """The registrations of these (a condition on REGISTRATION) are about to go; what was certified stays."""
    gone = select(REGISTRATION.c.id).where(*of)
    tx.execute(
        update(CERTIFICATE).where(CERTIFICATE.c.registration_id.in_(gone)).values(registration_id=None)
    )


def by_code(tx: Connection, code: str) -> Kept | None:
    """The certificate behind a public address."""
    row = tx.execute(ALL.where(CERTIFICATE.c.code == code)).one_or_none()
    return kept(row) if row else None


def of_person(tx: Connection, person: int) -> tuple[Held, ...]:
    """The person's certificates, the newest first."""
    rows = tx.execute(ALL.where(CERTIFICATE.c.person_id == person).order_by(CERTIFICATE.c.id.desc()))
    found = (kept(row) for row in rows)
    return tuple(Held(each.enrolment, each.certificate) for each in found)


def due(tx: Connection, now: datetime, most: int) -> list[int]:
    """Certificates whose renewal is to be announced, the longest due first."""
    rows = select(CERTIFICATE.c.id).where(CERTIFICATE.c.announce_at <= now)
    return list(tx.execute(rows.order_by(CERTIFICATE.c.announce_at).limit(most)).scalars())


def get(tx: Connection, certificate: int) -> Kept:
    """The certificate with this id."""
    return kept(tx.execute(ALL.where(CERTIFICATE.c.id == certificate)).one())


def is_due(tx: Connection, certificate: int, now: datetime) -> bool:
    """Whether its renewal is (still) to be announced."""
    mine = CERTIFICATE.c.id == certificate, CERTIFICATE.c.announce_at <= now
    return tx.execute(select(CERTIFICATE.c.id).where(*mine)).first() is not None


def announce(tx: Connection, certificate: int, at: datetime | None) -> None:
    """Its renewal is announced then; None: not any more."""
    tx.execute(update(CERTIFICATE).where(CERTIFICATE.c.id == certificate).values(announce_at=at))


def announce_no_more(tx: Connection, enrolment: int) -> None:
    """No certificate that this enrolment has given has its renewal announced any more."""
    given = CERTIFICATE.c.enrolment_id == enrolment, CERTIFICATE.c.announce_at.is_not(None)
    tx.execute(update(CERTIFICATE).where(*given).values(announce_at=None))


def kept(row: Sequence[Any]) -> Kept:
    """A certificate from the values of COLUMNS."""
    number, enrolment, person, organisation, version, reason, *words, zone = row
    return Kept(number, enrolment, person, organisation, version, reason, zone, Certificate(*words))
