"""A busy programme to look at: sixty people of whom some finish, some stop, some look in; questions good and bad."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from sqlalchemy import Connection

from domain.language import LANGUAGES, Language
from domain.programme import Card, Lesson, LessonText, Programme, ProgrammeText, Rules
from domain.question import Option, Question
from domain.text import Text
from tests.console.crowd import Crowd
from tests.console.town import Town

TITLES: dict[Language, str] = {
    "lt": "Vaistų davimas: mokomės ir gauname pažymėjimą",
    "pl": "Podawanie leków: uczymy się i zdobywamy zaświadczenie",
    "nb": "Legemiddelhåndtering: lær og bli sertifisert",
    "en": "Medication handling: learn and certify",
}
ASKED: dict[Language, str] = {
    "lt": "Ką pirmiausia patikrinate, prieš duodami vaistą Nr.",
    "pl": "Co sprawdzasz najpierw przed podaniem leku nr",
    "nb": "Hva sjekker du først før du gir legemiddel nr.",
    "en": "What do you check first before you give medicine no.",
}
LESSONS = 5


def medication(rules: Rules | None = None) -> Programme:
    """Five lessons of a text and two questions with four options each; the second option is right."""
    return Programme(
        "medication",
        tuple(ProgrammeText(each, TITLES[each], "") for each in LANGUAGES),
        tuple(
            Lesson(f"{number:02}", tuple(_lesson(number, each) for each in LANGUAGES))
            for number in range(LESSONS)
        ),
        rules or Rules(replaces_minutes=240, travel_minutes=30),
    )


def _lesson(number: int, language: Language) -> LessonText:
    questions = tuple(
        Card(
            question=Question(
                f"m{number}-{each}", "single", Text(f"{ASKED[language]} {number}{each}?"), _options(language)
            )
        )
        for each in range(2)
    )
    return LessonText(
        language, f"{TITLES[language].partition(':')[0]} {number + 1}", 3, (Card(Text("…")), *questions)
    )


def _options(language: Language) -> tuple[Option, ...]:
    names = {"lt": "Atsakymas", "pl": "Odpowiedź", "nb": "Svaralternativ", "en": "Option"}
    return tuple(Option(Text(f"{names[language]} {letter}"), letter == "B") for letter in "ABCD")


def fill(tx: Connection, organisation: int, *, seed: int = 4) -> int:
    """The programme's id. Of 72 people 40 finish, 14 stop on the way, 10 look in, 8 were asked and did not begin."""
    content = medication()
    where, chance = Town(tx).publish(content), Random(seed)
    crowd = Crowd(tx, organisation, where, content)
    for number in range(72):
        person = crowd.person()
        if number % 3 == 0 or number >= 64:
            crowd.invite(person)
        if number < 64:
            lessons = LESSONS if number < 40 else 1 + number % 3 if number < 54 else 0
            _learn(crowd, person, lessons, chance)
    return where[0]


def _learn(crowd: Crowd, person: int, lessons: int, chance: Random) -> None:
    finished = lessons == LESSONS
    enrolment = crowd.enrol(
        person,
        state="finished" if finished else "active",
        lesson=min(lessons, LESSONS - 1),
        card=1 if lessons else 0,
    )
    skill = chance.uniform(0.35, 0.98)
    for number in range(lessons):
        now = replace(crowd, at=crowd.at + timedelta(days=number))
        now.show(enrolment, number, 0, took=timedelta(seconds=chance.randint(10, 4000)))
        for each in range(2):
            asked = now.programme.lessons[number].texts[0].cards[each + 1].question
            assert asked
            choice = _choice(number, each, chance, knows=chance.random() < skill, strong=skill > 0.65)
            now.answer(enrolment, asked, (choice,), took=timedelta(seconds=chance.randint(4, 60)))
            now.show(enrolment, number, each + 1, took=timedelta(seconds=chance.randint(2, 30)))
        now.finish(enrolment, number)
    if not finished:
        crowd.show(enrolment, lessons, 1 if lessons else 0, took=None, question=lessons > 0)


def _choice(lesson: int, question: int, chance: Random, *, knows: bool, strong: bool) -> int:
    """What somebody chooses; four of the questions are odd in a way of their own."""
    odd = {
        (1, 0): 2 if strong else chance.choice((1, 1, 0, 3)),  # the key is wrong
        (2, 1): 1,  # everyone knows
        (3, 0): chance.choice((0, 0, 2, 3)),  # hardly anyone knows
        (4, 0): 1 if knows else chance.choice((0, 2)),  # nobody chooses the last
    }
    return odd.get((lesson, question), 1 if knows else chance.choice((0, 2, 3)))
