"""A town with a row of every kind that names two others, for the tests of what belongs together."""

from datetime import timedelta
from typing import Final

from actions.certify import issue
from domain.assigning import Terms
from domain.effect import Record
from domain.grading import Given
from storage import answers, assignments, enrolments, programmes, reached, steps
from storage.database import Connection
from storage.memories import MEMORY
from storage.reached import Became
from storage.search import SEARCH
from tests.storage.learning import step
from tests.storage.samples import MONDAY, Town, sample, settle_down

TABLES: Final = (
    "certificate",
    "enrolment",
    "search_card",
    "memory",
    "reached",
    "assignment",
)
SPOT: Final = {"lesson": 0, "card": 1}
KNOWN: Final = {
    "question": "q1",
    "stability": 1.0,
    "difficulty": 5.0,
    "reviewed_on": "2026-11-23",
    "streak": 1,
    "answers": 1,
    "state": "learning",
}


def learned(tx: Connection) -> Town:
    """Ana answered in the programme, to which she was assigned, and has a certificate of it; Ben began it. Of another
    programme there is a version too."""
    town = settle_down(tx)
    ana = _begun(tx, town, town.ana)
    _begun(tx, town, town.ben)
    answered = Record(step(f"s{town.ana}", ana), town.version, "q1", Given((1,)), 1.0)
    assert answers.record(tx, answered, MONDAY)
    issue(tx, ana, code="c" * 22, now=MONDAY)
    terms = Terms(town.programme, town.here, MONDAY.date())
    given = assignments.add(tx, terms, by=None, look_at=MONDAY, at=MONDAY)
    reached.add(tx, {given: town.programme}, [Became(given, town.ana, "enrolled")], MONDAY)
    taught = {"programme_id": town.programme, "version_id": town.version, **SPOT}
    tx.execute(MEMORY.insert().values(person_id=town.ana, **taught, **KNOWN))
    tx.execute(SEARCH.insert().values(id=1, language="lt", form=1, **taught))
    programmes.publish(tx, sample("other"), MONDAY + timedelta(days=1))
    return town


def _begun(tx: Connection, town: Town, person: int) -> int:
    new = enrolments.enrol(tx, person=person, programme=town.programme, version=town.version, at=MONDAY)
    assert new is not None
    steps.put(tx, step(f"s{person}", new), MONDAY)
    return new
