"""A question comes back, the same for every messenger: it is answered, it is known, and words are left out."""

from datetime import date, timedelta

from actions.invite import invite
from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText
from domain.question import Option, Question
from domain.recall import Known
from domain.review import Memory, Waiting
from domain.text import Text
from scheduler.jobs import review
from storage import enrolments, memories, organisations, people, programmes, reviews
from storage.answers import ANSWER
from storage.database import Connection
from storage.memories import MEMORY
from storage.reviews import Plan
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.invited import say
from tests.bot.channels.contract.messengers import answered
from tests.bot.channels.contract.running import Opening
from tests.bot.channels.contract.visitor import Messenger, Visitor, reads
from tests.storage.samples import MONDAY, rows

pytestmark = answered

CODE = "hT4kq9Zx_aB1-abcdefghi"
OPTIONS = ("Svečias", "Rakto numeris", "Gimimo data")
QUESTIONS = (
    Question(
        "a",
        "multiple",
        Text("Kas nurodo žmogų?"),
        tuple(Option(Text(each), place != 1, Text(f"Apie: {each}")) for place, each in enumerate(OPTIONS)),
        shuffled=True,
    ),
    Question(
        "b",
        "single",
        Text("Kas nenurodo?"),
        tuple(Option(Text(f"{each}?"), place == 1) for place, each in enumerate(OPTIONS)),
    ),
    Question("c", "text", Text("Koks paukštis?"), accepted=("Gervė",)),
)


def programme(slug: str, title: str, *cards: Card) -> Programme:
    lesson = Lesson("01", (LessonText("lt", "Pamoka", 3, cards),))
    return Programme(slug, (ProgrammeText("lt", title, "Apie"),), (lesson,))


LEARNED = programme("moku", "Asmens duomenys", *(Card(question=each) for each in QUESTIONS))
BEGUN = programme("naujas", "Nauja programa", Card(Text("Pirmoji kortelė.")), Card(Text("Antroji.")))


def let_in(tx: Connection) -> None:
    """Somebody has learned one programme, of which all is due, and is invited to another."""
    for taught in (LEARNED, BEGUN):
        programmes.publish(tx, taught, MONDAY)
    place = organisations.add(
        tx, name="Gluosnių biblioteka", country="LT", zone="Europe/Vilnius", language="lt", contact="Rūta"
    )
    person = people.add(tx, organisation=place, name="Ona Jankauskaitė", email="ona@g.example", language="lt")
    learned, begun = programmes.by_slug(tx, "moku"), programmes.by_slug(tx, "naujas")
    assert learned
    assert begun
    version = programmes.newest(tx)[learned]
    invite(tx, person=person, programme=begun, code=CODE, now=MONDAY - timedelta(days=1))
    enrolment = enrolments.enrol(tx, person=person, programme=learned, version=version, at=MONDAY)
    assert enrolment
    enrolments.set_state(tx, enrolment, "finished")
    memory = Memory(2.3, 2.1, date(2026, 11, 1), date(2026, 11, 23), 1, 1, "review")
    for number, each in enumerate(QUESTIONS):
        waiting = Waiting(learned, each.id, memory)
        memories.add(tx, person, Known(enrolment, version, (0, number), waiting))
    reviews.put(tx, person, Plan(MONDAY))


async def joins(messenger: Messenger) -> Visitor:
    """Somebody who has joined, and reads the first card of what is new to them."""
    visitor = await messenger.visitor()
    await visitor.says(f"/start {CODE}")
    await visitor.presses(say("join.yes"))
    await visitor.presses(say("join.agree"))
    await reads(visitor, "Pirmoji kortelė.")
    return visitor


async def test_questions_come_back(house: House, opening: Opening) -> None:
    await house.database.write(let_in)
    async with opening(house) as messenger, house.works(messenger.channel):
        visitor = await joins(messenger)
        house.at += timedelta(minutes=1)
        assert await review.JOB.run(house.database, house.at) == 1
        shown = await reads(visitor, "Kas nurodo žmogų?")
        assert shown.mentions(say("review.heading", title="Asmens duomenys"))
        assert shown.way_to(say("review.i_know"))
        assert shown.way_to(say("review.stop"))
        await visitor.chooses((OPTIONS[0], OPTIONS[2]), say("study.submit"))
        await reads(visitor, "Apie: Gimimo data")
        await reads(visitor, "Kas nenurodo?")
        await visitor.presses(say("review.i_know"))
        await reads(visitor, say("review.known"))
        asked = await reads(visitor, "Koks paukštis?")
        if messenger.channel.capabilities.buttons:
            await visitor.presses(say("review.stop"))
        else:
            assert asked.mentions(f"/enough – {say('review.stop')}")
            await visitor.says("/enough")
        await reads(visitor, say("review.done"))
        await visitor.presses(say("review.undo"))
        await reads(visitor, say("review.undone"))
    answered = await rows(house.database, ANSWER.c.question_id, ANSWER.c.purpose, ANSWER.c.worth)
    assert answered == [("a", "review", 1)]
    states = await rows(house.database, MEMORY.c.question, MEMORY.c.state, MEMORY.c.answers)
    assert states == [("a", "review", 2), ("b", "review", 2), ("c", "review", 1)]
