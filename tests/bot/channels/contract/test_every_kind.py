"""A lesson with a question of every kind, the same for every messenger: put together, written, and led on."""

from decimal import Decimal

from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText
from domain.question import Number, Option, Question
from domain.text import Text
from storage import programmes
from storage.answers import ANSWER
from storage.database import Connection
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.invited import invite_to, join, say
from tests.bot.channels.contract.messengers import answered
from tests.bot.channels.contract.running import Opening
from tests.bot.channels.contract.visitor import Shown, Visitor, reads, until
from tests.storage.samples import MONDAY, rows

pytestmark = answered

MORNING = ("Pabundu", "Keliuosi", "Einu į darbą")
BIRDS, PLACES = ("Antis", "Gegutė", "Žvirblis"), ("Upė", "Miškas", "Miestas")
LEADS = (Option(Text("Klausiu kolegės"), leads_to=7), Option(Text("Žinau pati"), True, Text("Puiku.")))


def options(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(Text(label)) for label in labels)


QUESTIONS = (
    Question("r", "order", Text("Kokia tvarka?"), options(*MORNING), explanation=Text("Rytas."), shuffled=True),
    Question(
        "c",
        "match",
        Text("Kas kur gyvena?"),
        options(*BIRDS),
        tuple(map(Text, PLACES)),
        explanation=Text("Paukščiai."),
        shuffled=True,
    ),
    Question("n", "number", Text("Kiek?"), numbers=(Number(Decimal(1)),), explanation=Text("Skaičius.")),
    Question("w", "text", Text("Koks paukštis?"), accepted=("Gervė",), forgiving=True, explanation=Text("Žodis.")),
    Question("f", "open", Text("Ką manote?"), explanation=Text("Nuomonė.")),
    Question("s", "single", Text("Ką darote?"), LEADS, shuffled=True),
)  # fmt: skip
CARDS = (*(Card(question=each) for each in QUESTIONS), Card(Text("Aplinkkelis.")), Card(Text("Kelio galas.")))
EVERY_KIND = Programme(
    "visi",
    (ProgrammeText("lt", "Visi klausimai", "Apie klausimus"),),
    (Lesson("01", (LessonText("lt", "Visi", 3, CARDS),)),),
)


def let_in(tx: Connection) -> None:
    """Publish the lesson, and invite somebody to it."""
    programmes.publish(tx, EVERY_KIND, MONDAY)
    invite_to(tx, EVERY_KIND.slug)


def newest(seen: list[Shown], prompt: str) -> Shown | None:
    return next((each for each in seen[::-1] if each.mentions(prompt)), None)


async def taps(visitor: Visitor, prompt: str, *labels: str) -> None:
    """Choose one after another, each when what was chosen before is shown."""
    for label in labels:
        before = await reads(visitor, prompt)
        await visitor.presses(label)
        await until(visitor, lambda seen, before=before: newest(seen, prompt) not in (None, before) or None)  # type: ignore[misc]


async def goes_on(visitor: Visitor, explanation: str) -> None:
    """Read why, and go on."""
    await reads(visitor, explanation)
    await visitor.presses(say("study.next"))


async def test_a_lesson_with_every_kind_of_question(house: House, opening: Opening) -> None:
    await house.database.write(let_in)
    again, submit = say("study.again"), say("study.submit")
    async with opening(house) as messenger, house.works(messenger.channel):
        visitor = await messenger.visitor()
        await join(visitor)
        await taps(visitor, "Kokia tvarka?", MORNING[2], again, MORNING[2], MORNING[0], again, *MORNING[:2])
        await visitor.presses(submit)
        await goes_on(visitor, "Rytas.")
        await taps(visitor, "Kas kur gyvena?", PLACES[1], again, *PLACES[:2])
        await taps(visitor, "Kas kur gyvena?", PLACES[2])
        await visitor.presses(submit)
        await goes_on(visitor, "Paukščiai.")
        for prompt, words, explanation in (
            ("Kiek?", "1", "Skaičius."),
            ("Koks paukštis?", "gerve", "Žodis."),
            ("Ką manote?", "Man patiko.", "Nuomonė."),
        ):
            await reads(visitor, prompt)
            await visitor.says(words)
            await goes_on(visitor, explanation)
        await reads(visitor, "Ką darote?")
        await visitor.presses("Klausiu kolegės")
        await goes_on(visitor, say("study.wrong"))
        await reads(visitor, "Kelio galas.")
        assert newest(await visitor.sees(), "Aplinkkelis.") is None
        await visitor.presses(say("study.finish"))
        await reads(visitor, say("study.programme_done", title="Visi klausimai", right=4, graded=5))
    given = await rows(house.database, ANSWER.c.question_id, ANSWER.c.chosen, ANSWER.c.words, ANSWER.c.worth)
    assert {name: rest for name, *rest in given} == {
        "r": ["0,1,2", "", 1],
        "c": ["0,1,2", "", 1],
        "n": ["", "1", 1],
        "w": ["", "gerve", 1],
        "f": ["", "Man patiko.", None],
        "s": ["0", "", 0],
    }
    assert len(given) == len(QUESTIONS)
