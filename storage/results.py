"""Results of the people of a scope in their programmes, read a part at a time, so that any number of them fits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Integer, and_, case, cast, func, literal_column, select

from domain.certificate import page_of
from domain.language import Language
from domain.organisation import Organisation, Scope
from domain.programme import Programme
from domain.result import Result, percent, result_state
from storage import employments, organisations, programmes
from storage import given as given_by
from storage.answers import ANSWER
from storage.assignments import ASSIGNMENT, day
from storage.certificates import CERTIFICATE
from storage.enrolments import ENROLMENT
from storage.invitations import INVITATION, TO_BEGIN
from storage.organisations import ORGANISATION
from storage.people import PERSON
from storage.programmes import VERSION
from storage.reached import COUNTED, REACHED
from storage.scoping import ENROLLED
from storage.sittings import SITTING
from storage.steps import STEP
from storage.studies import LESSON_DONE

AT_ONCE: Final = 500  # people
Pair = tuple[int, int]  # a person and a programme


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose results: of these organisations and this programme (None: of all). `language` is that of titles, `address`
    what the links to certificates begin with."""

    language: Language
    address: str
    houses: frozenset[int] | None = None
    programme: int | None = None


@dataclass(frozen=True, slots=True)
class _Given:
    """When an assignment reached the person, and by when it is due."""

    at: datetime
    due_on: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is of the people of a part."""

    studies: Mapping[Pair, Any]
    given: Mapping[Pair, _Given]
    invited: frozenset[Pair]
    certificates: Mapping[int, Any]
    tests: Mapping[int, int]


def houses(tx: Connection, scope: Scope, wanted: Wanted) -> list[int]:
    """The organisations that have people whose results these are."""
    rows = select(employments.place(_here(scope, wanted))).where(*_asked(scope, wanted)).distinct()
    return sorted(tx.execute(rows).scalars())


def part(
    tx: Connection, scope: Scope, wanted: Wanted, past: int = 0, most: int = AT_ONCE
) -> tuple[list[Result], int | None]:
    """The results of the next people after the person `past`, by their ids; and the last of them (None: nobody)."""
    here = _here(scope, wanted)
    number = employments.word(here, "number")
    rows = select(PERSON.c.id, number, PERSON.c.name, PERSON.c.email, *organisations.COLUMNS)
    rows = rows.join_from(PERSON, ORGANISATION, ORGANISATION.c.id == employments.place(here))
    rows = rows.where(*_asked(scope, wanted), PERSON.c.id > past).order_by(PERSON.c.id).limit(most)
    who = tx.execute(rows).all()
    if not who:
        return [], None
    among = (*_asked(scope, wanted), PERSON.c.id > past, PERSON.c.id <= who[-1].id)
    return list(_results(tx, wanted, who, _find(tx, scope, wanted, among))), who[-1].id


def _asked(scope: Scope, wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    return employments.of(_here(scope, wanted)), PERSON.c.erased_at.is_(None)


def _here(scope: Scope, wanted: Wanted) -> frozenset[int]:
    seen = scope.at("see")
    return seen if wanted.houses is None else seen & wanted.houses


def _find(tx: Connection, scope: Scope, wanted: Wanted, among: tuple[ColumnElement[bool], ...]) -> _Found:
    here = _here(scope, wanted)

    def only(column: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
        mine = (*among, given_by.seen(here, column))
        return mine if wanted.programme is None else (*mine, column == wanted.programme)

    studies = tx.execute(_studies().where(*only(ENROLMENT.c.programme_id)))
    ours = ASSIGNMENT.c.organisation_id.in_(organisations.line(here))
    given = tx.execute(_given().where(*only(REACHED.c.programme_id), ours))
    asked = select(PERSON.c.id, INVITATION.c.programme_id).join(
        INVITATION, INVITATION.c.person_id == PERSON.c.id
    )
    invited = tx.execute(asked.where(*TO_BEGIN, *only(INVITATION.c.programme_id)))
    return _Found(
        {(row.person_id, row.programme_id): row for row in studies},
        {(row[0], row[1]): _Given(row[2], row[3]) for row in given},
        frozenset((row[0], row[1]) for row in invited),
        _certificates(tx, among),
        _tests(tx, among),
    )


def _of(counted: Any, table: Any, *where: Any) -> Any:
    mine = select(counted).where(table.c.enrolment_id == ENROLMENT.c.id, *where)
    return mine.correlate(ENROLMENT).scalar_subquery()


def _studies() -> Any:
    """Enrolments with their figures, each a look into an index; what was before they began (again) does not count."""
    answered = (ANSWER.c.purpose == "lesson", ANSWER.c.answered_at >= ENROLMENT.c.started_at)
    went_on = (STEP.c.closed_at >= ENROLMENT.c.started_at, STEP.c.purpose != "review")
    counts = {
        "done": _of(func.count(), LESSON_DONE),
        "seconds": _of(func.coalesce(func.sum(LESSON_DONE.c.seconds), 0), LESSON_DONE),
        "finished_at": _of(func.max(LESSON_DONE.c.finished_at), LESSON_DONE),
        "right": _of(func.coalesce(func.sum(cast(ANSWER.c.correct, Integer)), 0), ANSWER, *answered),
        "graded": _of(func.count(ANSWER.c.correct), ANSWER, *answered),
        "began_at": _of(func.min(STEP.c.closed_at), STEP, *went_on),
    }
    names = ("id", "person_id", "programme_id", "version_id", "state")
    columns = (*(ENROLMENT.c[name] for name in names), VERSION.c.number)
    rows = select(*columns, *(each.label(name) for name, each in counts.items()))
    return rows.select_from(ENROLLED.join(VERSION, VERSION.c.id == ENROLMENT.c.version_id)).order_by(
        ENROLMENT.c.id
    )


def _given() -> Any:
    """Programmes that assignments gave: the first time, and the earliest date of those that still run."""
    runs = and_(REACHED.c.due_on != "", ASSIGNMENT.c.ended_at.is_(None))
    due = func.coalesce(func.min(case((runs, REACHED.c.due_on))), literal_column("''"))
    return (
        select(REACHED.c.person_id, REACHED.c.programme_id, func.min(REACHED.c.at), due)
        .join_from(REACHED, PERSON, PERSON.c.id == REACHED.c.person_id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == REACHED.c.assignment_id)
        .where(REACHED.c.state.in_(COUNTED))
        .group_by(REACHED.c.person_id, REACHED.c.programme_id)
    )


def _certificates(tx: Connection, among: tuple[ColumnElement[bool], ...]) -> dict[int, Any]:
    """The newest certificate of each enrolment that was not revoked."""
    names = ("enrolment_id", "number", "issued_on", "expires_on", "code")
    rows = select(*(CERTIFICATE.c[name] for name in names))
    rows = rows.join(PERSON, PERSON.c.id == CERTIFICATE.c.person_id)
    stands = rows.where(*among, CERTIFICATE.c.revoked_on.is_(None), CERTIFICATE.c.enrolment_id.is_not(None))
    return {row.enrolment_id: row for row in tx.execute(stands.order_by(CERTIFICATE.c.id))}


def _tests(tx: Connection, among: tuple[ColumnElement[bool], ...]) -> dict[int, int]:
    """The best result in the final test, as a percentage, by enrolment."""
    names = ("enrolment_id", "version_id", "lesson", "reached", "whole")
    rows = select(*(SITTING.c[name] for name in names))
    rows = rows.select_from(ENROLLED.join(SITTING, SITTING.c.enrolment_id == ENROLMENT.c.id))
    counts = (SITTING.c.finished_at.is_not(None), SITTING.c.started_at >= ENROLMENT.c.started_at)
    best = defaultdict[int, int](int)
    for enrolment, version, lesson, reached, whole in tx.execute(rows.where(*among, *counts)):
        if lesson == programmes.version(tx, version).final_lesson:
            best[enrolment] = max(best[enrolment], percent(reached, whole) or 0)
    return dict(best)


def _results(tx: Connection, wanted: Wanted, who: Iterable[Any], found: _Found) -> Iterable[Result]:
    newest = programmes.newest(tx)
    theirs = defaultdict[int, list[int]](list)
    for person, programme in dict.fromkeys((*found.studies, *found.given, *sorted(found.invited))):
        theirs[person].append(programme)
    for row in who:
        house = organisations.of_row(row[4:])
        for programme in theirs[row.id]:
            study = found.studies.get((row.id, programme))
            taught = programmes.version(tx, study.version_id if study else newest[programme])
            line = _line(row, house, taught, wanted.language)
            line = _with_dates(line, found.given.get((row.id, programme)), house.zone)
            yield _with_study(line, study, found, house.zone, address=wanted.address) if study else line


def _line(row: Any, house: Organisation, taught: Programme, language: Language) -> Result:
    """Nothing is done yet."""
    return Result(
        organisation_id=house.id,
        organisation=house.name,
        person_id=row.id,
        person_number=row.number,
        name=row.name,
        email=row.email,
        programme=taught.slug,
        title=taught.text(language).title,
        version=None,
        state="not_started",
        lessons=len(taught.lessons),
    )


def _with_dates(line: Result, given: _Given | None, zone: str) -> Result:
    return replace(line, assigned_on=_date(given.at, zone), due_on=day(given.due_on)) if given else line


def _with_study(line: Result, study: Any, found: _Found, zone: str, *, address: str) -> Result:
    paper = found.certificates.get(study.id)
    line = replace(
        line,
        version=study.number,
        state=result_state(study.state, started=study.began_at is not None or study.done > 0),
        started_on=_date(study.began_at, zone),
        finished_on=_date(study.finished_at, zone) if study.state == "finished" else None,
        lessons_done=study.done,
        right=study.right,
        graded=study.graded,
        percent=percent(study.right, study.graded),
        test_percent=found.tests.get(study.id),
        active_minutes=round(study.seconds / 60),
    )
    if paper is None:
        return line
    return replace(
        line,
        certificate=paper.number,
        issued_on=paper.issued_on,
        valid_until=paper.expires_on,
        credential=f"{address}{page_of(paper.code)}",
    )


def _date(at: datetime | None, zone: str) -> date | None:
    return at.astimezone(ZoneInfo(zone)).date() if at else None
