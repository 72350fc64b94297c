"""Questions that come back: whom they come to, how often, and what each press leaves."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from actions.ask_again import ask_again
from actions.give_back import give_back
from actions.review import AGAIN, review
from domain.event import Event, Pressed
from domain.message import Notice, ShowCard
from domain.question import Question
from domain.recall import Known
from domain.review import Memory, Waiting
from scheduler.jobs import review as reviewing
from storage import addresses, enrolments, memories, organisations, people, programmes, reviews
from storage.activity import ACTIVITY
from storage.answers import ANSWER
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.memories import MEMORY
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX, New, Passed, To, add
from storage.people import PERSON
from storage.reviews import REVIEW, Plan
from storage.steps import STEP
from tests.actions.coming_back import DAY, HOUR, joined, named, weeks_later, with_questions
from tests.actions.talk import Talk, in_short, new_key
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

LATER = MONDAY + 42 * DAY  # 4 January 2027, her hour


async def plan(database: Database) -> tuple[Any, ...]:
    [found] = await rows(database, REVIEW.c.due_at, REVIEW.c.day, REVIEW.c.asked, REVIEW.c.silence)
    return found


async def memory(database: Database, question: str) -> tuple[Any, ...]:
    columns = (MEMORY.c[name] for name in ("state", "due", "answers", "streak"))
    [found] = await rows(database, *columns, where=MEMORY.c.question == question)
    return found


async def change(database: Database, person: int, **values: Any) -> None:
    await database.write(lambda tx: tx.execute(update(PERSON).where(PERSON.c.id == person).values(**values)))


async def standing(database: Database, state: str) -> None:
    await database.write(lambda tx: tx.execute(update(ENROLMENT).values(state=state)))


def remembered(tx: Connection, town: Town, person: int) -> None:
    """The person has finished the programme, and a question of it is due on Monday."""
    new = enrolments.enrol(tx, person=person, programme=town.programme, version=town.version, at=MONDAY)
    assert new is not None
    enrolments.set_state(tx, new, "finished")
    known = Memory(2.3, 2.1, date(2026, 11, 1), date(2026, 11, 23), 1, 1, "review")
    memories.add(tx, person, Known(new, town.version, (0, 1), Waiting(town.programme, "q1", known)))
    reviews.put(tx, person, Plan(MONDAY))


async def test_a_row_says_what_the_gate_said_and_what_was_asked(database: Database) -> None:
    ana = await weeks_later(database)
    assert await ana.look() != []
    columns = (OUTBOX.c[name] for name in ("key", "kind", "lane", "state", "gate", "day", "person_id"))
    assert await rows(database, *columns, where=OUTBOX.c.key.startswith("review:")) == [
        (f"review:{ana.person}:2027-01-04", "lesson", 3, "ready", "now", "2027-01-04", ana.person)
    ]
    card = ana.talk.heard[-1]
    assert isinstance(card, ShowCard)
    assert (card.purpose, card.heading) == ("review", True)
    [(programme,), _] = await rows(database, MEMORY.c.programme_id)
    assert await plan(database) == (LATER + DAY, "2027-01-04", str(programme), 1)


async def test_several_schedulers_ask_once(database: Database) -> None:
    def many(tx: Connection) -> None:
        town = settle_down(tx)
        for number in range(30):
            email = f"p{number}@a.example"
            person = people.add(tx, organisation=town.here, name="P", email=email, language="lt")
            address(tx, f"p{number}", person)
            remembered(tx, town, person)

    await database.write(many)
    one = partial(review, now=MONDAY, most=7, new_key=new_key)
    await asyncio.gather(*(database.write(one) for _ in range(8)))
    while await reviewing.JOB.run(database, MONDAY):
        pass
    keys = [row[0] for row in await rows(database, OUTBOX.c.key)]
    assert len(keys) == len(set(keys)) == 30
    assert len(await rows(database, STEP.c.key, where=STEP.c.purpose == "review")) == 30


async def test_who_cannot_be_asked_holds_nobody_up(database: Database) -> None:
    def nowhere(tx: Connection) -> int:
        town = settle_down(tx)
        lost = organisations.add(tx, name="Lost", country="LT", zone="UTC", language="lt", contact="N")
        person = people.add(tx, organisation=lost, name="L", email="l@a.example", language="lt")
        for key, who in (("lost", person), ("ana", town.ana)):
            address(tx, key, who)
            remembered(tx, town, who)
        tx.execute(update(ORGANISATION).where(ORGANISATION.c.id == lost).values(zone="Europe/Atlantis"))
        return person

    broken = await database.write(nowhere)
    assert await reviewing.JOB.run(database, MONDAY) == 2
    assert len(await rows(database, OUTBOX.c.key)) == 1
    assert await rows(database, REVIEW.c.due_at, where=REVIEW.c.person_id == broken) == [(MONDAY + AGAIN,)]


@pytest.mark.parametrize(
    ("changes", "comes"),
    [
        ({"snoozed_until": datetime(2027, 1, 6, 22, tzinfo=UTC)}, "01-07 07:30"),
        ({"leave_from": "2027-01-01", "leave_until": "2027-01-10"}, "01-11 07:30"),
        ({"days": "4"}, "01-07 07:30"),
        ({"hour": "14:00"}, "01-04 12:00"),
        ({"reviews": False}, None),
    ],
)
async def test_what_may_not_come_now_comes_when_it_may(
    sqlite: Database, changes: dict[str, Any], comes: str | None
) -> None:
    ana = await weeks_later(sqlite)
    await change(sqlite, ana.person, **changes)
    assert await ana.look() == []
    due_at, *_ = await plan(sqlite)
    assert (due_at and f"{due_at:%m-%d %H:%M}") == comes
    if due_at:
        ana.talk.at = due_at
        assert len(await ana.look()) == 1


@pytest.mark.parametrize("off", ["2026-12-24", "2026-12-25", "2027-01-01", "2027-01-03"])
async def test_nothing_comes_on_a_holiday_or_a_sunday(sqlite: Database, off: str) -> None:
    ana = await joined(sqlite, named("small"), knows={"small-q1": False})
    ana.talk.at = datetime.fromisoformat(f"{off}T08:00:00+00:00")
    assert await ana.look() == []


async def test_a_full_day_leaves_no_room(database: Database) -> None:
    ana = await weeks_later(database)

    def fill(tx: Connection) -> None:
        to = To(address(tx, "ana", ana.person), "web", ana.person, 1)
        for key in "abc":
            add(tx, New(to, Notice(()), key, "lesson", passed=Passed("now", day="2027-01-04")), LATER)

    await database.write(fill)
    assert await ana.look() == []
    assert (await plan(database))[0] == LATER + DAY


async def test_a_question_waits_for_an_address(database: Database) -> None:
    ana = await weeks_later(database)
    await database.write(lambda tx: addresses.reach(tx, address(tx, "ana"), reachable=False))
    assert await ana.look() == []
    assert (await plan(database))[0] == LATER + DAY


async def test_what_is_paused_is_not_asked_and_comes_back_with_it(database: Database) -> None:
    ana = await weeks_later(database)
    await standing(database, "paused")
    assert await ana.look() == []
    assert (await plan(database))[0] is None
    assert await ana.talk.says("/resume") == ["pause.resumed"]
    assert (await plan(database))[0] == LATER + DAY
    ana.talk.at += DAY
    assert len(await ana.look()) == 1


async def test_of_two_programmes_only_the_one_that_goes_on_is_asked(database: Database) -> None:
    ana = await weeks_later(database, named("small"), named("other"))

    def pause(tx: Connection) -> None:
        other = programmes.by_slug(tx, "other")
        tx.execute(update(ENROLMENT).where(ENROLMENT.c.programme_id == other).values(state="paused"))
        small = programmes.by_slug(tx, "small")
        tx.execute(update(ENROLMENT).where(ENROLMENT.c.programme_id == small).values(state="active"))

    await database.write(pause)
    await ana.look()
    await ana.live(LATER + HOUR)
    while isinstance(card := ana.talk.heard[-1], ShowCard):
        asks = await ana.question(card)
        assert asks
        assert asks.id.startswith("small")
        await ana.answer(asks)
    assert in_short(ana.talk.heard[-1:]) == ["review.done"]


async def test_who_never_answers_is_asked_less_and_less(sqlite: Database) -> None:
    ana = await weeks_later(sqlite)
    came = []
    for _ in range(90):
        came += [ana.talk.at] if await ana.look() else []
        ana.talk.at += DAY
    assert [(at - LATER).days for at in came] == [0, 1, 8, 22]
    assert len(await rows(sqlite, STEP.c.key, where=STEP.c.closed_at.is_(None))) == 1
    assert (await plan(sqlite))[0] is None
    assert (await ana.talk.presses("known"))[0] == "review.known"
    assert (await plan(sqlite))[0] is not None
    assert (await plan(sqlite))[3] == 0


# What somebody does with it.


async def test_what_nobody_answered_took_no_time(database: Database) -> None:
    ana = await weeks_later(database)
    assert await ana.look() != []
    ana.talk.at += DAY
    assert await ana.look() != []
    over = (STEP.c.purpose == "review") & STEP.c.closed_at.is_not(None)
    assert await rows(database, STEP.c.opened_at, STEP.c.closed_at, where=over) == [(LATER, LATER)]


async def test_the_chat_of_a_day(database: Database) -> None:
    ana = await weeks_later(database)
    [first] = await ana.look()
    assert isinstance(first, ShowCard)
    asks = await ana.question(first)
    assert asks
    said = await ana.talk.presses("=" + ",".join(map(str, asks.right)))
    assert said[0] == "right"
    assert said[1].startswith("card 0.")
    assert await ana.talk.presses("known") == ["review.known", "review.done"]
    answers = await rows(
        database, ANSWER.c.id, ANSWER.c.purpose, ANSWER.c.correct, where=ANSWER.c.purpose == "review"
    )
    assert [row[1:] for row in answers] == [("review", True)]
    assert [answers_ for *_, answers_, _ in [await memory(database, f"small-{q}") for q in ("q1", "q2")]] == [
        2,
        2,
    ]
    due_at, day, asked, silence = await plan(database)
    assert (day, asked.count(","), silence) == ("2027-01-04", 1, 0)
    assert due_at > LATER + 21 * DAY
    [(right, graded)] = await rows(
        database, ACTIVITY.c.details, ACTIVITY.c.what, where=ACTIVITY.c.what == "programme_done"
    )
    assert "graded" in right
    assert graded == "programme_done"


async def test_a_second_press_and_another_device_change_nothing(database: Database) -> None:
    ana = await weeks_later(database)
    await ana.look()
    key = ana.talk.step
    phone = Talk(database, "ana-phone", at=LATER)
    await database.write(lambda tx: address(tx, "ana-phone", ana.person))
    phone.heard += ana.talk.heard
    both = await asyncio.gather(ana.talk.presses("=1"), phone.presses("=0"))
    assert min(each[0] for each in both) == "review.behind"
    assert len(await rows(database, ANSWER.c.id, where=ANSWER.c.step_key == key)) == 1
    for press in ("known", "enough", "0"):
        assert in_short(await ana.talk.does(pressed(f"{key}:{press}"))) == ["review.behind"]
    assert [state for (state,) in await rows(database, MEMORY.c.state)] == ["review", "review"]


def pressed(data: str) -> Event:
    return Pressed(data)


async def test_a_question_is_stopped_and_taken_up_again(database: Database) -> None:
    ana = await weeks_later(database)
    [card] = await ana.look()
    assert isinstance(card, ShowCard)
    asks = await ana.question(card)
    assert asks
    assert await ana.talk.presses("enough") == ["review.stopped+review.done"]
    assert (await memory(database, asks.id))[:2] == ("stopped", None)
    for _ in range(2):
        assert in_short(await ana.talk.does(pressed(f"{card.step}:undo"))) == ["review.undone"]
        assert (await memory(database, asks.id))[:2] == ("review", "2027-01-05")


async def test_words_are_about_the_question_that_was_asked_last(database: Database) -> None:
    ana = await weeks_later(database)
    await ana.look()
    assert (await ana.talk.says("hm"))[0] == "help.choose_an_option"
    assert (await ana.talk.says("/continue"))[0].startswith("card 0.")
    assert (await ana.talk.says("/known"))[0] == "review.known"
    assert await ana.talk.says("/enough") == ["review.stopped+review.done"]
    assert await ana.talk.says("/enough") == ["help.unknown_command"]


async def republish(database: Database, change_: Any) -> None:
    taught = with_questions(named("small"), change_)
    await database.write(lambda tx: programmes.publish(tx, taught, LATER))


def other_words(question: Question) -> Question:
    return replace(question, prompt=replace(question.prompt, plain="In other words?"))


def other_answers(question: Question) -> Question:
    """What was wrong is right now."""
    options = tuple(replace(each, correct=not each.correct) for each in question.options)
    return replace(question, options=options, kind="multiple" if question.kind == "single" else "single")


async def test_the_newest_wording_is_asked_and_what_is_remembered_stays(database: Database) -> None:
    ana = await weeks_later(database)
    await republish(database, other_words)
    [card] = await ana.look()
    assert isinstance(card, ShowCard)
    asks = await ana.question(card)
    assert asks
    assert asks.prompt.plain == "In other words?"
    await ana.answer(asks)
    assert (await memory(database, asks.id))[2] == 2
    [(version,)] = await rows(database, ANSWER.c.version_id, where=ANSWER.c.purpose == "review")
    assert version == card.version


async def test_other_right_answers_begin_anew(database: Database) -> None:
    ana = await weeks_later(database)
    await republish(database, other_answers)
    [card] = await ana.look()
    assert isinstance(card, ShowCard)
    asks = await ana.question(card)
    assert asks
    await ana.answer(asks)
    assert (await memory(database, asks.id))[2:] == (1, 1)


async def test_what_is_gone_is_retired_in_silence(database: Database) -> None:
    ana = await weeks_later(database)
    await republish(database, lambda _: None)
    assert await ana.look() == []
    assert {row[0] for row in await rows(database, MEMORY.c.state)} == {"retired"}
    assert (await plan(database))[0] is not None  # one more look, which finds nothing
    ana.talk.at += DAY
    assert await ana.look() == []
    assert (await plan(database))[0] is None


@pytest.mark.parametrize("newer", [lambda _: None, other_answers])
async def test_a_question_withdrawn_meanwhile_is_not_recorded(database: Database, newer: Any) -> None:
    ana = await weeks_later(database)
    await ana.look()
    await republish(database, newer)
    said = await ana.talk.presses("0")
    assert said[0] == "review.withdrawn"
    assert await rows(database, ANSWER.c.id, where=ANSWER.c.purpose == "review") == []


async def test_what_was_never_delivered_is_asked_on_another_day(database: Database) -> None:
    ana = await weeks_later(database)
    [card] = await ana.look()
    assert isinstance(card, ShowCard)
    for _ in range(2):
        await database.write(partial(give_back, kind="lesson", step=card.step, now=LATER + HOUR))
    assert (await plan(database))[0::3] == (LATER + DAY, 0)
    ana.talk.at += DAY
    assert len(await ana.look()) == 1


async def test_a_press_that_was_lost_is_asked_for(database: Database) -> None:
    ana = await weeks_later(database)
    await ana.look()

    def gap(tx: Connection) -> int:
        tx.execute(OUTBOX.update().where(OUTBOX.c.state == "ready").values(state="sent"))
        return ask_again(tx, channel="web", began=LATER, ended=LATER + timedelta(minutes=5))

    assert await database.write(gap) == 1


async def test_settings_decide_when_and_whether(database: Database) -> None:
    ana = await weeks_later(database)
    said: Sequence[str] = await ana.talk.says("/reviews off")
    assert said == ["settings.reviews_off"]
    assert (await plan(database))[0] is None
    assert await ana.talk.says("/reviews on") == ["settings.reviews_on"]
    assert (await plan(database))[0] == LATER + DAY
    await ana.talk.says("/hour 14:00")
    assert (await plan(database))[0] == LATER + DAY + timedelta(hours=4, minutes=30)


async def test_opinions_leave_nothing_and_a_lesson_counts_only_its_own(database: Database) -> None:
    ana = await joined(database, named("small"))
    assert sorted(row[0] for row in await rows(database, MEMORY.c.question)) == ["small-q1", "small-q2"]
    ana.knows = {"small-q1": False, "small-q2": False}
    ana.talk.at = LATER
    await ana.look()
    await ana.live(LATER + 9 * HOUR)
    assert in_short(await ana.talk.does(pressed("/progress"))) == ["progress.head+progress.finished"]
    notice = ana.talk.heard[-1]
    assert isinstance(notice, Notice)
    assert (notice.lines[1].params["right"], notice.lines[1].params["graded"]) == (2, 2)
