"""The conversation carried out on a store: joining, learning, settings, and what goes wrong on the way."""

import asyncio
from datetime import timedelta
from functools import partial
from itertools import product

import pytest

from actions.carry_out import WrittenBefore
from actions.invite import VALID, invite
from domain.event import Event, Pressed, Said
from domain.message import Notice
from storage import addresses, people, programmes
from storage.activity import ACTIVITY
from storage.answers import ANSWER
from storage.database import Connection, Database
from storage.people import PERSON
from storage.steps import STEP
from tests.actions.talk import Talk, everything, in_short
from tests.storage.samples import MONDAY, Town, enrolments_of, rows, sample, settle_down

DAY = timedelta(days=1)


def invited(tx: Connection) -> Town:
    """A town in which Ana (code `ana`) and Kari (code `kari`) are invited."""
    town = settle_down(tx)
    invite(tx, person=town.ana, programme=town.programme, code="ana", now=MONDAY)
    invite(tx, person=town.kari, programme=town.programme, code="kari", now=MONDAY)
    return town


async def test_the_whole_way_through_a_programme(database: Database) -> None:
    town, ana = await database.write(invited), Talk(database)
    assert await ana.says("/start ana") == ["join.who"]
    assert await ana.says("/yes") == ["join.privacy"]
    assert await ana.says("/agree") == ["join.welcome", "card 0.0"]
    assert await ana.presses("next") == ["card 0.1"]
    assert await ana.presses("0") == ["wrong"]
    assert await ana.presses("next") == ["card 0.2"]
    assert await ana.presses("0") == ["ticked 0"]
    assert await ana.presses("1") == ["ticked 0,1"]
    assert await ana.presses("1") == ["ticked 0"]
    assert await ana.presses("2") == ["ticked 0,2"]
    assert await ana.presses("ok") == ["right"]
    assert await ana.presses("next") == ["card 0.3"]
    assert await ana.presses("1") == ["thanks", "study.lesson_done"]
    assert await ana.says("/continue") == ["card 1.0"]
    assert await ana.presses("next") == ["study.programme_done"]
    assert await rows(database, ANSWER.c.question_id, ANSWER.c.chosen, ANSWER.c.correct) == [
        ("q1", "0", False),
        ("q2", "0,2", True),
        ("q3", "1", None),
    ]
    assert [row[1] for row in await rows(database, ACTIVITY.c.id, ACTIVITY.c.what)] == [
        "joined",
        "enrolled",
        "lesson_sent",
        "answered",
        "answered",
        "answered",
        "lesson_done",
        "lesson_sent",
        "lesson_done",
        "programme_done",
    ]
    assert {row[0] for row in await rows(database, ACTIVITY.c.person_id)} == {town.ana}


async def test_the_end_of_a_lesson_says_what_comes_next_and_when(database: Database) -> None:
    await database.write(invited)
    ana = Talk(database)
    await ana.join("ana")
    for choice in ("next", "1", "next", "=0,2", "next", "0"):
        await ana.presses(choice)
    (end,) = await ana.contents("en", ana.heard[-1:])
    assert end.text.plain == (
        "Lesson “Lesson 0 lt” is done. Right answers: 2 of 2.\n\n"
        "Next – “Lesson 1 lt”: Tuesday 24 November, 09:30. Rather now? That works too."
    ).replace(" lt", " en")
    study = await database.read(lambda tx: enrolments_of(tx, people.by_email(tx, "ana@a.example") or 0))
    assert [(each.lesson, each.card, each.due_at) for each in study] == [(1, -1, MONDAY + DAY)]


async def test_the_same_update_has_its_effect_once(database: Database) -> None:
    await database.write(invited)
    ana = Talk(database)
    await ana.join("ana")
    await ana.presses("next")
    press = Pressed(f"{ana.step}:1")
    first = await ana.does(press, "update:twice")
    written = await everything(database)
    assert in_short(first) == ["right"]
    with pytest.raises(WrittenBefore):
        await ana.does(press, "update:twice")
    assert await everything(database) == written
    assert await rows(database, ANSWER.c.chosen) == [("1",)]


async def test_a_stranger_gets_a_polite_answer(sqlite: Database) -> None:
    await sqlite.write(invited)
    stranger = Talk(sqlite)
    for said in ("labas", "/start", "/help", "/yes", "/agree", "1", "/", " "):
        assert (said, await stranger.says(said)) == (said, ["join.stranger"])
    for said in ("/start nonsense", "/start ANA", "/start 👩‍🏫"):
        assert (said, await stranger.says(said)) == (said, ["join.unknown_code"])
    assert await rows(sqlite, ACTIVITY.c.id) == []


async def test_what_no_database_can_store_is_answered_too(database: Database) -> None:
    await database.write(invited)
    ana = Talk(database)
    await ana.join("ana")
    texts = "/start \ud800", "\ud800", "\x00", "/start \x00"
    events: list[Event] = [*map(Said, texts), *map(Pressed, ("\x00:1", "\ud800:=1", "\x00", ""))]
    silent = []
    for talk, event in product((ana, Talk(database, "stranger")), events):
        (said,) = await asyncio.gather(talk.does(event), return_exceptions=True)
        if isinstance(said, BaseException) or len(said) != 1:
            silent.append((talk.key, ascii(event), type(said).__name__))
    assert silent == []


async def test_an_invitation_runs_out_with_the_reason_and_whom_to_ask(database: Database) -> None:
    await database.write(invited)
    late = Talk(database, at=MONDAY + VALID + timedelta(seconds=1))
    assert await late.says("/start ana") == ["join.expired_code"]
    assert isinstance(late.heard[0], Notice)
    assert late.heard[0].lines[0].params == {"contact": "Rūta"}
    in_time = Talk(database, "other", at=MONDAY + VALID)
    assert await in_time.says("/start ana") == ["join.who"]
    in_time.at += timedelta(seconds=1)
    assert await in_time.says("/yes") == ["join.expired_code"]


async def test_a_used_invitation_says_so_to_others_and_welcomes_its_own(database: Database) -> None:
    await database.write(invited)
    ana, other = Talk(database), Talk(database, "other")
    await ana.join("ana")
    assert await other.says("/start ana") == ["join.used_code"]
    assert await ana.says("/start ana") == ["join.welcome_back", "card 0.0"]
    assert await other.says("/start kari") == ["join.who"]
    assert await ana.says("/start kari") == ["join.someone_else"]
    assert await ana.says("/start nonsense") == ["join.unknown_code"]


async def test_who_says_no_or_not_now_is_not_recorded_and_may_come_back(database: Database) -> None:
    await database.write(invited)
    talk = Talk(database)
    steps = ("/start ana", "/no", "/start ana", "/yes", "/decline", "hm", "/agree")
    assert [await talk.says(each) for each in steps] == [
        ["join.who"],
        ["join.not_me"],
        ["join.who"],
        ["join.privacy"],
        ["join.declined"],
        ["join.privacy"],
        ["join.welcome", "card 0.0"],
    ]
    assert [row[1] for row in await rows(database, ACTIVITY.c.id, ACTIVITY.c.what)][:1] == ["joined"]


async def test_a_second_code_of_the_same_person_opens_its_programme_here(database: Database) -> None:
    town, ana = await database.write(invited), Talk(database)
    await ana.join("ana")

    def more(tx: Connection) -> None:
        programmes.publish(tx, sample("other"), MONDAY)
        other = programmes.by_slug(tx, "other")
        invite(tx, person=town.ana, programme=other, code="more", now=MONDAY)

    await database.write(more)
    assert await ana.says("/start more") == ["card 0.0"]
    assert await ana.says("/start more") == ["join.welcome_back", "card 0.0"]
    studies = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert len(studies) == 2


async def test_two_programmes_side_by_side_keep_their_places(database: Database) -> None:
    def more(tx: Connection) -> None:
        invited(tx)
        programmes.publish(tx, sample("other"), MONDAY)

    await database.write(more)
    ana = Talk(database)
    await ana.join("ana")
    await ana.presses("next")
    first = ana.step
    ana.at += timedelta(minutes=1)
    assert await ana.says("/enrol other") == ["card 0.0"]
    assert await ana.says("/enrol small") == ["card 0.1"]
    assert ana.step == first
    assert in_short(await ana.does(Pressed(f"{first}:1"))) == ["right"]
    assert await ana.says("/enrol other") == ["card 0.0"]
    assert len(await rows(database, STEP.c.key, where=STEP.c.closed_at.is_(None))) == 2


async def test_a_second_messenger_of_the_same_person_goes_on_where_the_first_stopped(
    database: Database,
) -> None:
    town, desk = await database.write(invited), Talk(database)
    phone = Talk(database, "77", channel="telegram", tag="pl")
    await desk.join("ana")
    another = partial(invite, person=town.ana, programme=town.programme, code="phone", now=MONDAY)
    await database.write(another)
    await desk.presses("next")
    assert await phone.says("/start phone") == ["join.who"]
    await phone.says("/yes")
    assert await phone.says("/agree") == ["join.welcome", "card 0.1"]
    assert await phone.presses("1") == ["right"]
    assert await desk.presses("0") == ["study.recorded"]
    assert await rows(database, ANSWER.c.chosen) == [("1",)]
    used = await database.read(lambda tx: addresses.of_person(tx, town.ana))
    assert used is not None
    assert (used.channel, used.key) == ("telegram", "77")


async def test_an_old_keyboard_changes_nothing(database: Database) -> None:
    await database.write(invited)
    ana = Talk(database)
    await ana.join("ana")
    text = ana.step
    await ana.presses("next")
    question = ana.step
    await ana.presses("1")
    answers = [
        in_short(await ana.does(Pressed(data)))
        for data in (f"{text}:next", f"{question}:0", f"{question}:ok", "none:next", "none")
    ]
    assert answers == [
        ["study.behind"],
        ["study.recorded"],
        ["study.recorded"],
        ["study.old_button"],
        ["study.old_button"],
    ]
    assert await rows(database, ANSWER.c.chosen) == [("1",)]
    assert await ana.presses("next") == ["card 0.2"]


async def test_nobody_can_press_anothers_button(database: Database) -> None:
    await database.write(invited)
    ana, kari = Talk(database), Talk(database, "kari")
    await ana.join("ana")
    await kari.join("kari")
    await ana.presses("next")
    stolen = Pressed(f"{ana.step}:1")
    assert in_short(await kari.does(stolen)) == ["study.old_button"]
    assert in_short(await Talk(database, "stranger").does(stolen)) == ["join.stranger"]
    assert await rows(database, ANSWER.c.id) == []
    assert await ana.presses("1") == ["right"]


async def test_a_forged_choice_is_no_answer(sqlite: Database) -> None:
    await sqlite.write(invited)
    ana = Talk(sqlite)
    await ana.join("ana")
    await ana.presses("next")
    for choice in ("9", "-1", "", "x", "=", "=0,9", "=1,", "１", "0" * 50):
        assert (choice, await ana.presses(choice)) == (choice, ["study.choose_first"])
    assert await ana.presses("=1,0") == ["study.choose_one"]
    assert await rows(sqlite, ANSWER.c.id) == []


async def test_a_question_is_answered_by_number_or_by_words(sqlite: Database) -> None:
    await sqlite.write(invited)
    ana = Talk(sqlite)
    await ana.join("ana")
    said = ("1", "hm", "4", "B EN", "1", "1, 3", "1", "a lt", "a en")
    assert [await ana.says(each) for each in said] == [
        ["card 0.1"],
        ["help.choose_an_option"],
        ["help.choose_an_option"],
        ["right"],
        ["card 0.2"],
        ["right"],
        ["card 0.3"],
        ["help.choose_an_option"],
        ["thanks", "study.lesson_done"],
    ]


async def test_the_language_changes_in_the_middle_of_a_lesson_and_progress_is_one(database: Database) -> None:
    town, ana = await database.write(invited), Talk(database)
    await ana.join("ana")
    await ana.presses("next")
    assert await ana.says("/language pl") == ["settings.language_set"]
    assert await ana.says("/continue") == ["card 0.1"]
    assert await ana.presses("1") == ["right"]
    shown, told = await ana.contents("pl", ana.heard[-2:])
    assert (shown.text.plain, "b pl" in str(shown.buttons)) == ("q1 pl?", True)
    assert "why b pl" in told.text.plain
    spoken = await rows(database, PERSON.c.language, where=PERSON.c.id == town.ana)
    assert spoken == [("pl",)]


async def test_hour_and_days_move_the_lesson_that_waits(database: Database) -> None:
    town, ana = await database.write(invited), Talk(database)
    await ana.join("ana")
    for choice in ("next", "1", "next", "=0,2", "next", "0"):
        await ana.presses(choice)

    async def due() -> str:
        (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
        return str(study.due_at)

    assert await due() == "2026-11-24 07:30:00+00:00"
    assert await ana.says("/hour 14:15") == ["settings.hour_set+settings.next_lesson"]
    assert await due() == "2026-11-24 12:15:00+00:00", "later, but not a second lesson today"
    assert await ana.says("/days 3") == ["settings.days_set+settings.next_lesson"]
    assert await due() == "2026-11-25 12:15:00+00:00"
    assert await ana.says("/pause") == ["pause.paused+pause.why"]
    assert await due() == "None"
    assert await ana.says("/resume") == ["pause.resumed"]
    assert await due() == "2026-11-25 12:15:00+00:00"


async def test_a_learner_finishes_the_version_begun_and_others_get_the_new_one(database: Database) -> None:
    town, ana, kari = await database.write(invited), Talk(database), Talk(database, "kari")
    await ana.join("ana")
    changed = sample(lessons=1, words=" changed")
    version = await database.write(lambda tx: programmes.publish(tx, changed, MONDAY))
    await kari.join("kari")
    (old,) = await database.read(partial(enrolments_of, person=town.ana))
    (new,) = await database.read(partial(enrolments_of, person=town.kari))
    assert (old.version, new.version) == (town.version, version)
    for choice in ("next", "1", "next", "=0,2", "next"):
        await ana.presses(choice)
        await kari.presses(choice)
    assert await ana.presses("0") == ["thanks", "study.lesson_done"]
    assert await kari.presses("0") == ["thanks", "study.programme_done"]
    card = next(each for each in kari.heard if in_short([each]) == ["card 0.0"])
    (content,) = await kari.contents("nb", [card])
    assert "Text 0 nb changed" in content.text.plain


async def test_nothing_is_said_twice_in_a_step_and_one_step_is_open(database: Database) -> None:
    await database.write(invited)
    ana = Talk(database)
    await ana.join("ana")
    for said in ("/continue", "/menu", "/help", "/progress", "/programmes", "/settings", "/privacy", "/what"):
        assert len(await ana.says(said)) == 1
    assert len(await rows(database, STEP.c.key, where=STEP.c.closed_at.is_(None))) == 1
