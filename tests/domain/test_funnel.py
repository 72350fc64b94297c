"""The funnel: lessons keep their people from version to version, and where people stop is told by the card."""

from dataclasses import replace
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from domain.funnel import Been, How, Stuck, funnel
from domain.item_analysis import Item, Tally, analyse
from tests.domain.make import programme, question
from tests.domain.strategies import calm

NOW = programme("ts", "tsm", "t")
BEFORE = replace(NOW, lessons=(NOW.lessons[1], programme("tt").lessons[0]))  # "02", then a shorter "01"
VERSIONS = {1: BEFORE, 2: NOW}


def test_people_of_earlier_versions_count_in_the_same_lesson() -> None:
    been = [
        Been(2, 0, how="finished", seconds=60, people=3),
        Been(2, 0, how="begun", seconds=600, people=2),
        Been(1, 1, how="finished", seconds=120, people=3),
        Been(1, 0, how="finished", seconds=90, people=1),
    ]
    first, second, third = funnel(NOW, VERSIONS, been, [], [])
    assert [each.lesson.slug for each in (first, second, third)] == ["01", "02", "03"]
    assert (first.reached, first.finished, first.timed, first.minutes) == (8, 6, 6, 1.5)
    assert (second.reached, second.finished, second.timed, second.minutes) == (1, 1, 1, 1.5)
    assert (third.reached, third.finished, third.timed, third.minutes) == (0, 0, 0, None)


def test_who_finished_without_a_look_has_no_time() -> None:
    first, *_ = funnel(NOW, VERSIONS, [Been(2, 0, how="finished", seconds=0, people=9)], [], [])
    assert (first.reached, first.finished, first.timed, first.minutes) == (9, 9, 0, None)


def test_who_skipped_a_lesson_neither_reached_nor_finished_it() -> None:
    first, *_ = funnel(NOW, VERSIONS, [Been(2, 0, "skipped", 0, 4), Been(1, 1, "skipped", 0, 1)], [], [])
    assert (first.skipped, first.reached, first.finished, first.timed) == (5, 0, 0, 0)


def test_where_people_stop() -> None:
    stuck = [Stuck(2, 1, 1, 4), Stuck(1, 0, 1, 2), Stuck(2, 1, 2, 1), Stuck(1, 1, 0, 3)]
    first, second, third = funnel(NOW, VERSIONS, [], stuck, [])
    assert second.stops == {1: 6, 2: 1}  # the lesson is the same in both versions
    assert first.stops == {None: 3}  # it had other cards
    assert (first.stopped, second.stopped, third.stopped) == (3, 7, 0)


def test_a_lesson_that_is_gone_is_left_out() -> None:
    gone = replace(NOW, lessons=NOW.lessons[:1])
    (only,) = funnel(
        gone, VERSIONS, [Been(2, 2, how="finished", seconds=5, people=1)], [Stuck(2, 2, 0, 1)], []
    )
    assert (only.reached, only.stopped) == (0, 0)


def test_who_moved_on_from_a_longer_version_is_left_out_where_it_had_more() -> None:
    stages = funnel(NOW, VERSIONS, [Been(2, 7, how="finished", seconds=5, people=1)], [Stuck(2, 7, 0, 1)], [])
    assert [(each.reached, each.stopped) for each in stages] == [(0, 0)] * 3


def test_answers_are_those_of_the_lessons_questions() -> None:
    def item(name: str, right: int, wrong: int) -> Item:
        worth = [Tally((1,), 1.0, right, 0, 0, 0), Tally((0,), 0.0, wrong, 0, 0, 0)]
        return analyse(question("s", name), worth)

    items = [(0, item("01-1", 3, 1)), (1, item("02-1", 5, 5)), (1, item("01-1", 20, 0))]
    first, second, third = funnel(NOW, VERSIONS, [], [], items)
    assert (first.answers, first.right) == (4, 0.75)
    assert (second.answers, round(second.right, 4)) == (30, round(25 / 30, 4))
    assert (third.answers, third.right, third.items) == (0, 0.0, ())


hows = st.sampled_from(get_args(How))
been = st.builds(Been, st.just(2), st.integers(0, 2), hows, st.integers(0, 600), st.integers(1, 9))


@calm
@given(st.lists(been))
def test_nobody_is_lost(seen: list[Been]) -> None:
    stages = funnel(NOW, VERSIONS, seen, [], [])
    assert sum(each.reached + each.skipped for each in stages) == sum(each.people for each in seen)
    assert sum(each.finished for each in stages) == sum(
        each.people for each in seen if each.how == "finished"
    )
    assert all(each.timed <= each.finished <= each.reached for each in stages)
