"""A slide made into the entries of a bank: a card with its text, or a question, and what does not fit beside it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.fitting import MOST_CAPTION
from domain.language import Language
from domain.programme import Card
from domain.question import Option, Question
from domain.text import Text, join, marked
from lessons.formats.answers import Answer, choice
from lessons.formats.bank import Entry, Kind, NotTaken
from lessons.formats.prompts import asked
from lessons.formats.slides.deck import Line, Slide
from lessons.formats.texts import cut
from lessons.inline import flat
from lessons.markup import trimmed

MOST_WITH_NOTES: Final = 900  # characters of a card on which the notes stand below the text
_RIGHT: Final = r"[✓✔✅☑🗸]\ufe0f?|\[[xX]\]"
_OTHER: Final = r"[☐□❏✗✘❌]\ufe0f?|\[ ?\]"
_MARK: Final = re.compile(rf"^(?:(?P<right>{_RIGHT})|{_OTHER})\s*|\s*(?:(?P<end>{_RIGHT})|{_OTHER})$")
_UNMARKED: Final = (
    "Its title asks, but no line is marked as right with ✓, so it is a card of text and no question."
)
_MIXED: Final = "Its title asks, but other text stands between or below its options, so it is no question."


def entries_of(slide: Slide, language: Language) -> list[Entry]:
    """What becomes of a slide, in order. NotTaken when there is nothing on it."""
    if not (slide.title or slide.lines or slide.notes or slide.pictures):
        raise NotTaken(" ".join(["It has no text, and no picture that is taken.", *slide.lost]))
    question = _question(slide, language)
    first, *rest = [question, *_pictured(slide, 1)] if question else list(_text(slide))
    return [replace(first, changed=(*first.changed, *slide.lost)), *rest]


def _entry(slide: Slide, card: Card, kind: Kind = "description", *changed: str) -> Entry:
    return Entry(slide.number, kind, card, slide.section, slide.title.plain, changed)


def _text(slide: Slide) -> Iterator[Entry]:
    """The text, with the only picture beside it when it is short, and the notes below it when they fit."""
    title = marked(slide.title.plain, "bold")
    said = join(title, body(slide.lines))
    together = join(said, slide.notes)
    if together.units <= MOST_WITH_NOTES:
        said = together
    beside = slide.pictures[0] if len(slide.pictures) == 1 and said.units <= MOST_CAPTION else None
    reason = [_why_no_question(slide)] if slide.title.plain.endswith("?") and _listed(slide) else []
    if said:
        yield _entry(slide, Card(said, picture=beside), "description", *reason)
    yield from _pictured(slide, 0 if not beside else 1)
    if slide.notes and said is not together:
        yield _entry(slide, Card(slide.notes))


def _pictured(slide: Slide, first: int) -> Iterator[Entry]:
    return (_entry(slide, Card(picture=picture)) for picture in slide.pictures[first:])


def body(lines: Sequence[Line]) -> Text:
    """The paragraphs; those with a sign stand together as a list."""
    text, numbers, before = Text(), list[int](), ""
    for line in lines:
        if not line.sign:
            text, before, numbers = join(text, line.text), "", []
            continue
        depth = min(line.depth, len(numbers)) if before else 0
        same = before if depth else (before and line.sign)
        numbers = [*numbers[:depth], (numbers[depth] if depth < len(numbers) else 0) + 1]
        sign = f"{numbers[-1]}." if line.sign == "1." else line.sign
        item = join(Text(f"{'  ' * depth}{sign}"), flat(line.text), separator=" ")
        text, before = join(text, item, separator="\n" if before == same and before else "\n\n"), line.sign
    return text


@dataclass(frozen=True, slots=True)
class _Choice:
    """An option, how it is marked (None: not at all), and what is indented below it."""

    text: Text
    right: bool | None
    comment: Text = Text()


def _question(slide: Slide, language: Language) -> Entry | None:
    """The question of a slide whose title asks, with lines of which some are marked as right, or all as open."""
    choices = _choices(slide.lines) if slide.title.plain.endswith("?") else None
    if not choices or len(choices) < 2:
        return None
    above = body(slide.lines[: _first(slide.lines)])
    said = join(above, slide.title)
    beside = slide.pictures[0] if slide.pictures else None
    if any(each.right for each in choices):
        answers = [Answer(each.text, float(bool(each.right)), each.comment) for each in choices]
        made = choice(answers, slide.notes, one=False).question
        kind: Kind = "single" if made.kind == "single" else "multiple"
        return _entry(slide, replace(asked(said, made, kind, language), picture=beside), kind)
    if all(each.right is False for each in choices):
        options = tuple(Option(each.text, False, each.comment) for each in choices)
        made = Question("", "opinion", Text(), options, shuffled=False)
        lost = ["The notes of an opinion are left out."] if slide.notes else []
        return _entry(
            slide, replace(asked(said, made, "opinion", language), picture=beside), "opinion", *lost
        )
    return None


def _choices(lines: Sequence[Line]) -> list[_Choice] | None:
    """The options; None where other text stands between or below them."""
    found = list[_Choice]()
    for line in lines[_first(lines) :]:
        told = _choice(line)
        if line.sign and line.depth > lines[_first(lines)].depth and told.right is None:
            found[-1] = replace(found[-1], comment=join(found[-1].comment, line.text))
        elif line.sign or told.right is not None:
            found.append(told)
        else:
            return None
    return found


def _first(lines: Sequence[Line]) -> int:
    """Where the options begin: at the first line of a list, or with a mark."""
    return next(
        (at for at, line in enumerate(lines) if line.sign or _MARK.search(line.text.plain)), len(lines)
    )


def _choice(line: Line) -> _Choice:
    text = flat(line.text)
    mark = _MARK.search(text.plain)
    if not mark:
        return _Choice(text, None)
    right = bool(mark["right"] or mark["end"])
    return _Choice(trimmed(_without(text, mark.start(), mark.end())), right)


def _without(text: Text, start: int, end: int) -> Text:
    """The text without the mark at its beginning or end."""
    return cut(text, end)[1] if not start else cut(text, start)[0]


def _listed(slide: Slide) -> bool:
    return _first(slide.lines) < len(slide.lines)


def _why_no_question(slide: Slide) -> str:
    return _MIXED if _choices(slide.lines) is None else _UNMARKED
