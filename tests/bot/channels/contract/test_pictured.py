"""Options that are pictures: in every messenger a number means the picture that it stands by."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Final

from PIL import Image

from actions.publish import publish
from domain.programme import Card
from lessons.library import Draft, read_library
from storage.answers import ANSWER
from storage.database import Connection
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.invited import invite_to, join, say
from tests.bot.channels.contract.messengers import answered
from tests.bot.channels.contract.running import Opening
from tests.bot.channels.contract.visitor import Shown, Visitor, bare, reads, words
from tests.storage.samples import MONDAY, rows

COLOURS: Final = (
    (200, 40, 40),
    (40, 160, 60),
    (40, 60, 200),
    (240, 200, 0),
    (150, 60, 170),
)  # of option 1, 2, 3, ...
LONG: Final = ", kurią mato kiekvienas įėjęs pro duris"
LONG_ALT: Final = "kurią mato kiekvienas įėjęs pro duris"


@dataclass(frozen=True, slots=True)
class Case:
    """A question by its boxes, what is answered, and what is kept of that.

    `chosen`: the numbers that are chosen as messengers let one choose; none: `said` is written instead.
    """

    prompt: str
    boxes: str
    long: bool
    kept: str
    worth: int | None
    chosen: tuple[int, ...] = ()
    said: str = ""

    @property
    def alts(self) -> list[str]:
        """What the pictures show; short enough for a button, or not."""
        alts = [f"Spalva {number}" for number in range(1, len(self.boxes) + 1)]
        return [f"{alt}, {LONG_ALT}" for alt in alts] if self.long else alts

    def explanation(self, number: int) -> str:
        """Why the option is right or wrong; no other explanation says the same."""
        return f"Nes {number} ({self.prompt.lower()})"

    @property
    def source(self) -> str:
        """The question's card; its options are `1.png`, `2.png`, ..."""
        options = (
            f"- [{box}] ![{alt}]({number}.png)\n  > {self.explanation(number)}\n"
            for number, (box, alt) in enumerate(zip(self.boxes, self.alts, strict=True), 1)
        )
        opinion = "" if "x" in self.boxes else " {.opinion}"
        return f"## {self.prompt}{opinion}\n\n{''.join(options)}"


CASES: Final = (
    Case("Viena iš trijų?", "  x", long=False, kept="2", worth=1, chosen=(3,)),
    Case("Viena iš dviejų?", " x", long=True, kept="0", worth=0, chosen=(1,)),
    Case("Kelios iš trijų?", "x x", long=False, kept="0,2", worth=1, chosen=(1, 3)),
    Case("Kelios iš penkių?", " x xx", long=True, kept="1,3,4", worth=1, chosen=(2, 4, 5)),
    Case("Kas patinka?", "   ", long=False, kept="1", worth=None, said="2"),
    Case("Kas nepatinka?", "   ", long=True, kept="2", worth=None, said=f"spalva 3, {LONG_ALT}"),
)


def drafted(folder: Path) -> Draft:
    """A programme in a folder, read as any other."""
    place = folder / "spalvos"
    place.mkdir()
    for number, colour in enumerate(COLOURS, 1):
        Image.new("RGB", (300, 200), colour).save(place / f"{number}.png")
    (place / "programme.lt.md").write_text("---\ntitle: Spalvos\n---\n\nSpalvos.\n", encoding="utf-8")
    cards = "\n---\n\n".join(case.source for case in CASES)
    (place / "01.lt.md").write_text(f"---\ntitle: Spalvos\nminutes: 3\n---\n\n{cards}", encoding="utf-8")
    library = read_library(place)
    assert [str(each) for each in library.problems if each.severity == "error"] == []
    return library.drafts[0]


def let_in(tx: Connection, draft: Draft) -> None:
    publish(tx, [draft], MONDAY)
    invite_to(tx, draft.programme.slug)


def told(shown: Shown, options: Sequence[str]) -> list[str]:
    """The numbers with which options are told: on their buttons, or before them in the text."""
    read = [*map(bare, shown.labels), words(shown.text)]
    found = [re.search(rf"(?:^| )(\d)\. {re.escape(each)}(?= |$)", text) for each in options for text in read]
    return [match[1] for match in found if match]


def drawn(data: bytes, count: int) -> list[int]:
    """The numbers of the colours that are seen in a picture, row by row."""
    picture = Image.open(io.BytesIO(data)).convert("RGB").reduce(8)
    seen = dict[tuple[int, ...], tuple[int, int]]()
    for down, across in product(range(picture.height), range(picture.width)):
        seen.setdefault(picture.getpixel((across, down)), (down, across))  # type: ignore[arg-type]
    return sorted(range(1, count + 1), key=lambda number: seen[COLOURS[number - 1]])


async def looks(visitor: Visitor, case: Case, card: Card) -> None:
    """The picture is there, and options and buttons have the numbers that stand in it."""
    shown, count = await reads(visitor, case.prompt), len(case.boxes)
    numbers = [str(number) for number in range(1, count + 1)]
    assert told(shown, case.alts) == numbers
    assert card.picture
    assert (shown.picture, shown.labels) in (("", ()), (card.picture.digest, shown.labels))
    assert [bare(label).split(".")[0] for label in shown.labels[:count]] == numbers[: len(shown.labels)]


async def answers(visitor: Visitor, case: Case) -> None:
    """Choose, or write."""
    options = [case.alts[number - 1] for number in case.chosen]
    if case.said:
        await visitor.says(case.said)
    elif case.boxes.count("x") > 1:
        await visitor.chooses(options, say("study.submit"))
    else:
        await visitor.presses(options[0])


@answered
async def test_a_number_means_the_picture_that_it_stands_by(
    house: House, opening: Opening, tmp_path: Path
) -> None:
    draft = drafted(tmp_path)
    lesson = draft.programme.lessons[0].texts[0]
    await house.database.write(partial(let_in, draft=draft))
    async with opening(house) as messenger, house.works(messenger.channel):
        visitor = await messenger.visitor()
        await join(visitor)
        for case, card in zip(CASES, lesson.cards, strict=True):
            await looks(visitor, case, card)
            await answers(visitor, case)
            last = int(case.kept[-1])
            told_after = await reads(visitor, case.explanation(last + 1))
            if case.worth == 0:
                right = f"{case.boxes.index('x') + 1}. {case.alts[case.boxes.index('x')]}"
                assert told_after.mentions(say("study.right_answer", option=right))
            if case is not CASES[-1]:
                await visitor.presses(say("study.next"))
        await reads(visitor, say("study.programme_done", title="Spalvos", right=3, graded=4))
    given = await rows(house.database, ANSWER.c.question_id, ANSWER.c.chosen, ANSWER.c.worth)
    expected = zip((each.id for each in lesson.questions), CASES, strict=True)
    assert sorted(map(tuple, given)) == sorted((name, case.kept, case.worth) for name, case in expected)


def test_the_pictures_stand_in_the_order_of_the_options(tmp_path: Path) -> None:
    draft = drafted(tmp_path)
    for case, card in zip(CASES, draft.programme.lessons[0].texts[0].cards, strict=True):
        assert card.picture
        count = len(case.boxes)
        assert drawn(draft.pictures[card.picture.digest], count) == list(range(1, count + 1))
