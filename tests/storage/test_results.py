"""Results: a line for each person and programme of a scope, read part after part."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from actions.assign import assign
from actions.certify import issue, revoke
from domain.assigning import Terms
from domain.organisation import Scope
from domain.programme import Exam, Lesson, Programme
from domain.result import Result
from storage import certificates, enrolments, people, results, steps
from storage.database import Connection, Database
from storage.lesson_time import count
from storage.reached import REACHED
from storage.results import Wanted
from storage.sittings import SITTING
from tests.console.papers import code_of, programme_of
from tests.console.town import MONDAY, Cast, Town, programme, seeing, settle

WANTED = Wanted("pl", "https://learn.example")


@pytest.fixture
async def cast(database: Database) -> Cast:
    return await database.write(settle)


async def read(database: Database, scope: Scope, wanted: Wanted = WANTED, most: int = 100) -> list[Result]:
    """All of them, with so many people at a time."""
    found, past = list[Result](), 0
    while True:
        take = partial(results.part, scope=scope, wanted=wanted, past=past, most=most)
        part, last = await database.read(take)
        if last is None:
            return found
        found, past = [*found, *part], last


async def test_who_learns_and_who_is_invited(database: Database, cast: Cast) -> None:
    learner, invited = await read(database, seeing(1, cast.library))
    assert learner == Result(
        organisation_id=cast.library,
        organisation="Library",
        person_id=cast.learner,
        person_number="",
        name="Ona Onaitė",
        email=f"ona.onaitė.{cast.library}@example.org",
        programme="safe",
        title="safe <pl>",
        version=1,
        state="learning",
        started_on=date(2026, 11, 22),
        lessons_done=1,
        lessons=2,
        right=1,
        graded=2,
        percent=50,
    )
    assert (invited.person_id, invited.state, invited.version, invited.lessons) == (
        cast.invited,
        "not_started",
        None,
        2,
    )


async def test_one_person_at_a_time_gives_the_same(database: Database, cast: Cast) -> None:
    scope = seeing(1, cast.library, cast.museum)
    whole = await read(database, scope)
    assert [each.person_id for each in whole] == [cast.learner, cast.invited, cast.elsewhere]
    assert await read(database, scope, most=1) == whole


async def test_only_what_is_seen_and_asked_for(database: Database, cast: Cast) -> None:
    scope = seeing(1, cast.library)
    none = (
        (scope, replace(WANTED, houses=frozenset({cast.museum}))),
        (scope, replace(WANTED, programme=cast.safe[0] + 1)),
        (Scope(1, frozenset()), WANTED),
        (Scope(1, frozenset({cast.library}), frozenset({"write"})), WANTED),
    )
    assert [await read(database, *each) for each in none] == [[]] * 4
    assert len(await read(database, scope, replace(WANTED, programme=cast.safe[0]))) == 2
    houses = partial(results.houses, scope=seeing(1, cast.library, cast.museum), wanted=WANTED)
    assert await database.read(houses) == [cast.library, cast.museum]


async def test_what_was_assigned_and_by_when(database: Database, cast: Cast) -> None:
    def give(tx: Connection) -> None:
        for due in (MONDAY + timedelta(days=9), MONDAY + timedelta(days=3)):
            terms = Terms(cast.safe[0], cast.library, MONDAY.date(), due_on=due.date())
            number = assign(tx, terms, by=None, now=MONDAY)
            row = {"assignment_id": number, "person_id": cast.coordinator, "programme_id": cast.safe[0]}
            tx.execute(
                REACHED.insert().values(**row, state="waiting", due_on=due.date().isoformat(), at=MONDAY)
            )

    await database.write(give)
    given = (await read(database, seeing(1, cast.library)))[-1]
    assert (given.person_id, given.state) == (cast.coordinator, "not_started")
    assert (given.assigned_on, given.due_on) == (date(2026, 11, 23), date(2026, 11, 26))


def finish(tx: Connection, cast: Cast) -> Programme:
    """The learner gets through both lessons and gets a certificate; 23:30 UTC is tomorrow."""
    town, taught = Town(tx, MONDAY.replace(hour=23, minute=30)), programme_of("valid")
    owner, version = town.publish(taught)
    study = enrolments.enrol(tx, person=cast.learner, programme=owner, version=version, at=MONDAY)
    assert study is not None
    town.answer(study, 0, 1, correct=True)
    steps.close(tx, f"step-{study}-0-1", town.at + timedelta(minutes=2))
    for index, lesson in enumerate(taught.lessons):
        town.finish_lesson(study, index)
        count(tx, study, lesson, index)
    enrolments.set_state(tx, study, "finished")
    issue(tx, study, code=code_of("valid"), now=town.at)
    return taught


def take_back(tx: Connection, cast: Cast) -> None:
    kept = certificates.by_code(tx, code_of("valid"))
    assert kept is not None
    scope = Scope(cast.coordinator, frozenset({cast.library}))
    revoke(tx, scope, kept.id, reason="Wrong", now=MONDAY)


async def test_who_has_finished(database: Database, cast: Cast) -> None:
    taught = await database.write(partial(finish, cast=cast))
    done = (await read(database, seeing(1, cast.library)))[1]
    assert (done.programme, done.state, done.lessons_done) == (taught.slug, "finished", len(taught.lessons))
    assert (done.started_on, done.finished_on) == (date(2026, 11, 24), date(2026, 11, 24))
    assert (done.active_minutes, done.percent, done.issued_on) == (2, 100, date(2026, 11, 24))
    assert done.certificate.startswith("2026-")
    assert done.credential == f"https://learn.example/certificate/{code_of('valid')}"
    await database.write(partial(take_back, cast=cast))
    done = (await read(database, seeing(1, cast.library)))[1]
    assert (done.certificate, done.issued_on, done.credential) == ("", None, "")


async def test_the_best_try_at_the_final_test_counts(database: Database, cast: Cast) -> None:
    exam = replace(programme_of("valid").lessons[1].texts[0], exam=Exam(50))
    taught = replace(programme("safe"), lessons=(programme("safe").lessons[0], Lesson("exam", (exam,))))

    def sit(tx: Connection) -> None:
        owner, version = Town(tx, MONDAY).publish(taught)
        study = enrolments.enrol(tx, person=cast.coordinator, programme=owner, version=version, at=MONDAY)
        tries = ((1, 1, 2, MONDAY), (1, 2, 1.5, MONDAY), (0, 3, 2, MONDAY), (1, 4, 2, None))
        for lesson, number, reached, over in tries:
            row: dict[str, object] = {
                "enrolment_id": study,
                "version_id": version,
                "lesson": lesson,
                "number": number,
            }
            row |= {"asked": "1.0,1.1,1.2", "worths": "", "started_at": MONDAY, "finished_at": over}
            tx.execute(SITTING.insert().values(**row, reached=reached, whole=3, passed=True, excused=False))

    await database.write(sit)
    found = (await read(database, seeing(1, cast.library)))[-1]
    assert (found.person_id, found.test_percent) == (cast.coordinator, 66)


async def test_whoever_is_erased_has_no_line(database: Database, cast: Cast) -> None:
    gone = people.PERSON.update().where(people.PERSON.c.id == cast.learner).values(erased_at=MONDAY)
    await database.write(lambda tx: tx.execute(gone).rowcount)
    assert [each.person_id for each in await read(database, seeing(1, cast.library))] == [cast.invited]
