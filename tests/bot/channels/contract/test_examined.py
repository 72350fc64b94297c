"""A test, the same for every messenger: begun with a tap, every kind asked, nothing explained before its end."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from actions.invite import invite
from domain.programme import Card, Exam, Lesson, LessonText, Programme, ProgrammeText
from domain.question import Number, Option, Question
from domain.text import Text
from storage import organisations, people, programmes
from storage.answers import ANSWER
from storage.database import Connection
from storage.sittings import SITTING
from tests.bot.channels.contract.house import House, texts
from tests.bot.channels.contract.messengers import answered
from tests.bot.channels.contract.running import Opening
from tests.bot.channels.contract.visitor import Shown, Visitor, reads, until
from tests.storage.samples import MONDAY, rows

pytestmark = answered

CODE = "hT4kq9Zx_aB1-abcdefghi"
MORNING = ("Pabundu", "Keliuosi", "Einu į darbą")
BIRDS, PLACES = ("Antis", "Gegutė", "Žvirblis"), ("Upė", "Miškas", "Miestas")
SECRET = "Slaptas paaiškinimas."


def options(*labels: str, right: int = -1) -> tuple[Option, ...]:
    return tuple(
        Option(Text(label), place == right, Text(SECRET if right >= 0 else ""))
        for place, label in enumerate(labels)
    )


QUESTIONS = (
    Question("s", "single", Text("Ką darote?"), options("Klausiu", "Spėju", right=0), shuffled=True),
    Question(
        "m",
        "multiple",
        Text("Kurie skrenda?"),
        tuple(Option(Text(each), each != "Vėžys", Text(SECRET)) for each in ("Žąsis", "Vėžys", "Gulbė")),
        shuffled=True,
    ),
    Question("r", "order", Text("Kokia tvarka?"), options(*MORNING), explanation=Text(SECRET), shuffled=True),
    Question(
        "c",
        "match",
        Text("Kas kur gyvena?"),
        options(*BIRDS),
        tuple(map(Text, PLACES)),
        explanation=Text(SECRET),
        shuffled=True,
    ),
    Question("n", "number", Text("Kiek?"), numbers=(Number(Decimal(1)),), explanation=Text(SECRET)),
    Question("w", "text", Text("Koks paukštis?"), accepted=("Gervė",), forgiving=True, explanation=Text(SECRET)),
)  # fmt: skip
CARDS = tuple(Card(question=each) for each in QUESTIONS)
EXAMINING = Programme(
    "egzaminas",
    (ProgrammeText("lt", "Egzaminas", "Apie paukščius"),),
    (Lesson("01", (LessonText("lt", "Patikrinimas", 3, CARDS, exam=Exam(80, 30, 3, 1)),)),),
)


def say(key: str, **params: str | int) -> str:
    """A sentence of the product in Lithuanian."""
    return texts().say("lt", key, **params)


def let_in(tx: Connection) -> None:
    """Publish the test, and invite somebody to it."""
    programmes.publish(tx, EXAMINING, MONDAY)
    place = organisations.add(
        tx, name="Gluosnių biblioteka", country="LT", zone="Europe/Vilnius", language="lt", contact="Rūta"
    )
    person = people.add(tx, organisation=place, name="Ona Jankauskaitė", email="ona@g.example", language="lt")
    programme = programmes.by_slug(tx, "egzaminas")
    assert programme is not None
    invite(tx, person=person, programme=programme, code=CODE, now=MONDAY - timedelta(days=1))


def newest(seen: list[Shown], number: int) -> Shown | None:
    """The card of the question with this number, as it is shown now."""
    key = "test.kept" if number > 1 else "test.place"
    return next(
        (each for each in seen[::-1] if each.mentions(say(key, number=number, of=len(QUESTIONS)))), None
    )


def changed(seen: list[Shown], number: int, before: Shown | None) -> Shown | None:
    """The card of the question with this number, once it is shown in another way."""
    now = newest(seen, number)
    return None if now == before else now


async def answers(visitor: Visitor, number: int) -> None:
    """Wait for a question and answer it, right but for the number."""
    card = await until(visitor, lambda seen: newest(seen, number))
    asked = next(each for each in QUESTIONS if card.mentions(each.prompt.plain))
    match asked.id:
        case "s":
            await visitor.presses("Klausiu")
        case "m":
            await visitor.chooses(("Žąsis", "Gulbė"), say("study.submit"))
        case "n":
            await visitor.says("2")
        case "w":
            await visitor.says("gerve")
        case _:
            for label in MORNING[:2] if asked.id == "r" else PLACES:
                before = newest(await visitor.sees(), number)
                await visitor.presses(label)
                await until(visitor, partial(changed, number=number, before=before))
            await visitor.presses(say("study.submit"))


async def test_a_test_is_played_to_its_result(house: House, opening: Opening) -> None:
    await house.database.write(let_in)
    async with opening(house) as messenger, house.works(messenger.channel):
        visitor = await messenger.visitor()
        await visitor.says(f"/start {CODE}")
        await visitor.presses(say("join.yes"))
        await visitor.presses(say("join.agree"))
        await reads(visitor, say("test.silent"))
        await visitor.presses(say("test.begin"))
        for number in range(1, len(QUESTIONS) + 1):
            await answers(visitor, number)
        result = say("test.passed", title="Patikrinimas", right=5, of=6, percent=83, passing=80)
        told = await reads(visitor, result)
        assert told.mentions(say("test.look_again", questions="– Kiek?"))
        assert [each for each in await visitor.sees() if each.mentions(SECRET)] == []
        await visitor.presses(say("test.explain"))
        await reads(visitor, SECRET)
    given = await rows(house.database, ANSWER.c.question_id, ANSWER.c.worth, ANSWER.c.purpose)
    assert {name: rest for name, *rest in given} == {
        each.id: [0 if each.id == "n" else 1, "test"] for each in QUESTIONS
    }
    assert await rows(house.database, SITTING.c.reached, SITTING.c.whole, SITTING.c.passed) == [(5, 6, True)]
