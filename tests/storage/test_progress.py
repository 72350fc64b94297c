"""What coordinators read of their people, and what they must not."""

from dataclasses import asdict, replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from domain.organisation import Scope
from storage import enrolments, progress
from storage.database import Connection, Database
from storage.progress import Learner, Profile
from tests.console.town import MONDAY, Cast, Town, programme, seeing, settle
from tests.storage.samples import enrolments_of

SUNDAY = MONDAY - timedelta(days=1)


@pytest.fixture
async def cast(database: Database) -> Cast:
    return await database.write(settle)


async def learners(database: Database, scope: Scope, person: int | None = None) -> list[Learner]:
    return await database.read(
        lambda tx: progress.learners(tx, scope, of=None if person is None else [person])
    )


def brief(learner: Learner) -> tuple[Any, ...]:
    titles = learner.programme.slug if learner.programme else None
    figures = (learner.lessons_done, learner.lessons, learner.right, learner.graded)
    return (learner.name, titles, *figures, learner.state)


async def test_everyone_of_the_organisation_with_where_they_are(database: Database, cast: Cast) -> None:
    found = await learners(database, seeing(cast.coordinator, cast.library))
    assert [brief(each) for each in found] == [
        ("Ona Onaitė", "safe", 1, 2, 1, 2, "waiting"),
        ("Jonas Jonaitis", "safe", 0, 2, 0, 0, "invited"),
    ]
    ona = found[0]
    assert (ona.version, ona.last_at, ona.due_at) == (cast.safe[1], SUNDAY, MONDAY + timedelta(days=1))
    assert ona.organisation.name == "Library"
    assert await learners(database, seeing(cast.coordinator, cast.library), cast.learner) == [ona]


async def test_what_takes_long_is_counted_only_where_it_is_asked_for(database: Database, cast: Cast) -> None:
    """By the statements: the table of answers is looked into for those who are shown, and for nobody else."""
    scope, said = seeing(cast.coordinator, cast.library), list[str]()

    def look(tx: Connection) -> list[Learner]:
        def hear(_c: object, _u: object, statement: str, *_more: object) -> None:
            said.append(statement)

        event.listen(tx, "before_cursor_execute", hear)
        found = progress.learners(tx, scope, counting=False)
        event.remove(tx, "before_cursor_execute", hear)
        return found

    uncounted = await database.read(look)
    assert [each for each in said if "answer" in each or "lesson_done" in each] == []
    counted = await learners(database, scope)
    assert counted[0].graded == 2
    assert uncounted == [replace(each, lessons_done=0, right=0, graded=0) for each in counted]


async def test_nothing_of_other_organisations(database: Database, cast: Cast) -> None:
    """The same questions, asked from elsewhere: there is something that could leak, and it does not."""
    library, museum = seeing(cast.coordinator, cast.library), seeing(cast.coordinator_elsewhere, cast.museum)

    def asked(tx: Connection, scope: Scope) -> tuple[Any, ...]:
        return (
            progress.learners(tx, scope, of=[cast.learner]),
            progress.person(tx, scope, cast.learner),
            progress.timeline(tx, scope, cast.learner),
            set(progress.organisations(tx, scope)),
        )

    mine = await database.read(lambda tx: asked(tx, library))
    assert [bool(each) for each in mine] == [True] * 4
    assert await database.read(lambda tx: asked(tx, museum)) == ([], None, [], {cast.museum})
    nobody = replace(museum, organisations=frozenset())
    assert await database.read(lambda tx: asked(tx, nobody)) == ([], None, [], set())
    blind = replace(library, rights=frozenset())
    assert await database.read(lambda tx: asked(tx, blind)) == ([], None, [], set())


async def test_a_sector_sees_each_of_its_organisations(database: Database, cast: Cast) -> None:
    found = await learners(database, seeing(cast.sector, cast.library, cast.museum))
    names = [(each.name, each.organisation.name) for each in found]
    assert names == [("Ona Onaitė", "Library"), ("Per Hansen", "Museum"), ("Jonas Jonaitis", "Library")]


async def test_every_state(database: Database, cast: Cast) -> None:
    def live(tx: Connection) -> int:
        town = Town(tx)
        place = town.organisation("Archive")
        other = town.publish(programme("other"))
        people = {name: town.person(place, name) for name in ("a", "b", "c", "d", "e", "f", "g")}
        town.invite(people["b"], cast.safe[0])
        for name in "cdefg":
            town.join(people[name])
        study = {name: town.enrol(people[name], cast.safe) for name in "defg"}
        town.answer(study["d"], 0, 1, correct=None)
        enrolments.set_state(tx, study["f"], "paused")
        enrolments.set_state(tx, study["g"], "finished")
        town.enrol(people["g"], other)
        town.invite(people["f"], other[0])
        town.invite(people["f"], cast.safe[0])
        return place

    place = await database.write(live)
    found = await learners(database, seeing(1, place))
    assert [(each.name, each.programme.slug if each.programme else "", each.state) for each in found] == [
        ("d", "safe", "learning"),
        ("e", "safe", "waiting"),
        ("f", "safe", "paused"),
        ("g", "safe", "finished"),
        ("g", "other", "waiting"),
        ("b", "safe", "invited"),
        ("f", "other", "invited"),
        ("a", "", "listed"),
        ("c", "", "joined"),
    ]


async def test_an_opinion_is_not_graded_and_an_old_version_keeps_its_length(
    database: Database, cast: Cast
) -> None:
    def live(tx: Connection) -> None:
        town = Town(tx)
        town.publish(programme(lessons=5))
        (study,) = enrolments_of(tx, cast.learner)
        town.answer(study.id, 1, 1, correct=None)

    await database.write(live)
    found = await learners(database, seeing(cast.coordinator, cast.library))
    assert [brief(each) for each in found] == [
        ("Ona Onaitė", "safe", 1, 2, 1, 2, "learning"),
        ("Jonas Jonaitis", "safe", 0, 5, 0, 0, "invited"),
    ]


@pytest.mark.parametrize(("by", "counts"), [("time", False), ("learner", True)])
async def test_what_the_clock_does_is_not_the_learners_activity(
    database: Database, cast: Cast, by: str, counts: bool
) -> None:
    def live(tx: Connection) -> None:
        Town(tx).note(cast.learner, "lesson_sent", version=cast.safe[1], lesson=1, by=by)

    await database.write(live)
    (ona, _) = await learners(database, seeing(cast.coordinator, cast.library))
    assert ona.last_at == (MONDAY if counts else SUNDAY)


async def test_coordinators_are_listed_once_they_learn(database: Database, cast: Cast) -> None:
    await database.write(lambda tx: Town(tx).invite(cast.coordinator, cast.safe[0]))
    found = await learners(database, seeing(cast.coordinator, cast.library))
    assert [each.name for each in found] == ["Ona Onaitė", "Jonas Jonaitis", "Rasa Rasaitė"]


async def test_more_people_are_not_more_statements(database: Database, cast: Cast) -> None:
    scope = seeing(cast.coordinator, cast.library)

    def counted(tx: Connection) -> int:
        said = list[str]()

        def hear(_c: object, _u: object, statement: str, *_more: object) -> None:
            said.append(statement)

        event.listen(tx, "before_cursor_execute", hear)
        progress.learners(tx, scope)
        event.remove(tx, "before_cursor_execute", hear)
        return len(said)

    def grow(tx: Connection) -> None:
        town = Town(tx)
        for number in range(40):
            person = town.person(cast.library, f"P{number}")
            town.invite(person, cast.safe[0])
            if number % 2:
                town.join(person)
                town.finish_lesson(town.enrol(person, cast.safe), 0)

    await database.write(counted)  # the first look of a connection reads the versions, which it then keeps
    before = await database.write(counted)
    await database.write(grow)
    assert await database.write(counted) == before


async def test_a_person(database: Database, cast: Cast) -> None:
    scope = seeing(cast.coordinator, cast.library)
    found = await database.read(lambda tx: progress.person(tx, scope, cast.learner))
    organisation = (await database.read(lambda tx: progress.organisations(tx, scope)))[cast.library]
    assert found == Profile(
        cast.learner, "Ona Onaitė", organisation, "lt", time(9, 30), frozenset({1, 2, 3, 4, 5}), SUNDAY
    )


@pytest.mark.parametrize("person", [0, -1, 999_999, 2**31, 2**63, 10**30])
async def test_nobody(database: Database, cast: Cast, person: int) -> None:
    scope = seeing(cast.coordinator, cast.library)
    assert await database.read(lambda tx: progress.person(tx, scope, person)) is None


async def test_the_timeline_comes_newest_first_in_pages_that_meet(database: Database, cast: Cast) -> None:
    scope = seeing(cast.coordinator, cast.library)
    whole = await database.read(lambda tx: progress.timeline(tx, scope, cast.learner))
    assert [each.what for each in whole] == ["lesson_done", "answered", "answered", "enrolled", "joined"]
    done = {"version": cast.safe[1], "lesson": 0, "right": 1, "graded": 2}
    assert asdict(whole[0]) == {"id": whole[0].id, "what": "lesson_done", "details": done, "at": SUNDAY}
    first = await database.read(lambda tx: progress.timeline(tx, scope, cast.learner, most=2))
    rest = await database.read(lambda tx: progress.timeline(tx, scope, cast.learner, before=first[-1].id))
    assert [*first, *rest] == whole


async def test_latest_grows_with_what_happens_in_the_scope_only(database: Database, cast: Cast) -> None:
    library, museum = seeing(cast.coordinator, cast.library), seeing(cast.coordinator_elsewhere, cast.museum)
    both = seeing(cast.sector, cast.library, cast.museum)

    def latest(tx: Connection) -> list[int]:
        return [progress.latest(tx, scope) for scope in (library, museum, both, seeing(1))]

    before = await database.read(latest)
    assert before[0] < before[1] == before[2]
    assert before[3] == 0
    await database.write(lambda tx: Town(tx).note(cast.learner, "paused"))
    after = await database.read(latest)
    assert after[0] == after[2] > before[2]
    assert after[1] == before[1]
