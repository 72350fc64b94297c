"""Somebody who learns, and the steps they come to, for the tests of enrolments, steps and answers."""

from domain.facts import Step
from storage import enrolments
from storage.database import Connection, Database
from tests.storage.samples import MONDAY, Town, settle_down


async def enrolled(database: Database) -> tuple[Town, int]:
    """Ana is enrolled."""

    def build(tx: Connection) -> tuple[Town, int]:
        town = settle_down(tx)
        new = enrolments.enrol(tx, person=town.ana, programme=town.programme, version=town.version, at=MONDAY)
        assert new is not None
        return town, new

    return await database.write(build)


def step(key: str, enrolment: int, card: int = 1, lesson: int = 0) -> Step:
    return Step(key, enrolment, lesson, card, question=True)
