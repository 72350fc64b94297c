"""A text with gaps made into questions: one is asked below the text, of several each on a card of its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from domain.language import Language
from domain.programme import Card
from domain.text import Text, join
from lessons.formats.answers import Made
from lessons.formats.bank import Entry, NotTaken
from lessons.formats.prompts import BLANK, asked, blank, missing_in
from lessons.formats.texts import Markup, cut
from lessons.markup import trimmed
from lessons.names import slug_of
from lessons.visible import visible

MOST_GAPS: Final = 30
_MOST_NAME: Final = 36
_MOST_AROUND: Final = 300  # characters before and behind a gap that are told again
_MARK: Final = len(blank(MOST_GAPS))
Gap = Callable[[Text], Made]  # given what is said of the whole, makes the question of one gap


def blanked(pieces: Sequence[str], markup: Markup) -> str:
    """The text with its blanks; between two pieces is a gap."""
    gaps = len(pieces) - 1
    if not gaps:
        raise NotTaken("It has no gaps in its text.")
    if gaps > MOST_GAPS:
        raise NotTaken(f"It has {gaps:,} gaps, and {MOST_GAPS} are taken at most: divide it.")
    marks = [blank(number if gaps > 1 else 0) for number in range(1, gaps + 1)]
    shown = [each.replace("_", r"\_") for each in marks] if markup == "markdown" else marks
    return "".join(part for pair in zip(pieces, [*shown, ""], strict=True) for part in pair)


def entries_of(
    said: Text, gaps: Sequence[Gap], whole: Entry, general: Text, language: Language
) -> list[Entry]:
    """The questions, in the order of their gaps; NotTaken when one of them is none.

    `whole` has the picture, name and place of them all. `general` is said with the last.
    """
    made = [*(gap(Text()) for gap in gaps[:-1]), gaps[-1](general)]
    if len(made) == 1:
        (one,) = made
        card = replace(asked(_opened(said), one.question, one.kind, language), picture=whole.card.picture)
        return [replace(whole, kind=one.kind, card=card, changed=(*whole.changed, *one.changed), element=0)]
    told = (*whole.changed, f"Its {len(made)} gaps are questions of their own now.")
    first, *others = _several(said, made, whole, language)
    return [replace(first, changed=(*told, *first.changed)), *others]


def _several(said: Text, made: Sequence[Made], whole: Entry, language: Language) -> Iterator[Entry]:
    """The first with the whole text, each other with what is around its gap, for it may come back alone."""
    base = (whole.name if visible(whole.name) else said.plain)[:200]
    name = base if base == slug_of(base) else slug_of(base)[:_MOST_NAME].strip("-")
    for number, each in enumerate(made, 1):
        place = said.plain.find(blank(number))
        if place < 0:
            raise NotTaken("One of its gaps is where nobody sees it: write its text anew.")
        above = said if number == 1 else _around(said, place)
        question = replace(each.question, prompt=missing_in(number, language))
        card = Card(above, whole.card.picture, question)
        yield replace(whole, kind=each.kind, card=card, name=f"{name}-gap-{number}", changed=each.changed)


def _around(said: Text, place: int) -> Text:
    """The paragraph of a gap, or the words around it where that is long."""
    plain = said.plain
    start = plain.rfind("\n\n", 0, place) + 2 if "\n\n" in plain[:place] else 0
    end = behind if (behind := plain.find("\n\n", place)) >= 0 else len(plain)
    first, last = place - _MOST_AROUND, place + _MOST_AROUND
    first = max(plain.find(" ", first, place), first) if first > start else start
    last = max(plain.rfind(" ", place + _MARK, last), place + _MARK) if last < end else end
    part = trimmed(cut(cut(said, last)[0], first)[1])
    return join(Text("…" if first > start else ""), part, Text("…" if last < end else ""), separator=" ")


def _opened(said: Text) -> Text:
    """The text without its blank where this only follows on a question."""
    place = said.plain.rfind(BLANK)
    before, behind = said.plain[:place].rstrip(), said.plain[place + len(BLANK) :]
    only = before.endswith("?") and visible(before.strip("?")) and not any(each.isalnum() for each in behind)
    return trimmed(cut(said, len(before))[0]) if place >= 0 and only else said
