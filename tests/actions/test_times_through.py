"""Figures over times through a programme: a renewal adds nothing twice, moving on loses nothing."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from actions.carry_out import Turn
from actions.people_behind import GROUPS, behind
from actions.programme_figures import Figures, insight, overview
from domain.completion import Completion
from domain.effect import Effect, FinishLesson, MoveOn, Renew
from domain.facts import Step
from domain.programme import Order, Programme, Rules
from storage import addresses, enrolments, lesson_time, programmes, steps, studies
from storage.database import Connection, Database
from tests.console.crowd import Crowd
from tests.console.town import MONDAY, Town, seeing
from tests.domain.make import programme

MINUTE = timedelta(minutes=1)
TAUGHT = programme("ts", "ts", rules=Rules(replaces_minutes=60))


def begin(tx: Connection, taught: Programme) -> tuple[Crowd, int]:
    town = Town(tx)
    library = town.organisation("Library")
    return Crowd(tx, library, town.publish(taught), taught), library


async def figures(database: Database, library: int) -> Figures:
    (found,) = await database.read(lambda tx: overview(tx, seeing(1, library)))
    looked = await database.read(lambda tx: insight(tx, seeing(1, library), found.id, MONDAY))
    assert looked
    assert looked.figures == found
    return found


async def test_a_renewal_is_no_second_completion_and_its_time_is_told_apart(database: Database) -> None:
    def build(tx: Connection) -> int:
        crowd, library = begin(tx, TAUGHT)
        for number in range(6):
            enrolment = crowd.enrol(crowd.person(), state="finished", lesson=1)
            for lesson in range(2):
                crowd.show(enrolment, lesson, 0, took=MINUTE)
                crowd.finish(enrolment, lesson)
            if number < 2:  # two begin again, and one of them has finished again
                later = MONDAY - timedelta(days=5)
                lesson_time.count_old(tx, enrolment, TAUGHT)
                studies.put_by(tx, enrolment, later)
                enrolments.begin_again(tx, enrolment, crowd.where[1], later)
                again = replace(crowd, at=later)
                for lesson in range(2 if number else 1):
                    again.show(enrolment, lesson, 0, took=2 * MINUTE)
                    again.finish(enrolment, lesson)
                if number:
                    enrolments.set_state(tx, enrolment, "finished")
        return library

    library = await database.write(build)
    found = await figures(database, library)
    assert found.completion == Completion(finished=6, again=1)
    assert (found.learnt, found.again) == ((4 * 2 + 2 * 2) * MINUTE + 3 * 2 * MINUTE, 6 * MINUTE)
    assert found.saving
    counted = (found.saving.people, found.saving.timed, found.saving.spent)
    assert counted == (6, 6, 12 * MINUTE)
    looked = await database.read(lambda tx: insight(tx, seeing(1, library), found.id, MONDAY))
    assert looked
    assert [(each.reached, each.finished) for each in looked.stages] == [(6, 6), (6, 6)]


async def test_who_moved_on_counts_in_the_lessons_of_the_same_name(database: Database) -> None:
    """The first lesson is done, then a lesson is put in front: it stands elsewhere, and is the same."""
    first, second = TAUGHT.lessons
    newer = replace(TAUGHT, lessons=(replace(second, slug="00"), first, second))

    def build(tx: Connection) -> int:
        crowd, library = begin(tx, TAUGHT)
        enrolment = crowd.enrol(crowd.person())
        crowd.show(enrolment, 0, 0, took=MINUTE)
        crowd.finish(enrolment, 0)
        new = programmes.publish(tx, newer, MONDAY)
        assert new
        assert enrolments.move_on(tx, enrolment, (crowd.where[1], new), 0, MONDAY)
        studies.remap_lessons(tx, enrolment, ((0, 1),))
        steps.leave(tx, enrolment, crowd.where[1], MONDAY)
        return library

    library = await database.write(build)
    found = await figures(database, library)
    assert found.completion == Completion(under_way=1)  # whoever moves on means it
    looked = await database.read(lambda tx: insight(tx, seeing(1, library), found.id, MONDAY))
    assert looked
    assert [(each.reached, each.finished) for each in looked.stages] == [(0, 0), (1, 1), (0, 0)]


async def test_lessons_that_an_entry_test_skips_are_neither_reached_nor_finished(database: Database) -> None:
    def build(tx: Connection) -> int:
        crowd, library = begin(tx, TAUGHT)
        enrolment = crowd.enrol(crowd.person())
        for lesson in range(2):
            crowd.show(enrolment, lesson, 1, took=MINUTE, purpose="test", question=True)
            studies.finish_lesson(tx, enrolment, lesson, crowd.at, skipped=True)
        return library

    library = await database.write(build)
    found = await figures(database, library)
    assert found.completion == Completion(browsing=1)
    assert found.time == {"test": 2 * MINUTE}
    looked = await database.read(lambda tx: insight(tx, seeing(1, library), found.id, MONDAY))
    assert looked
    assert [(each.reached, each.finished, each.skipped) for each in looked.stages] == [(0, 0, 1), (0, 0, 1)]


async def test_in_free_order_and_in_tests_a_lesson_counts_by_its_own_cards(database: Database) -> None:
    free: Order = "free"
    taught = programme("t", "t", "!s", rules=Rules(order=free))

    def build(tx: Connection) -> int:
        crowd, library = begin(tx, taught)
        enrolment = crowd.enrol(crowd.person(), lesson=2)
        crowd.show(enrolment, 1, 0, took=MINUTE)
        crowd.finish(enrolment, 1)
        crowd.show(enrolment, 2, 0, took=MINUTE, purpose="test", question=True)
        return library

    library = await database.write(build)
    found = await figures(database, library)
    looked = await database.read(lambda tx: insight(tx, seeing(1, library), found.id, MONDAY))
    assert looked
    assert [(each.reached, each.finished) for each in looked.stages] == [(0, 0), (1, 1), (1, 0)]
    assert [each.stopped for each in looked.stages] == [0, 0, 1]


async def test_behind_every_number_are_as_many_people(database: Database) -> None:
    def build(tx: Connection) -> tuple[int, int]:
        crowd, library = begin(tx, TAUGHT)
        crowd.invite(crowd.person())
        crowd.enrol(crowd.person(), card=-1)
        stands = crowd.enrol(crowd.person(), lesson=1, card=1)
        crowd.finish(stands, 0)
        crowd.show(stands, 1, 1, took=None)
        done = crowd.enrol(crowd.person(), state="finished")
        crowd.finish(done, 0, 1)
        other = Crowd(tx, Town(tx).organisation("Museum"), crowd.where, TAUGHT)
        other.finish(other.enrol(other.person(), state="finished"), 0, 1)
        return library, crowd.where[0]

    library, owner = await database.write(build)
    scope = seeing(1, library)

    def count(tx: Connection, group: str, lesson: str = "") -> tuple[int, int] | None:
        found = behind(tx, scope, owner, group, lesson=lesson, now=MONDAY)
        return (len(found.people), found.of) if found else None

    people = {each: await database.read(partial(count, group=each)) for each in GROUPS}
    assert people == {
        "everyone": (4, 4), "finished": (1, 2), "again": (0, 1), "under_way": (0, 2), "not_begun": (1, 2),
        "browsing": (2, 4),
    }  # fmt: skip
    at = {
        (each, slug): await database.read(partial(count, group=each, lesson=slug))
        for each in ("reached", "done", "skipped", "stopped")
        for slug in ("01", "02")
    }
    assert at == {
        ("reached", "01"): (2, 3), ("reached", "02"): (2, 3), ("done", "01"): (2, 2), ("done", "02"): (1, 2),
        ("skipped", "01"): (0, 3), ("skipped", "02"): (0, 3), ("stopped", "01"): (0, 2), ("stopped", "02"): (1, 2),
    }  # fmt: skip
    assert [await database.read(lambda tx: count(tx, "x")), await database.read(lambda tx: count(tx, "done", "x"))] == [
        None, None
    ]  # fmt: skip


async def test_a_test_counts_once_wherever_it_stands_now(database: Database) -> None:
    """Two people do a test of 100 seconds; a lesson is put before it. One moves on, the other one begins again."""
    taught = programme("ts", "!s")
    newer = replace(taught, lessons=(replace(taught.lessons[0], slug="00"), *taught.lessons))

    def build(tx: Connection) -> tuple[int, list[Effect], list[Turn]]:
        crowd, library = begin(tx, taught)
        turns, whose = list[Turn](), list[int]()
        for key in ("moves on", "renews"):
            person = crowd.person()
            whose.append(crowd.enrol(person, state="active" if key == "moves on" else "finished"))
            crowd.show(whose[-1], 1, 0, took=timedelta(seconds=100), purpose="test", question=True)
            place = addresses.find_or_add(tx, "web", key, None, MONDAY)
            turns.append(Turn(tx, place, person, key, "reply", MONDAY, lambda _: ()))
            turns[-1].carry_out([FinishLesson(whose[-1], 1, 1, 1)])
        new = programmes.publish(tx, newer, MONDAY)
        assert new
        owner, old = crowd.where
        return library, [MoveOn(whose[0], old, new, ((1, 2),), 0), Renew(whose[1], owner)], turns

    library, effects, turns = await database.write(build)
    assert (await figures(database, library)).time == {"test": timedelta(seconds=200)}
    for effect, turn in zip(effects, turns, strict=True):

        def change(tx: Connection, effect: Effect = effect, turn: Turn = turn) -> None:
            replace(turn, tx=tx).carry_out([effect])

        await database.write(change)
        assert (await figures(database, library)).time == {"test": timedelta(seconds=200)}


async def test_what_comes_back_counts_as_in_the_version_that_it_is_of(database: Database) -> None:
    """For four minutes: in the lesson of two cards that is well within the cap, in the one of seven it is not."""
    taught, newer = programme("ts"), programme("tttttts")

    def build(tx: Connection) -> int:
        old, library = begin(tx, taught)
        crowd = replace(old, where=Town(tx).publish(newer), programme=newer)
        enrolment = crowd.enrol(crowd.person())
        back = Step("back", enrolment, 0, 1, question=True, purpose="review", version=old.where[1])
        steps.put(tx, back, MONDAY)
        assert steps.close(tx, "back", MONDAY + 4 * MINUTE)
        return library

    library = await database.write(build)
    assert (await figures(database, library)).time == {"review": 4 * MINUTE}
