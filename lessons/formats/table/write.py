"""Lessons written as a CSV file, each a category; its separator is the one that spreadsheets of the language expect."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from domain.language import Language
from domain.programme import Card, LessonText
from domain.question import Number, Question
from domain.spreadsheet import guarded
from domain.text import Text
from lessons.formats.prompts import is_true_or_false
from lessons.formats.table.columns import LONE, MARKDOWN, NUMBERED
from lessons.formats.texts import comes_back_plain
from lessons.write_text import paragraphs

_MARK: Final = "\ufeff"  # by which spreadsheets know UTF-8
_BEFORE: Final = LONE[: LONE.index("explanation")]
_AFTER: Final = LONE[LONE.index("explanation") :]


def write(lessons: Sequence[LessonText], language: Language) -> bytes:
    """The file; it has every kind of question, and formatted texts as Markdown."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="," if language == "en" else ";")
    header, *rows = rows_of(lessons, language)
    writer.writerow(header)
    writer.writerows(map(guarded, row) for row in rows)
    return f"{_MARK}{out.getvalue()}".encode()


def rows_of(lessons: Sequence[LessonText], language: Language) -> list[list[str]]:
    """The names of the columns that are in use, and below them what stands in them."""
    rows = [{"category": lesson.title, **_row(card, language)} for lesson in lessons for card in lesson.cards]
    header = _header(rows)
    return [header, *([row.get(name, "") for name in header] for row in rows)]


def _header(rows: list[dict[str, str]]) -> list[str]:
    """The columns that are in use."""
    used = {name for row in rows for name, cell in row.items() if cell}
    most = max(
        (int(name.lstrip("abcdefghijklmnopqrstuvwxyz")) for name in used if name not in LONE), default=0
    )
    numbered = (f"{name}{number}" for number in range(1, most + 1) for name in NUMBERED)
    return [
        *_BEFORE,
        *(name for name in numbered if name in used),
        *(name for name in _AFTER if name in used),
    ]


def _row(card: Card, language: Language) -> dict[str, str]:
    markdown = not all(map(comes_back_plain, _texts(card)))
    row = dict(_cells(card, language, markdown=markdown))
    return row | ({"markup": MARKDOWN} if markdown else {})


def _texts(card: Card) -> Iterator[Text]:
    yield card.text
    if card.question:
        yield from (card.question.prompt, card.question.explanation, *card.question.targets)
        for option in card.question.options:
            yield from (option.text, option.explanation)


def _cells(card: Card, language: Language, *, markdown: bool) -> Iterator[tuple[str, str]]:
    def source(text: Text) -> str:
        return paragraphs(text) if markdown else text.plain

    yield "text", source(card.text)
    if not (asked := card.question):
        yield "kind", "description"
        return
    yield from (
        ("id", asked.id),
        ("question", source(asked.prompt)),
        ("explanation", source(asked.explanation)),
    )
    if is_true_or_false(asked, language):
        yield from (("kind", "truefalse"), ("right", "true" if asked.options[0].correct else "false"))
    else:
        yield from (("kind", "short" if asked.kind == "text" else asked.kind), ("settings", _settings(asked)))
        yield "right", " ".join(str(place + 1) for place in asked.right)
        yield from ((f"option{number}", source(each.text)) for number, each in enumerate(asked.options, 1))
    yield from (
        (f"comment{number}", source(each.explanation)) for number, each in enumerate(asked.options, 1)
    )
    yield from ((f"pair{number}", source(each)) for number, each in enumerate(asked.targets, 1))
    written = (*map(_number, asked.numbers), *asked.accepted)
    yield from ((f"option{number}", each) for number, each in enumerate(written, 1))


def _settings(asked: Question) -> str:
    fixed = asked.kind in ("single", "multiple") and not asked.shuffled
    return "fixed" * fixed + "forgiving" * asked.forgiving


def _number(number: Number) -> str:
    margin = f" ± {number.tolerance:f}" if number.tolerance else ""
    return f"{number.value:f}{margin}" + (f" {number.unit}" if number.unit else "")
