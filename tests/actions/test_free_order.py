"""Free order on a store: the choice, a tap, a second one, and the list."""

from domain.message import Notice
from domain.programme import Rules
from storage.database import Database
from storage.steps import STEP
from tests.actions.examinees import comes
from tests.actions.talk import Talk
from tests.domain.make import programme
from tests.storage.samples import MONDAY, enrolments_of, rows

FREE = programme("t", "t", "!s", "t", rules=Rules(order="free"))


def offered(talk: Talk) -> list[str]:
    (*_, last) = talk.heard
    assert isinstance(last, Notice)
    return [choice.data for choice in last.choices if choice.data.startswith("/lesson ")]


async def test_lessons_are_taken_as_the_learner_likes(database: Database) -> None:
    ana, town = await comes(database, FREE)
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    tap = f"/lesson {study.id} "
    assert offered(ana) == [f"{tap}0", f"{tap}1", f"{tap}3"]
    assert (study.card, study.due_at is not None and study.due_at > MONDAY) == (-1, True)
    assert await ana.says(f"{tap}3") == ["card 3.0"]
    assert await ana.says(f"{tap}3") == ["card 3.0"]
    assert len(await rows(database, STEP.c.key)) == 1
    assert await ana.says(f"{tap}1") == ["card 1.0"]
    assert len(await rows(database, STEP.c.key, where=STEP.c.closed_at.is_(None))) == 1
    assert await ana.presses("next") == ["study.lesson_done_unscored+lessons.or_another"]
    assert offered(ana) == [f"{tap}3"]
    assert await ana.says(f"{tap}2") == ["lessons.not_yet"]
    assert await ana.says(f"{tap}1") == ["read 1.0"]
    assert await ana.says("/lessons") == ["lessons.head+lessons.next+lessons.done+lessons.later+lessons.open"]
    assert await ana.says("/continue") == ["card 0.0"]


async def test_a_lesson_of_somebody_else_is_not_begun(database: Database) -> None:
    ana, town = await comes(database, FREE)
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert await ana.says(f"/lesson {study.id + 1} 0") == ["lessons.gone"]
    assert await Talk(database, key="nobody").says(f"/lesson {study.id} 0") == ["join.stranger"]
