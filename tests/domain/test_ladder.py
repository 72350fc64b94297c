"""The ladder: four reminders on good days in the learner's hours, then a pause; any answer begins it anew."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conversation import enrolled, respond
from domain.effect import Effect, Move, OpenStep, SetState
from domain.event import Event, Pressed, Said
from domain.facts import Facts
from domain.gate import Asked, Send, decide
from domain.ladder import (
    PAUSE,
    SAME_DAY,
    Rung,
    begun_anew,
    caught_up,
    first_rung,
    next_rung,
    put_off,
    stays,
    touched,
    wording,
)
from domain.pacing import day_off, local
from domain.person import Person
from tests.domain import strategies as may_be
from tests.domain.make import NOW, asked, facts, keys, person, programme, shelf, step, study
from tests.domain.strategies import calm

ALWAYS = datetime(2100, 1, 1, tzinfo=UTC)
AT_A_CARD = OpenStep(step())


def wall(rung: Rung, who: Person) -> tuple[int, str]:
    return rung.number, local(rung.due_at, who).isoformat(timespec="minutes")


def utc(written: str) -> datetime:
    """The moment of a wall time in Vilnius in winter."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC) - timedelta(hours=2)


@pytest.mark.parametrize(
    ("sent", "hour", "first"),
    [
        ("2026-11-23T09:30", "09:30", (1, "2026-11-23T13:30")),
        ("2026-11-23T13:00", "09:30", (1, "2026-11-23T17:00")),
        ("2026-11-23T14:30", "14:30", (1, "2026-11-23T17:30")),
        ("2026-11-23T15:30", "15:30", (1, "2026-11-23T17:30")),
        ("2026-11-23T15:31", "15:30", (2, "2026-11-24T15:30")),
        ("2026-11-23T17:00", "17:00", (2, "2026-11-24T17:00")),
        ("2026-11-23T19:00", "19:00", (2, "2026-11-24T19:00")),
        ("2026-11-23T17:00", "19:00", (1, "2026-11-23T20:30")),  # an answer, before a late hour
        ("2026-11-23T03:00", "09:30", (1, "2026-11-23T08:00")),
        ("2026-11-23T06:30", "06:30", (1, "2026-11-23T10:30")),
        ("2026-11-23T23:30", "23:30", (2, "2026-11-24T23:30")),
        ("2026-11-27T16:00", "09:30", (2, "2026-11-30T09:30")),  # Friday
        ("2026-11-28T10:00", "09:30", (2, "2026-11-30T09:30")),  # Saturday
        ("2026-12-23T16:00", "09:30", (2, "2026-12-28T09:30")),
    ],
)
def test_the_first_reminder_comes_the_same_working_day_if_there_is_room(
    sent: str, hour: str, first: tuple[int, str]
) -> None:
    who = person(hour=time.fromisoformat(hour))
    assert wall(first_rung(utc(sent), who), who) == first


@calm
@given(may_be.people, may_be.moments, st.timedeltas(timedelta(0), timedelta(hours=4)))
def test_what_stays_where_it_is_comes_when_it_would_have_come(
    who: Person, sent: datetime, later: timedelta
) -> None:
    planned, answered = first_rung(sent, who), sent + later
    learning = replace(facts(study(programme(), reminder_at=planned.due_at)), now=answered)
    if planned.number == SAME_DAY and answered < planned.due_at and stays(learning, [AT_A_CARD], 1):
        assert (begun_anew(planned.due_at, answered, who) or planned) == first_rung(answered, who)
    assert begun_anew(planned.due_at, None, who) is None
    assert begun_anew(planned.due_at, sent, who) is None


@pytest.mark.parametrize(
    ("planned", "did", "may"),
    [
        (timedelta(hours=4), AT_A_CARD, True),
        (timedelta(hours=4, seconds=1), AT_A_CARD, False),
        (timedelta(minutes=1, seconds=1), AT_A_CARD, True),
        (timedelta(minutes=1), AT_A_CARD, False),
        (-timedelta(hours=1), AT_A_CARD, False),
        (None, AT_A_CARD, False),
        (timedelta(hours=1), OpenStep(replace(AT_A_CARD.step, enrolment=2)), False),
        (timedelta(hours=1), OpenStep(replace(AT_A_CARD.step, purpose="review")), False),
        (timedelta(hours=1), SetState(1, "active"), False),
    ],
)
def test_only_a_first_reminder_stays_and_only_where_a_card_is_shown(
    planned: timedelta | None, did: Effect, may: bool
) -> None:
    assert stays(facts(study(programme(), reminder_at=planned and NOW + planned)), [did], 1) is may
    assert not stays(facts(), [AT_A_CARD], 1), "who has just enrolled is reminded of nothing yet"


@pytest.mark.parametrize(
    ("start", "climbed"),
    [
        ("2026-11-23T09:30", ["11-23T13:30", "11-24T09:30", "12-01T09:30", "12-15T09:30", "12-22T09:30"]),
        ("2026-11-27T09:30", ["11-27T13:30", "11-30T09:30", "12-07T09:30", "12-21T09:30", "12-28T09:30"]),
        (
            "2026-12-16T16:30",
            ["12-17T09:30", "12-28T09:30", "01-11T09:30", "01-18T09:30"],
        ),  # the 24th is a holiday
    ],
)
def test_a_day_a_week_a_fortnight_and_the_pause(start: str, climbed: list[str]) -> None:
    who = person()
    rungs = list(climb(utc(start), who))
    assert [wall(each, who)[1][5:] for each in rungs] == climbed
    assert [each.number for each in rungs][-2:] == [4, PAUSE]


def climb(now: datetime, who: Person) -> list[Rung]:
    """Every rung when nothing is ever done."""
    rungs = [first_rung(now, who)]
    while rungs[-1].number < PAUSE:
        rungs.append(next_rung(rungs[-1].number, rungs[-1].due_at, who))
    return rungs


@calm
@given(may_be.moments, may_be.people)
def test_reminders_come_at_good_times_on_days_of_their_own_and_end(sent: datetime, who: Person) -> None:
    rungs = climb(sent, who)
    assert [each.number for each in rungs] in ([1, 2, 3, 4, PAUSE], [2, 3, 4, PAUSE])
    dates = [local(each.due_at, who).date() for each in rungs]
    assert sorted(set(dates)) == dates
    assert (dates[0] == local(sent, who).date()) == (rungs[0].number == 1)
    assert [later - each for each, later in zip(dates[-3:], dates[-2:], strict=False)] >= [
        timedelta(days=14),
        timedelta(days=7),
    ]
    for each in rungs:
        assert each.due_at > sent
        assert day_off(local(each.due_at, who).date(), who) is None
        assert isinstance(decide(each.due_at, who, Asked("reminder", ALWAYS)), Send)


@calm
@given(
    may_be.moments.flatmap(
        lambda now: st.tuples(st.just(now), may_be.people.flatmap(lambda who: may_be.absent(now, who)))
    )
)
def test_a_rung_never_falls_on_a_leave(case: tuple[datetime, Person]) -> None:
    now, who = case
    assert all(day_off(local(each.due_at, who).date(), who) is None for each in climb(now, who))


@pytest.mark.parametrize(
    ("at", "hour", "when"),
    [
        ("2026-11-24T08:00", "14:00", "2026-11-24T14:00"),
        ("2026-11-24T08:00", "06:00", "2026-11-24T08:00"),
        ("2026-11-24T16:00", "14:00", "2026-11-24T16:00"),
    ],
)
def test_what_has_to_wait_comes_at_the_learners_own_hour(at: str, hour: str, when: str) -> None:
    assert put_off(utc(at), person(hour=time.fromisoformat(hour))) == utc(when)


@pytest.mark.parametrize(
    ("due", "now", "comes"),
    [
        ("2026-11-23T13:30", "2026-11-23T13:30", "2026-11-23T13:30"),
        ("2026-11-23T13:30", "2026-11-24T13:30", "2026-11-23T13:30"),
        ("2026-11-23T13:30", "2026-11-24T13:31", "2026-11-25T09:30"),
        ("2026-11-23T13:30", "2026-11-26T08:00", "2026-11-26T09:30"),
        ("2026-11-23T13:30", "2026-11-29T08:00", "2026-11-30T09:30"),
    ],
)
def test_what_is_long_past_comes_at_the_next_hour(due: str, now: str, comes: str) -> None:
    assert caught_up(utc(due), utc(now), person()) == utc(comes)


@pytest.mark.parametrize(
    ("said", "pool", "used"),
    [
        ((), 6, 0),
        ((0,), 6, 1),
        ((1, 0), 6, 2),
        ((0, 1, 2, 3, 4, 5), 6, 0),
        ((3, 0, 1, 2), 4, 3),
        ((9, 0, 1), 2, 0),
        ((5, 5), 1, 0),
    ],
)
def test_the_wording_that_was_not_used_for_longest(said: tuple[int, ...], pool: int, used: int) -> None:
    assert wording(said, pool) == used


@given(st.integers(1, 9), st.integers(1, 40))
def test_every_wording_comes_before_one_comes_again(pool: int, times: int) -> None:
    said: tuple[int, ...] = ()
    for _ in range(times):
        said = (*said, wording(said, pool))
    for start in range(len(said) - pool + 1):
        assert sorted(said[start : start + pool]) == list(range(pool))


TAUGHT, OTHER = programme("st", "t"), programme("t", slug="gdpr")
WAITING, RESTING = study(TAUGHT, 1, -1, due_at=NOW), study(TAUGHT, 0, 0, state="paused")
QUESTION, TEXT = study(TAUGHT, 0, 0), study(TAUGHT, 0, 1)
DONE = study(OTHER, 0, 0, state="finished")
BESIDE = study(OTHER, 0, 0, enrolment=2, version=12)


@pytest.mark.parametrize(
    ("known", "event", "waits"),
    [
        (facts(QUESTION, pressed=asked(), open=asked()), Pressed("k:1"), {1: True}),
        (facts(QUESTION, pressed=asked(), open=asked()), Pressed("k:ok"), {1: True}),  # nothing was chosen
        (
            facts(TEXT, pressed=step(card=1), open=step(card=1)),
            Pressed("k:next"),
            {1: False},
        ),  # the end of the lesson
        (
            facts(study(OTHER, 0, 0), pressed=step(), open=step()),
            Pressed("k:next"),
            {1: False},
        ),  # and of the programme
        (facts(QUESTION, open=asked()), Said("Antis"), {1: True}),
        (facts(QUESTION, open=asked()), Said("/continue"), {1: True}),
        (facts(QUESTION, open=asked()), Said("/menu"), {}),
        (facts(QUESTION, open=asked()), Said("labas"), {}),
        (facts(QUESTION, open=asked()), Said("/pause"), {1: False}),
        (facts(RESTING, open=asked()), Said("/resume"), {1: True}),
        (facts(RESTING, open=asked()), Said("/continue"), {1: True}),
        (facts(RESTING, pressed=asked(), open=asked()), Pressed("k:1"), {1: True}),
        (facts(replace(WAITING, state="paused")), Said("/resume"), {1: False}),
        (facts(WAITING), Said("/continue"), {1: True}),
        (facts(WAITING, pressed=step("old", closed=True)), Pressed("old:next"), {}),
        (facts(DONE, pressed=step("old", closed=True)), Pressed("old:next"), {1: False}),
        (facts(QUESTION, pressed=step("old", closed=True)), Pressed("old:next"), {1: True}),
        (facts(BESIDE, QUESTION, open=asked()), Said("Antis"), {1: True}),
        (facts(BESIDE, QUESTION, shelf=(shelf(TAUGHT), shelf(OTHER, 6))), Said("/enrol safe"), {1: True}),
        (facts(QUESTION), Said("/snooze 3"), {}),
    ],
)
def test_where_something_was_done(known: Facts, event: Event, waits: dict[int, bool]) -> None:
    assert touched(known, respond(known, event, keys())) == waits


def test_a_new_programme_is_followed_from_its_first_card() -> None:
    known = facts(study(TAUGHT))
    effects = enrolled(known, 5, keys())
    assert touched(known, effects) == {1: True}
    assert touched(facts(), effects) == {1: True}


@calm
@given(
    may_be.knowledge(),
    st.sampled_from(["/continue", "/pause", "/resume", "key-1:0", "key-1:next", "old:next"]),
)
def test_a_ladder_runs_where_a_lesson_waits_for_its_learner(known: Facts, press: str) -> None:
    """As the study was left: in a lesson and active, or else not."""
    if known.person is None:
        return
    effects = respond(known, Pressed(press), keys())
    for enrolment, waits in touched(known, effects).items():
        assert waits == in_lesson(known, enrolment, effects)


def in_lesson(known: Facts, enrolment: int, effects: list[Effect]) -> bool:
    left = known.study(enrolment)
    for effect in effects:
        if isinstance(effect, Move) and effect.enrolment == enrolment:
            left = replace(left, card=effect.card, state="active")
        if isinstance(effect, SetState) and effect.enrolment == enrolment:
            left = replace(left, state=effect.state)
    return left.state == "active" and left.card >= 0


def test_a_leave_moves_the_ladder_on() -> None:
    away = person(leave_from=date(2026, 11, 24), leave_until=date(2026, 12, 4))
    rungs = climb(utc("2026-11-23T09:30"), away)
    assert [wall(each, away)[1][5:10] for each in rungs] == ["11-23", "12-07", "12-14", "12-28", "01-04"]
