"""Assigned at a pace: so many lessons a week come by themselves, and who wants more goes on at once."""

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from actions import facts
from actions.assign import NotAssigned, change_pace, end
from domain.assigning import Terms
from domain.facts import Study
from domain.pacing import local
from scheduler.jobs import release
from storage import enrolments, people, programmes
from storage.database import Connection, Database
from tests.actions.land import DAY, HOUR, TODAY, Land, foresee, look, make, person, settle
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, sample


@dataclass(slots=True)
class School:
    """Somebody who learns at a library, and a programme of seven lessons, each a card."""

    database: Database
    land: Land
    who: int
    talk: Talk

    def terms(self, **changes: Any) -> Terms:
        return self.land.terms(**{"programme": self.land.week, "place": self.land.library, **changes})

    async def study(self) -> Study:
        """What is known of the study on the way of each message."""

        def read(tx: Connection) -> Study:
            return facts.of_person(tx, people.get(tx, self.who), MONDAY).studies[0]

        return await self.database.read(read)

    async def due(self) -> str:
        """When the next lesson comes, where the learner is."""
        due_at = (await self.study()).due_at
        who = await self.database.read(partial(people.get, person=self.who))
        assert due_at is not None
        return f"{local(due_at, who):%a %d %H:%M}"

    async def comes(self, days: int) -> list[str]:
        """On which dates lessons came from now on, each done within the hour."""
        came, ends = list[str](), self.talk.at + days * DAY
        while self.talk.at < ends:
            if await release.JOB.run(self.database, self.talk.at):
                self.talk.heard = await self.talk.written("lesson:")
                came.append(f"{self.talk.at:%a %d}")
                await self.talk.presses("next")
            self.talk.at += HOUR
        return came


@pytest.fixture
async def school(database: Database) -> School:
    """Before anything is assigned."""

    def fill(tx: Connection) -> tuple[Land, int]:
        land, whole = settle(tx), sample("short", 8)
        programmes.publish(tx, replace(whole, lessons=whole.lessons[1:]), MONDAY)
        short = programmes.by_slug(tx, "short")
        assert short is not None
        return replace(land, week=short), person(tx, land.library, "who")

    land, who = await database.write(fill)
    return School(database, land, who, Talk(database, "who"))


EVERY_DAY = ["Tue 24", "Wed 25", "Thu 26", "Fri 27", "Mon 30", "Tue 01", "Wed 02"]
PACES = [
    (None, EVERY_DAY),
    (5, EVERY_DAY),
    (3, ["Tue 24", "Wed 25", "Fri 27", "Mon 30", "Wed 02", "Fri 04", "Mon 07"]),
    (2, ["Tue 24", "Thu 26", "Mon 30", "Thu 03", "Mon 07", "Thu 10", "Mon 14"]),
    (1, ["Tue 24", "Mon 30", "Mon 07", "Mon 14"]),
]


@pytest.mark.parametrize(("pace", "days"), PACES)
async def test_lessons_come_at_the_pace(school: School, pace: int | None, days: list[str]) -> None:
    await make(school.database, school.terms(pace=pace))
    await look(school.database)
    assert await school.comes(22) == days


async def test_who_wants_more_goes_on_at_once_and_the_week_stays_as_it_is(school: School) -> None:
    await make(school.database, school.terms(pace=1))
    await look(school.database)
    assert await school.comes(2) == ["Tue 24"]
    assert await school.due() == "Mon 30 09:30"
    assert await school.talk.says("/continue") == ["card 1.0"]
    assert await school.talk.presses("next") == ["study.lesson_done_unscored"]
    assert await school.due() == "Mon 30 09:30"


@pytest.mark.parametrize(
    "words",
    [("/pause", "/resume"), ("/snooze 1", "/snooze off"), ("/leave 2026-11-25 2026-11-26", "/leave off")],
)
async def test_neither_a_pause_nor_days_off_bring_a_lesson_before_the_pace_does(
    school: School, words: tuple[str, str]
) -> None:
    await make(school.database, school.terms(pace=1))
    await look(school.database)
    assert await school.comes(2) == ["Tue 24"]
    for word in words:
        await school.talk.says(word)
    assert await school.due() == "Mon 30 09:30"


async def test_a_lesson_that_had_its_day_and_could_not_come_comes_on_the_next_one(school: School) -> None:
    await make(school.database, school.terms(pace=1))
    await look(school.database)
    assert await school.comes(2) == ["Tue 24"]
    await school.talk.says("/snooze 7")
    assert await school.due() == "Wed 02 09:30"


async def test_the_fastest_holds_where_several_reach_the_same_study(school: School) -> None:
    first = await make(school.database, school.terms(pace=1))
    await look(school.database)
    assert (await school.study()).pace == 1
    second = await make(school.database, school.terms(pace=3, place=school.land.country))
    await look(school.database)
    assert (await school.study()).pace == 3
    third = await make(school.database, school.terms())
    await look(school.database)
    assert (await school.study()).pace is None  # on each of their days
    for number, pace in ((third, 3), (second, 1), (first, None)):
        await school.database.write(partial(end, assignment=number, now=MONDAY))
        assert (await school.study()).pace == pace


async def test_nobody_else_and_no_other_programme_has_it(school: School) -> None:
    def more(tx: Connection) -> int:
        other = person(tx, school.land.other, "other")
        version = programmes.newest(tx)
        for who, programme in ((other, school.land.week), (school.who, school.land.after)):
            enrolments.enrol(tx, person=who, programme=programme, version=version[programme], at=MONDAY)
        return other

    other = await school.database.write(more)
    await make(school.database, school.terms(pace=2))
    await look(school.database)

    def paces(tx: Connection) -> dict[tuple[int, int], int | None]:
        both = [people.get(tx, each) for each in (school.who, other)]
        return {
            (each.id, study.programme_id): study.pace
            for each in both
            for study in facts.of_person(tx, each, MONDAY).studies
        }

    assert await school.database.read(paces) == {
        (school.who, school.land.week): 2,
        (school.who, school.land.after): None,
        (other, school.land.week): None,
    }


async def test_a_change_holds_for_who_learns_already(school: School) -> None:
    number = await make(school.database, school.terms(pace=1))
    await look(school.database)
    assert await school.comes(2) == ["Tue 24"]
    await school.database.write(partial(change_pace, assignment=number, pace=3, now=MONDAY))
    assert await school.comes(12) == ["Mon 30", "Wed 02", "Fri 04"]
    await school.database.write(partial(change_pace, assignment=number, pace=None, now=MONDAY))
    assert await school.comes(6) == ["Mon 07", "Tue 08", "Wed 09"]
    with pytest.raises(NotAssigned, match="pace"):
        await school.database.write(partial(change_pace, assignment=number, pace=6, now=MONDAY))


@pytest.mark.parametrize(
    ("pace", "ends"), [(None, date(2026, 12, 1)), (3, date(2026, 12, 7)), (1, date(2027, 1, 4))]
)
async def test_a_preview_says_when_the_last_one_comes(school: School, pace: int | None, ends: date) -> None:
    reach = await foresee(school.database, school.terms(pace=pace, starts_on=TODAY))
    assert reach.ends_on == ends


@pytest.mark.parametrize("pace", [0, 6, -1])
async def test_a_pace_that_is_none_is_refused(school: School, pace: int) -> None:
    with pytest.raises(NotAssigned, match="pace"):
        await make(school.database, school.terms(pace=pace))
