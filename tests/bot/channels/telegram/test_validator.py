"""Everything that is accepted as a lesson can be sent: the fake server's strict validator takes it, in process."""

import json
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from aiogram.methods import EditMessageText, SendMessage, SendPhoto, TelegramMethod

from bot.channels.telegram import Telegram
from bot.channels.telegram.api import _body, connect
from bot.channels.telegram.content import edited_message, photo_message, text_message
from bot.render import render
from bot.voice import Voice
from domain.choosing import VARIETIES
from domain.fitting import fit
from domain.language import LANGUAGES
from domain.message import Content, Feedback, ShowCard
from domain.programme import Lesson, Programme
from domain.question import Question
from domain.text import Text
from lessons.parse import Origin, parse_lesson
from lessons.shelf import Shelf
from tests.fakes.account import Account
from tests.fakes.acts import add_person
from tests.fakes.clock import Clock
from tests.fakes.methods import METHODS
from tests.fakes.parameters import typed
from tests.storage.stores import library
from zinute.catalogues import load

TEXTS: Final = load()
STEP: Final = "hT4k" * 5  # as long as those of the product
LARGE: Final = {  # as much as may be, or a little more
    "h": "\n".join(f"{number}. {number}{'😀' * 140}" for number in range(1, 9)),
    "i": "| | |\n|---|---|\n" + "\n".join(f"| {row}{'š' * 160} | {row % 2}{'ž' * 160} |" for row in range(8)),
    "j": "| | |\n|---|---|\n" + "\n".join(f"| {row}{'š' * 220} | {row}{'ž' * 220} |" for row in range(8)),
    "k": "\n".join(f"- [{'x' if row % 2 else ' '}] {row}{'š' * 290}" for row in range(12)),
}
PIECES: Final = [
    *("\n\n", "\n\n", "\n", " ", " ", "**", "_", "~~", "`", "||", "[a](https://a.example)", "\n> ", "\n- "),
    *("word ", "Ačiū ", "👩‍🏫🎓", "😀", "\u202e", "\u200d", "&nbsp;", "\\", "<b>", "&amp;", "x" * 300, "1. "),
    *("\n\n---\n\n", "\n\n## Kuris? {#a%d}\n\n- [ ] Vienas\n  > Nes *taip*.\n- [x] Du 😀\n\n---\n\n"),
    "\n\n## Kurie? {#b%d}\n\n- [x] Vienas **tikrai**\n- [x] Du\n- [ ] Trys\n  > `ne`\n\n---\n\n",
    "\n\n## Kokia tvarka? {#c%d}\n\n1. Vienas 😀\n2. Du *du*\n3. Trys\n\n> Nes **taip**.\n\n---\n\n",
    "\n\n## Kas kur? {#d%d}\n\n| | |\n|---|---|\n| a 👩‍🏫 | x |\n| b | y |\n| c | x |\n\n> Nes.\n\n---\n\n",
    "\n\n## Kiek? {#e%d}\n\n= 1234,5 ± 0,5 mg\n\n> Nes ||taip||.\n\n---\n\n",
    "\n\n## Koks žodis? {#f%d .forgiving}\n\n= gervė 😀 | pilkoji <b>\n\n> Nes.\n\n---\n\n",
    "\n\n## Ką manote? {#g%d}\n\n= ?\n\n> Ačiū.\n\n---\n\n",
    *(f"\n\n## Kas kur? {{#{name}%d}}\n\n{table}\n\n---\n\n" for name, table in LARGE.items()),
]


class Strict:
    """One chat of the fake server."""

    def __init__(self) -> None:
        self._bot = connect("7:x", "http://127.0.0.1")
        self._account = Account("7:x", Clock())
        self._person = add_person(self._account, "Anna", "lt")
        self._person.started = True
        self.taken = 0

    async def take(self, content: Content) -> None:
        """Send it, and change it once; raises Refusal when Telegram would not take one of the two."""
        assert fit(content, Telegram.capabilities) == content
        chat = str(self._person.id)
        if content.picture:
            picture = self._account.keep("photo", b"", 0, 64, 48)
            await self._call(photo_message(chat, content, picture.id))
        else:
            sent = await self._call(text_message(chat, content))
            await self._call(edited_message(chat, sent["message_id"], content), again=True)
        self._person.messages.clear()
        self._account.events.clear()
        self.taken += 1

    async def _call(self, method: TelegramMethod[Any], *, again: bool = False) -> Any:
        kind, body = await _body(self._bot, method)
        assert kind == b"application/json"
        read = typed(type(method), json.loads(body), {})
        if again:  # what is the same is no change
            self._person.messages[-1]["text"] = "before"
        return await METHODS[type(method)](self._account, read, {})


def contents(programme: Programme, number: int, lesson: Lesson) -> Iterator[Content]:
    """All that is shown of a lesson, in all its languages: cards, questions half answered, feedback."""
    for language in LANGUAGES:
        voice = Voice(TEXTS, language)
        for place, card in enumerate(lesson.text(language).cards):
            shown = [ShowCard(1, number, place, STEP, heading=place == 0)]
            told: list[Feedback] = []
            if card.question:
                shown += [ShowCard(1, number, place, STEP, selected=each) for each in so_far(card.question)]
                told = list(feedback(number, place, card.question))
            messages: list[ShowCard | Feedback] = [*shown, *told]
            for message in messages:
                yield fit(render(message, lambda _: programme, voice), Telegram.capabilities)


def so_far(question: Question) -> list[tuple[int, ...]]:
    """What may be chosen before the answer is whole."""
    match question.kind:
        case "multiple":
            return [tuple(range(len(question.options)))]
        case "order":
            return [tuple(range(size)) for size in range(1, len(question.options) - 1)]
        case "match":
            rows = tuple(question.places.index(target) for target in question.targets)
            return [rows[:size] for size in range(1, len(rows))]
    return []


def feedback(lesson: int, place: int, question: Question) -> Iterator[Feedback]:
    """All that may be said after an answer."""
    if question.written or question.kind in ("order", "match"):
        for worth in (None,) if question.kind == "open" else (0.0, 0.5, 1.0):
            correct = None if worth is None else worth == 1
            yield Feedback(1, lesson, place, (), correct, STEP, worth)
        return
    every = tuple(range(len(question.options)))
    for chosen, correct in product([*((one,) for one in every), every], (True, False, None)):
        yield Feedback(1, lesson, place, chosen, correct, STEP)


@pytest.mark.parametrize("draft", library().drafts, ids=lambda draft: draft.programme.slug)
async def test_every_lesson_of_the_library_is_accepted(draft: Any) -> None:
    strict = Strict()
    for number, lesson in enumerate(draft.programme.lessons):
        for content in contents(draft.programme, number, lesson):
            await strict.take(content)
    assert strict.taken > 4 * len(draft.programme.lessons)


def table(size: int, right_sides: int) -> str:
    rows = (f"| {row}{'š' * size} | {row % right_sides}{'ž' * size} |" for row in range(8))
    return "\n".join(["| | |", "|---|---|", *rows])


LARGEST: Final[dict[str, Callable[[int], str]]] = {
    "order": lambda size: "\n".join(f"{number}. {number}{'š' * size}" for number in range(1, 9)),
    "pairs": lambda size: table(size, 8),
    "groups": lambda size: table(size, 2),
    "several": lambda size: "\n".join(f"- [x] {row}{'š' * size}\n  > {'ž' * size}" for row in range(12)),
    "text": lambda size: "= " + " | ".join(f"{row}{'š' * size}" for row in range(20)),
    "number": lambda size: f"= {'9' * size} ± 1 mg",
}


def parsed(source: str) -> Lesson | None:
    read = parse_lesson(source.encode(), Origin("a.lt.md", "a", "lt"), Shelf(Path("/nowhere")))
    return Lesson("a", (read.text,)) if read.text else None


@pytest.mark.parametrize("answers", LARGEST.values(), ids=LARGEST.keys())
@pytest.mark.parametrize("words", [1, 500, 3_000])
async def test_the_largest_question_that_is_accepted_can_be_sent_at_every_step(
    answers: Callable[[int], str], words: int
) -> None:
    """Beside a text of so many characters; the next larger one is refused."""
    head = f"---\ntitle: {'T' * 80}\nminutes: 60\n---\n\n{'x' * words}\n\n## Kuris? {{#q}}\n\n"
    why = f"\n\n> {'y' * 1_000}" if not answers(1).startswith("-") else ""
    fits = [lesson for size in range(301) if (lesson := parsed(f"{head}{answers(size)}{why}\n"))]
    assert parsed(f"{head}{answers(301)}{why}\n") is None
    strict = Strict()
    for content in contents(Programme("a", (), (fits[-1],)), 0, fits[-1]):
        await strict.take(content)
    assert strict.taken >= 4 * len(LANGUAGES)


def generated(rng: Random) -> Lesson | None:
    """A lesson of pieces that should not stand side by side; None when the parser does not accept it."""
    pieces = rng.choices(PIECES, k=rng.randint(1, 40))
    body = "".join(piece % at if "%d" in piece else piece for at, piece in enumerate(pieces))
    return parsed(f"---\ntitle: Pamoka 😀\nminutes: 3\n---\n\nLabas {body}\n")


async def accept_generated(seed: int, count: int) -> None:
    """So many generated texts that the parser accepted are accepted by Telegram."""
    print("seed", seed)
    rng, strict = Random(seed), Strict()
    while strict.taken < count:
        lesson = generated(rng)
        for content in shown_of(lesson, rng) if lesson else ():
            await strict.take(content)


def shown_of(lesson: Lesson, rng: Random) -> Iterator[Content]:
    """The cards of a lesson, and one feedback for each question."""
    programme, voice = Programme("a", (), (lesson,)), Voice(TEXTS, "lt")
    for place, card in enumerate(lesson.texts[0].cards):
        messages: list[ShowCard | Feedback] = [ShowCard(1, 0, place, STEP, heading=place == 0)]
        if card.question:
            chosen = [ShowCard(1, 0, place, STEP, place == 0, each) for each in so_far(card.question)]
            messages += rng.sample(chosen, min(1, len(chosen)))
            messages.append(rng.choice(list(feedback(0, place, card.question))))
        for message in messages:
            which = rng.randrange(VARIETIES)
            yield fit(render(message, lambda _: programme, voice, which), Telegram.capabilities)


async def test_t7_2000_generated_texts_are_accepted() -> None:
    await accept_generated(seed=1, count=2_000)


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_t7_100000_generated_texts_are_accepted() -> None:
    await accept_generated(seed=2, count=100_000)


@pytest.mark.parametrize("text", ["x" * 4096, "🎓" * 2048, "\u202e", "<b>&amp;*_`[", "a\n\n\nb"])
async def test_an_announcement_is_sent_as_it_is(text: str) -> None:
    await Strict().take(Content(Text(text)))


def test_the_methods_that_are_sent_are_those_that_are_validated() -> None:
    assert set(METHODS) >= {SendMessage, SendPhoto, EditMessageText}
