"""Embedded answers (Cloze): a text in which each gap has its kind and its answers, as {1:SHORTANSWER:=Berlin}."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

from domain.question import Number
from domain.text import Text
from lessons.formats.answers import CAPITALS, Answer, Made, choice, decimal, numbers, words, worth_of
from lessons.formats.bank import NotTaken
from lessons.formats.moodle_xml.gaps import Gap
from lessons.formats.texts import MOST_SOURCE, Markup, line_of, short, text_of

_WORDS: Final = frozenset({"SHORTANSWER", "SA", "MW"})
_EXACT: Final = frozenset({"SHORTANSWER_C", "SAC", "MWC"})
_NUMBERS: Final = frozenset({"NUMERICAL", "NM"})
_ONE: Final = frozenset(
    f"{name}{way}"
    for name, ways in (("MULTICHOICE", ("", "_V", "_H")), ("MC", ("", "V", "H")))
    for way in ways
)
_MANY: Final = frozenset({"MULTIRESPONSE", "MULTIRESPONSE_H", "MR", "MRH"})
_SHUFFLED: Final = {
    "MULTICHOICE_S": "MC", "MULTICHOICE_VS": "MC", "MULTICHOICE_HS": "MC", "MCS": "MC", "MCVS": "MC", "MCHS": "MC",
    "MULTIRESPONSE_S": "MR", "MULTIRESPONSE_HS": "MR", "MRS": "MR", "MRHS": "MR",
}  # fmt: skip
_MOST_ANSWERS: Final = 40
_START: Final = re.compile(r"\{[0-9]{0,9}:([A-Z][A-Z_]{0,30}):")
_INSIDE: Final = re.compile(r"((?:[^\\}]|\\.)*+)\}", re.DOTALL)
_NEXT: Final = re.compile(r"(?<!\\)~")
_WORTH: Final = re.compile(r"\s*(?:(=)|%(-?[0-9]{1,3}(?:[.,][0-9]{0,10})?)%)")
_COMMENT: Final = re.compile(r"(?<![\\&])#")
_ESCAPED: Final = re.compile(r"""\\([}#~/"'\\])""")


@dataclass(frozen=True, slots=True)
class Field:
    """A gap as it is written: its kind, its answers, and the markup of the text around it."""

    kind: str
    answers: str
    markup: Markup

    def __call__(self, general: Text) -> Made:
        """The question that it asks. NotTaken when a lesson does not have it."""
        if self.kind in _WORDS | _EXACT:
            made = words(self._given(written=True), general)
            return made.told(CAPITALS) if self.kind in _EXACT else made
        if self.kind in _NUMBERS:
            return self._numbers(general)
        plain = _SHUFFLED.get(self.kind, self.kind)
        return choice(self._given(), general, one=plain in _ONE, shuffled=self.kind in _SHUFFLED)

    def _given(self, *, written: bool = False) -> list[Answer]:
        pieces = [each for each in _NEXT.split(self.answers) if each.strip()]
        if len(pieces) > _MOST_ANSWERS:
            raise NotTaken(f"A gap has {len(pieces):,} answers, and {_MOST_ANSWERS} are taken at most.")
        return [self._answer(each, written=written) for each in pieces]

    def _answer(self, piece: str, *, written: bool) -> Answer:
        found = _WORTH.match(piece)
        said, *comment = _COMMENT.split(piece[found.end() :] if found else piece, maxsplit=1)
        said = _freed(said)
        if written:  # what people write has no tags, but the editor writes & as &amp;
            text = line_of(unescape(said) if self.markup != "plain" else said, "plain")
        else:
            text = line_of(said, self.markup)
        worth = 0.0 if not found else 1.0 if found[1] else worth_of(found[2].replace(",", "."))
        return Answer(text, worth, text_of(_freed("".join(comment)), self.markup))

    def _numbers(self, general: Text) -> Made:
        given = self._given(written=True)
        right = {
            place: _number(each.text.plain)
            for place, each in enumerate(given)
            if each.worth > 0 and each.text.plain != "*"
        }
        return numbers(given, right, general)


def cloze(source: str, markup: Markup) -> tuple[list[str], list[Gap]]:
    """What stands between the gaps, and the gaps. NotTaken when one of them is not as Moodle documents it."""
    if len(source) > MOST_SOURCE:
        raise NotTaken(f"A text of it has {len(source):,} characters: no message can be so long.")
    pieces, gaps, at = list[str](), list[Gap](), 0
    while start := _START.search(source, at):
        if start[1] not in _WORDS | _EXACT | _NUMBERS | _ONE | _MANY | _SHUFFLED.keys():
            raise NotTaken(f"A gap of it is of the kind '{short(start[1])}', which Moodle does not document.")
        inside = _INSIDE.match(source, start.end())
        if not inside:
            raise NotTaken("A gap in its text does not end: write } behind its answers.")
        pieces.append(source[at : start.start()])
        gaps.append(Field(start[1], inside[1], markup))
        at = inside.end()
    return [*pieces, source[at:]], gaps


def _number(source: str) -> Number:
    value, _, margin = source.partition(":")
    return Number(decimal(value), abs(decimal(margin)) if margin.strip() else decimal("0"))


def _freed(source: str) -> str:
    return _ESCAPED.sub(r"\1", source)
