"""A person's own data: in short for the chat, and whole for a copy as JSON or on paper."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from domain import own_data as rules
from domain import tree
from domain.audit import Deed
from domain.effect import Effect
from domain.facts import Facts
from domain.message import Weekdays
from domain.organisation import Scope
from domain.person import Person
from domain.report import Elsewhere, Report, Word, Written
from domain.rights import RIGHTS
from domain.roster_plan import house
from domain.tree import Place
from storage import (
    audit,
    certificates,
    closings,
    erasures,
    imports,
    organisations,
    own_data,
    people,
    privacy_notices,
    programmes,
    roles,
    sessions,
    studies,
)
from storage.database import Connection
from storage.personal import PERIODS, PURPOSES
from storage.registry import REGISTRY
from storage.wall import beyond

Tables = dict[str, list[dict[str, Any]]]
IMPORTS: Final = imports.IMPORT.name


def shown(tx: Connection, facts: Facts) -> list[Effect]:
    """What is kept of the one who talks, in short."""
    assert facts.person is not None, "the conversation asks this only for someone who joined"
    counts = {
        "programmes": len(facts.studies),
        "answers": sum(study.graded for study in facts.studies),
        "certificates": len(certificates.of_person(tx, facts.person.id)),
    }
    read = privacy_notices.read_by(tx, facts.person.id)
    return rules.shown(facts.person, people.email(tx, facts.person.id), counts, read)


def erase(tx: Connection, person: int, now: datetime, by: int | None = None) -> None:
    """The person is to be erased in a moment, and is signed in no more; asking again changes nothing.

    `by` is the coordinator who asks (None: the person). An organisation that they asked to close stays open: without
    their name nobody could tell whether whoever confirms it is another person.
    """
    audit.alone(tx)
    if erasures.asked(tx, person):
        return
    erasures.ask(tx, person, now, by)
    sessions.end_all(tx, person)
    with beyond(tx, "closing"):
        for place in closings.withdraw_of(tx, person, now):
            audit.note(tx, Deed("organisation.kept", place, place), by or person, now)
    audit.note(tx, Deed("erasure.asked", people.get(tx, person).organisation.id, person), by or person, now)


@dataclass(frozen=True, slots=True)
class Last:
    """What nobody else could manage any more, if somebody were not there: places, by what they are called, and the
    `whole` installation."""

    places: Sequence[str]
    whole: bool


def last_of(tx: Connection, person: int, now: datetime) -> Last:
    """What only this person manages."""
    places, mine = organisations.places(tx), roles.grants(tx, person)

    def alone(at: Iterable[Place]) -> bool:
        return not roles.managed_without(tx, [each.id for each in at], person, now=now)

    here = [each.organisation for each in mine if each.role != "platform" and "manage" in RIGHTS[each.role]]
    whole = any(each.role == "platform" for each in mine) and alone(())
    return Last([places[each].name for each in here if alone(tree.upward(places, each))], whole)


def as_json(tx: Connection, person: int, now: datetime, scope: Scope | None = None) -> bytes:
    """Every row that is kept of the person, with what for and how long, and the titles of what they learned.

    For somebody of a scope without what other organisations have of them: these may have named them only; then it is
    not `everything`.
    """
    with beyond(tx, "copy"):
        return _as_json(tx, person, now, scope)


def _as_json(tx: Connection, person: int, now: datetime, scope: Scope | None) -> bytes:
    tables = _tables(tx, person, scope)
    known = {kept.table.name: kept for kept in REGISTRY}
    whole = {
        "made_at": now,
        "person": person,
        "everything": scope is None,
        "about": {
            name: {"purpose": PURPOSES[known[name].purpose][0], "period": PERIODS[known[name].period]}
            for name in tables
        },
        "privacy_notice_read": _read(tx, person),
        "organisations": _called(tx, tables),
        "programmes": _titles(tx, tables, people.get(tx, person)),
        "tables": tables,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1)


def _tables(tx: Connection, person: int, scope: Scope | None) -> Tables:
    tables = own_data.copy_of(tx, person)
    if scope is None:
        return tables
    seen = {None, *scope.at("see"), *organisations.upward(tx, people.get(tx, person).organisation.id)}
    theirs = {
        name: [row for row in rows if row.get("organisation_id") in seen] for name, rows in tables.items()
    }
    brought = tables.get(IMPORTS, ())
    theirs[IMPORTS] = [row for row in brought if imports.get(tx, scope, row["id"])]
    return {name: rows for name, rows in theirs.items() if rows}


def _read(tx: Connection, person: int) -> dict[str, Any] | None:
    """The privacy notice that held when the person joined."""
    read = privacy_notices.read_by(tx, person)
    return {**asdict(read), "text": privacy_notices.text(tx, read.id)} if read else None


def _titles(tx: Connection, tables: Tables, person: Person) -> list[dict[str, Any]]:
    """The programmes that rows name by their versions, in the person's language."""
    named = {row["version_id"] for rows in tables.values() for row in rows if row.get("version_id")}
    found = ((number, programmes.find(tx, number)) for number in sorted(named))
    return [
        {
            "version_id": number,
            "title": programme.text(person.language).title,
            "lessons": [lesson.text(person.language).title for lesson in programme.lessons],
        }
        for number, programme in found
        if programme
    ]


def _called(tx: Connection, tables: Tables) -> list[dict[str, Any]]:
    """The organisations, and units of them, that rows name."""
    found = (row.get("organisation_id") for rows in tables.values() for row in rows)
    named = {each for each in found if each is not None}
    places = organisations.names(tx)
    return [{"organisation_id": each, "name": places[each][0]} for each in sorted(named & places.keys())]


def report(tx: Connection, person: int, now: datetime, scope: Scope | None = None) -> Report:
    """The same to read: what it says of the person, and how many rows there are of the rest."""
    with beyond(tx, "copy"):
        return _report(tx, person, now, scope)


def _report(tx: Connection, person: int, now: datetime, scope: Scope | None) -> Report:
    whom, tables = people.get(tx, person), _tables(tx, person, scope)
    read = privacy_notices.read_by(tx, person)
    numbers = {row["number"] for row in tables.get("certificate", ())}
    held = [each for each in certificates.of_person(tx, person) if each.certificate.number in numbers]
    return Report(
        language=whom.language,
        name=whom.name,
        organisation=whom.organisation.name,
        contact=whom.organisation.contact,
        made_at=now.astimezone(ZoneInfo(whom.organisation.zone)),
        email=people.email(tx, person),
        job=whom.job,
        tags=people.tags(tx, person),
        further=tuple(_further(tx, tables)),
        joined=whom.consented_at and _date(whom.consented_at, whom),
        notice=(read.version, _date(read.published_at, whom)) if read else None,
        hour=whom.hour.strftime("%H:%M"),
        days=Weekdays("".join(map(str, sorted(whom.days)))),
        leave=(whom.leave_from, whom.leave_until) if whom.leave_from and whom.leave_until else None,
        addresses=tuple((row["channel"], row["key"]) for row in tables.get("address", ())),
        studies=tuple(_studies(tx, whom)),
        certificates=tuple(
            (each.certificate.number, each.certificate.programme, each.certificate.issued_on) for each in held
        ),
        written=tuple(_written(tx, whom, tables)),
        tables=tuple((name, len(rows)) for name, rows in tables.items()),
        everything=scope is None,
    )


def _further(tx: Connection, tables: Tables) -> Iterator[Elsewhere]:
    places = organisations.places(tx)
    for row in tables.get("employment", ()):
        word: Word = "agreed" if row["agreed_at"] else ("declined" if row["declined_at"] else "asked")
        name = places[house(places, row["organisation_id"])].name
        said = (row["job"], row["number"], row["hired_on"], row["left_on"], row["tags"])
        yield Elsewhere(name, *said, word)


def _studies(tx: Connection, whom: Person) -> Iterator[tuple[str, int, int, int, int]]:
    for each in studies.of_person(tx, whom.id):
        title = each.programme.text(whom.language).title
        yield title, each.done, len(each.programme.lessons), each.right, each.graded


def _written(tx: Connection, whom: Person, tables: Tables) -> Iterator[Written]:
    for row in tables.get("answer", ()):
        programme = programmes.find(tx, row["version_id"]) if row["words"] else None
        if programme:
            lesson = programme.lessons[row["lesson"]].text(whom.language)
            question = lesson.cards[row["card"]].question
            asked = question.prompt.plain if question else lesson.title
            yield Written(_date(row["answered_at"], whom), asked, row["words"])


def _date(at: datetime, whom: Person) -> date:
    return at.astimezone(ZoneInfo(whom.organisation.zone)).date()
