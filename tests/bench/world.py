"""A store with as many learners as wanted: one is made as anybody is, the others are copies of its rows."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    true,
)

from actions.publish import publish
from actions.remind import begin
from domain.facts import Step
from domain.message import Kind, Message, ShowCard
from domain.programme import Programme
from lessons.library import read_library
from storage import addresses, enrolments, organisations, outbox, people, programmes, steps
from storage.addresses import ADDRESS
from storage.database import Connection
from storage.enrolments import ENROLMENT
from storage.outbox import OUTBOX, New, To
from storage.people import PERSON
from storage.schedules import SCHEDULE
from storage.steps import STEP
from tests.bench.clock import now
from tests.bench.press import FIRST, step_of

LIBRARY: Final = Path(__file__).parents[2] / "library"
PROGRAMME: Final = "safe-online"
Column = ColumnElement[Any]
NUMBER: Final = literal_column("numbers.number", Integer)  # of a copy, in the changes given to clone()


@dataclass(frozen=True, slots=True)
class Model:
    """The first learner's rows (the others' follow them, one id after another), and the card that waits for them."""

    to: To
    enrolment: int
    step: str
    card: ShowCard

    @property
    def person(self) -> int:
        """The first learner's id."""
        assert self.to.person is not None
        return self.to.person

    def at(self, learner: int) -> To:
        """Where a learner of the same organisation is written to."""
        return self.to._replace(address=self.to.address + learner, person=self.person + learner)


def settle(tx: Connection, learners: int) -> Model:
    """Publish the library and add so many learners of one organisation, each with an open question."""
    publish(tx, read_library(LIBRARY).drafts, now())
    model = _first(tx)
    if learners > 1:
        _others(tx, model, learners - 1)
    return model


def queue(
    tx: Connection,
    model: Model,
    name: str,
    count: int,
    *,
    kind: Kind = "lesson",
    first: int = 0,
    over: int | None = None,
) -> None:
    """So many messages that are ready: for one learner after another from the `first` on, `over` of them in turns."""
    message: Message = replace(model.card, heading=True)
    added = outbox.add(tx, New(model.at(first), message, f"{name}:0", kind), now())
    assert added is not None
    learner = NUMBER if over is None else NUMBER % over
    if count > 1:
        clone(
            tx,
            OUTBOX,
            OUTBOX.c.id == added,
            count - 1,
            key=literal(f"{name}:") + cast(NUMBER, String),
            address_id=OUTBOX.c.address_id + learner,
            person_id=OUTBOX.c.person_id + learner,
            turn=OUTBOX.c.turn + NUMBER,
        )


def clone(tx: Connection, table: Table, row: Column, count: int, **changes: Column) -> None:
    """Insert `count` copies of the row; `changes` may use NUMBER, which counts the copies from 1.

    Without a change the id is given by the store.
    """
    numbers = select(literal(1).label("number")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < count))
    columns = {
        each.name: changes.get(each.name, each) for each in table.c if each.name != "id" or "id" in changes
    }
    rows = select(*columns.values()).select_from(table.join(numbers, true())).where(row)
    tx.execute(insert(table).from_select(list(columns), rows, include_defaults=False))
    if "id" in changes and tx.dialect.name == "postgresql":
        top = select(func.max(table.c.id)).scalar_subquery()
        tx.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), top)))


def counted(tx: Connection) -> None:
    """Let the store know how much there is, as it finds out by itself after a while."""
    tx.execute(text("ANALYZE"))


def _first(tx: Connection) -> Model:
    at = now()
    here = organisations.add(
        tx, name="Biblioteka", country="LT", zone="Europe/Vilnius", language="lt", contact="Rūta"
    )
    person = people.add(tx, organisation=here, name="Ana Anaitė", email="0@bench.example", language="lt")
    people.consent(tx, person, at)
    address = addresses.find_or_add(tx, "telegram", str(FIRST), "lt", at).id
    addresses.bind(tx, address, person)
    programme = programmes.by_slug(tx, PROGRAMME)
    assert programme is not None
    version = programmes.newest(tx)[programme]
    enrolment = enrolments.enrol(tx, person=person, programme=programme, version=version, at=at)
    assert enrolment is not None
    lesson, card = _question(programmes.version(tx, version))
    enrolments.move(tx, enrolment, lesson, card, at)
    step = step_of(0)
    steps.put(tx, Step(step, enrolment, lesson, card, question=True), at)
    begin(tx, people.get(tx, person), enrolment, at)
    to = To(address, "telegram", person, here)
    return Model(to, enrolment, step, ShowCard(version, lesson, card, step))


def _question(programme: Programme) -> tuple[int, int]:
    """The lesson and card of the first question with one right answer and without a picture."""
    return next(
        (lesson, card)
        for lesson, each in enumerate(programme.lessons)
        for card, shown in enumerate(each.texts[0].cards)
        if shown.question and shown.question.kind == "single" and not shown.picture
    )


def _others(tx: Connection, model: Model, count: int) -> None:
    person, address = model.person + NUMBER, model.to.address + NUMBER
    email = cast(NUMBER, String) + "@bench.example"
    clone(tx, PERSON, PERSON.c.id == model.person, count, id=person, email=email)
    key = cast(literal(FIRST) + NUMBER, String)
    clone(tx, ADDRESS, ADDRESS.c.id == model.to.address, count, id=address, key=key, person_id=person)
    enrolment = model.enrolment + NUMBER
    clone(tx, ENROLMENT, ENROLMENT.c.id == model.enrolment, count, id=enrolment, person_id=person)
    steps = literal("step") + cast(literal(int(step_of(0)[4:])) + NUMBER, String)
    clone(tx, STEP, STEP.c.key == model.step, count, key=steps, enrolment_id=enrolment)
    clone(tx, SCHEDULE, SCHEDULE.c.item == model.enrolment, count, person_id=person, item=enrolment)
