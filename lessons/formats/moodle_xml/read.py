"""Moodle XML read into the entries of a bank."""

import re
from dataclasses import replace
from typing import Final

from domain.language import Language
from domain.programme import Card
from lessons.formats.album import Album
from lessons.formats.bank import MOST_ENTRIES, TOO_MANY, Bank, Entry, NotTaken, Told, Unreadable
from lessons.formats.moodle_xml.calculated import CALCULATED, calculated, signs_of
from lessons.formats.moodle_xml.cloze import cloze
from lessons.formats.moodle_xml.fields import source, text, within
from lessons.formats.moodle_xml.gaps import blanked, entries_of
from lessons.formats.moodle_xml.kinds import KINDS, made_of
from lessons.formats.moodle_xml.pictures import pictured
from lessons.formats.moodle_xml.selected import CHOICES, selected
from lessons.formats.moodle_xml.tree import Node, questions
from lessons.formats.prompts import asked
from lessons.formats.texts import short, text_of
from lessons.visible import visible

_MOST_SIGNS: Final = 300_000  # of all formulas of a file
_GAPPED: Final = frozenset({"cloze", "multianswer", *CHOICES})
_PLACES: Final = (
    "It asks for places in a picture, "
    "which no messenger has: draw numbers into it, and ask what belongs to which."
)
_NOT_OURS: Final = {
    "randomsamatch": "It has no answers of its own, but draws from the other short-answer questions, which are taken "
    "as themselves.",
    "ddimageortext": _PLACES,
    "ddmarker": _PLACES,
}


def recognises(text: str) -> bool:
    """Whether a text is XML."""
    return bool(re.match(r"\s*<(\?xml|quiz|!--)", text.removeprefix("\ufeff")))


def read(data: bytes, language: Language) -> Bank:
    """The questions and descriptions of the file. Of one element with gaps all are taken, or none."""
    entries, refused, group, reader = list[Entry](), list[Told](), "", _Reader(language)
    for node in questions(data):
        kind = node.attributes.get("type", "")
        if kind == "category":
            group = node.inner("category", "text")
            continue
        try:
            entries += reader.entries(node, kind, group)
        except NotTaken as reason:
            refused.append(Told(node.line, str(reason)))
    return Bank(tuple(entries), tuple(refused), pictures=reader.album.pictures)


class _Reader:
    """Reads elements one after another, because their pictures and gaps are counted."""

    def __init__(self, language: Language) -> None:
        self.album = Album()
        self._language = language
        self._gaps = self._signs = 0

    def entries(self, node: Node, kind: str, group: str) -> list[Entry]:
        """What becomes of an element. NotTaken with the reason when nothing does."""
        if kind not in KINDS | _GAPPED | {"description"}:
            raise NotTaken(
                _NOT_OURS.get(kind, f"It is of the kind '{short(kind)}', which a lesson does not have.")
            )
        if next(node.all("image_base64"), None):
            raise NotTaken("There is a picture in it, and this is not taken: add the question by hand.")
        name = node.inner("idnumber") or node.inner("name", "text")
        node, picture, told = pictured(node, self.album)
        if kind in CALCULATED:
            self._signs += signs_of(node)
            if self._signs > _MOST_SIGNS:
                raise NotTaken(
                    "The formulas before it are as many as are taken of one file: divide the file."
                )
            node, more = calculated(node, kind, self._language)
            told = (*told, *more)
        whole = Entry(node.line, "description", Card(picture=picture), group, name, told)
        return self._gapped(node, kind, whole) if kind in _GAPPED else [self._entry(node, kind, whole)]

    def _entry(self, node: Node, kind: str, whole: Entry) -> Entry:
        said = text(node.first("questiontext"))
        if kind == "description":
            if not visible(said.plain) and not whole.card.picture:
                raise NotTaken("It has no text.")
            return replace(whole, card=replace(whole.card, text=said))
        made = made_of(kind, node, text(node.first("generalfeedback")), self._language)
        told = "truefalse" if kind == "truefalse" else made.kind
        card = replace(asked(said, made.question, told, self._language), picture=whole.card.picture)
        return replace(whole, kind=told, card=card, changed=(*whole.changed, *made.changed))

    def _gapped(self, node: Node, kind: str, whole: Entry) -> list[Entry]:
        asks, markup = source(node.first("questiontext")), within(node)
        pieces, gaps = selected(node, kind, asks) if kind in CHOICES else cloze(asks, markup)
        said = text_of(blanked(pieces, markup), markup)
        self._gaps += len(gaps)
        if self._gaps > MOST_ENTRIES:
            raise Unreadable(TOO_MANY)
        whole = replace(whole, element=self._gaps)
        return entries_of(said, gaps, whole, text(node.first("generalfeedback")), self._language)
