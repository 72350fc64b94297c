"""What programs list through the REST API: each noun of a scope, along its ids, a part at a time."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, case, func, select

from domain.language import Language
from domain.organisation import Scope
from domain.tree import Level
from storage import assignments, certificates
from storage.assignments import ASSIGNMENT, Assigned
from storage.certificates import CERTIFICATE, Kept
from storage.enrolments import ENROLMENT
from storage.organisations import ORGANISATION
from storage.people import PERSON
from storage.programmes import VERSION
from storage.progress import counted
from storage.scoping import ENROLLED, people, place, theirs, within, word
from storage.studies import LESSON_DONE


@dataclass(frozen=True, slots=True)
class Part:
    """`most` things whose ids are greater than `after`; `only` the one with this id."""

    after: int = 0
    most: int = 1
    only: int | None = None

    def of(self, rows: Select[Any], key: Any) -> Select[Any]:
        """These of the rows that a query finds."""
        if self.only is not None:
            return rows.where(key == self.only)
        return rows.where(key > self.after).order_by(key).limit(self.most)


@dataclass(frozen=True, slots=True)
class House:
    """An organisation; `above` is the one that it is under, which the scope need not have."""

    id: int
    name: str
    level: Level
    above: int | None
    country: str
    zone: str
    language: Language


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the roster; dates are ISO, "" for none."""

    id: int
    organisation: int
    name: str
    email: str
    number: str
    language: Language
    job: str
    hired_on: str
    left_on: str
    leave_from: str
    leave_until: str
    joined_at: datetime | None


@dataclass(frozen=True, slots=True)
class Study:
    """How far somebody is in a programme; `state` as the store has it, `card` -1 before a lesson."""

    id: int
    person: int
    organisation: int
    programme: int
    version: int
    state: str
    card: int
    due_at: datetime | None
    started_at: datetime
    touched_at: datetime
    lessons_done: int
    right: int
    graded: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A certificate, and the programme that it is about (None: it is of a webinar)."""

    kept: Kept
    programme: int | None


_STUDY: Final = ("programme_id", "version_id", "state", "card", "due_at", "started_at", "touched_at")


def houses(tx: Connection, scope: Scope, part: Part) -> list[House]:
    """Organisations."""
    names = ("id", "name", "level", "above_id", "country", "zone", "language")
    rows = select(*(ORGANISATION.c[name] for name in names)).where(within(scope, ORGANISATION.c.id))
    return [House(*row) for row in tx.execute(part.of(rows, ORGANISATION.c.id))]


def everybody(
    tx: Connection,
    scope: Scope,
    part: Part,
    *,
    organisation: int | None = None,
    email: str | None = None,
    number: str | None = None,
) -> list[Somebody]:
    """People who are on the roster, those who left among them; of one place, or with an address or a number. When they
    are away is said of those whose main organisation it is."""
    here, said, at_home = place(scope), partial(word, scope), within(scope, PERSON.c.organisation_id)
    rows = select(
        *(PERSON.c.id, here, PERSON.c.name, PERSON.c.email, said("number"), PERSON.c.language),
        *(said(name) for name in ("job", "hired_on", "left_on")),
        *(case((at_home, PERSON.c[name]), else_="") for name in ("leave_from", "leave_until")),
        PERSON.c.consented_at,
    )
    rows = rows.where(people(scope), PERSON.c.erased_at.is_(None))
    address = None if email is None else email.strip().lower()
    asked = {here: organisation, PERSON.c.email: address, said("number"): number}
    return [Somebody(*row) for row in tx.execute(part.of(_narrowed(rows, asked), PERSON.c.id))]


def studies(
    tx: Connection, scope: Scope, part: Part, *, person: int | None = None, programme: int | None = None
) -> list[Study]:
    """Enrolments of people."""
    last = select(func.max(LESSON_DONE.c.finished_at)).where(LESSON_DONE.c.enrolment_id == ENROLMENT.c.id)
    rows = select(
        *(ENROLMENT.c.id, PERSON.c.id, place(scope)),
        *(ENROLMENT.c[name] for name in _STUDY),
        *counted(),
        last.scalar_subquery(),
    )
    rows = rows.select_from(ENROLLED)
    rows = rows.where(*theirs(scope, None), PERSON.c.erased_at.is_(None))
    asked = {PERSON.c.id: person, ENROLMENT.c.programme_id: programme}
    return [Study(*row) for row in tx.execute(part.of(_narrowed(rows, asked), ENROLMENT.c.id))]


def proofs(
    tx: Connection, scope: Scope, part: Part, *, person: int | None = None, programme: int | None = None
) -> list[Proof]:
    """Certificates."""
    rows = certificates.ALL.add_columns(VERSION.c.programme_id)
    rows = rows.outerjoin(VERSION, VERSION.c.id == CERTIFICATE.c.version_id)
    rows = rows.where(within(scope, CERTIFICATE.c.organisation_id))
    asked = {CERTIFICATE.c.person_id: person, VERSION.c.programme_id: programme}
    return [_proof(row) for row in tx.execute(part.of(_narrowed(rows, asked), CERTIFICATE.c.id))]


def given(
    tx: Connection, scope: Scope, part: Part, above: frozenset[int], *, programme: int | None = None
) -> list[Assigned]:
    """Assignments of the scope's places, and of places `above` them."""
    which = () if programme is None else (ASSIGNMENT.c.programme_id == programme,)
    if part.only is not None:
        which = (*which, ASSIGNMENT.c.id == part.only)
    return assignments.page(tx, scope, above, *which, after=part.after, most=part.most)


def _narrowed(rows: Select[Any], asked: dict[Any, Any]) -> Select[Any]:
    return rows.where(*(column == value for column, value in asked.items() if value is not None))


def _proof(row: Row[Any]) -> Proof:
    return Proof(certificates.kept(row[:-1]), row[-1])
