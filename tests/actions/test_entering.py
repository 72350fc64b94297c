"""The entry test on a store: what is known is skipped, and learning goes on at the first lesson that is not."""

from datetime import timedelta
from functools import partial

from actions.give_back import give_back
from actions.release import release
from domain.event import Pressed
from domain.message import Notice
from storage import studies
from storage.activity import ACTIVITY
from storage.database import Database
from storage.studies import LESSON_DONE
from tests.actions.examinees import answers, comes, examined, sat
from tests.actions.talk import Talk, in_short, new_key
from tests.storage.samples import MONDAY, enrolments_of, rows

DAY = timedelta(days=1)
TAUGHT = examined("tss", "tm", "t", "tns", "ss", skip=1)


def buttons(talk: Talk) -> list[str]:
    notice = talk.heard[-1]
    assert isinstance(notice, Notice)
    return [choice.label for choice in notice.choices]


async def checks(talk: Talk, known: set[int]) -> list[str]:
    """Take the entry test, knowing what is asked of these lessons."""
    said = await talk.presses("check")
    while said[-1].startswith("card "):
        lesson = int(said[-1].removeprefix("card ").split(".")[0])
        said = await answers(talk, TAUGHT, right=lesson in known)
    return said


async def test_what_is_known_is_skipped(database: Database) -> None:
    ana, town = await comes(database, TAUGHT)
    assert in_short(ana.heard[-2:]) == ["join.welcome", "entry.offer"]
    assert buttons(ana) == ["entry.check", "entry.start"]
    assert await ana.says("/continue") == ["entry.offer"]
    assert await checks(ana, {0, 3}) == ["entry.skipped+study.following"]
    done = await rows(database, LESSON_DONE.c.lesson, LESSON_DONE.c.skipped)
    assert done == [(0, True), (3, True)]
    assert await sat(database, town.ana) == [(-1, 1, 3, None)]
    assert await ana.says("/continue") == ["card 1.0"]
    await ana.presses("next")
    assert (await answers(ana, TAUGHT, right=True))[1] == "study.lesson_done"
    assert await ana.says("/continue") == ["card 2.0"]
    assert await ana.presses("next") == ["study.lesson_done_unscored"]
    assert (await ana.says("/continue"))[0].startswith("test.head")
    (study,) = await database.read(lambda tx: studies.of_person(tx, town.ana))
    assert (study.lessons_done, study.right, study.graded) == (frozenset(range(4)), 1, 1)


async def test_who_knows_nothing_learns_from_the_beginning(database: Database) -> None:
    ana, _ = await comes(database, TAUGHT)
    assert await checks(ana, set()) == ["entry.none_skipped+study.following"]
    assert await ana.says("/continue") == ["card 0.0"]


async def test_who_starts_from_the_beginning_is_not_asked_again(database: Database) -> None:
    ana, town = await comes(database, TAUGHT)
    offer = ana.step
    assert await ana.presses("start") == ["card 0.0"]
    assert await ana.says("/continue") == ["card 0.0"]
    ana.heard = ana.heard[:1]
    assert in_short(await ana.does(Pressed(f"{offer}:check"))) == ["study.behind"]
    assert await sat(database, town.ana) == []


async def test_an_offer_that_never_arrived_comes_again(database: Database) -> None:
    """Until somebody has begun a lesson all the same."""
    ana, town = await comes(database, TAUGHT)
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    undelivered = partial(give_back, kind="lesson", step=ana.step, now=MONDAY)
    await database.write(undelivered)
    (waits,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert (waits.card, waits.due_at) == (-1, MONDAY + DAY)
    ana.at = MONDAY + DAY
    assert await database.write(partial(release, enrolment=study.id, now=ana.at, new_key=new_key))
    assert in_short(await ana.written("lesson:")) == ["entry.offer"]
    ana.heard += await ana.written("lesson:")
    offer = ana.step
    assert await ana.presses("start") == ["card 0.0"]
    await database.write(partial(give_back, kind="lesson", step=offer, now=ana.at))
    (begun,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert (begun.card, begun.due_at) == (0, None)


async def test_who_knows_all_comes_straight_to_the_test_or_the_end(database: Database) -> None:
    taught = examined("ts", "s", skip=2, at=1)
    ana, town = await comes(database, taught)
    await ana.presses("check")
    assert await answers(ana, taught, right=True) == ["entry.skipped+study.following"]
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert (study.lesson, study.card, study.state) == (1, -1, "active")
    happened = [row[1] for row in await rows(database, ACTIVITY.c.id, ACTIVITY.c.what)]
    assert happened == ["joined", "enrolled", "test_begun", "answered", "test_done", "lesson_done"]
