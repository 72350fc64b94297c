"""Moodle XML read into the entries of a bank."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from domain.language import Language
from domain.programme import Card, Picture
from lessons.formats.album import Album
from lessons.formats.answers import Made
from lessons.formats.bank import MOST_ENTRIES, TOO_MANY, Bank, Entry, NotTaken, Told, Unreadable
from lessons.formats.moodle_xml.calculated import CALCULATED, calculated, signs_of
from lessons.formats.moodle_xml.cloze import cloze
from lessons.formats.moodle_xml.drawn import DRAWS, Element, Pool
from lessons.formats.moodle_xml.fields import source, text, within
from lessons.formats.moodle_xml.gaps import blanked, entries_of
from lessons.formats.moodle_xml.kinds import KINDS, made_of
from lessons.formats.moodle_xml.pictures import pictured
from lessons.formats.moodle_xml.places import PLACED, placed
from lessons.formats.moodle_xml.selected import CHOICES, selected
from lessons.formats.moodle_xml.tree import Node, questions
from lessons.formats.moodle_xml.zones import coordinates_of
from lessons.formats.prompts import asked, for_places
from lessons.formats.texts import short, text_of
from lessons.visible import visible

_MOST_SIGNS: Final = 300_000  # of all formulas and coordinates of a file
_GAPPED: Final = frozenset({"cloze", "multianswer", *CHOICES})
_OURS: Final = frozenset({"description", DRAWS, *PLACED, *KINDS, *_GAPPED})


def recognises(text: str) -> bool:
    """Whether a text is XML."""
    return bool(re.match(r"\s*<(\?xml|quiz|!--)", text.removeprefix("\ufeff")))


def read(data: bytes, language: Language) -> Bank:
    """The questions and descriptions of the file. Of one element with gaps all are taken, or none."""
    elements = list(_elements(questions(data)))
    entries, refused, reader = list[Entry](), list[Told](), _Reader(language, Pool(elements))
    for node, kind, group in elements:
        try:
            entries += reader.entries(node, kind, group)
        except NotTaken as reason:
            refused.append(Told(node.line, str(reason)))
    return Bank(tuple(entries), tuple(refused), pictures=reader.album.pictures)


def _elements(nodes: Sequence[Node]) -> Iterator[Element]:
    """The questions, each with the category named last before it."""
    group = ""
    for node in nodes:
        kind = node.attributes.get("type", "")
        if kind == "category":
            group = node.inner("category", "text")
        else:
            yield node, kind, group


class _Reader:
    """Reads elements one after another, because their pictures and gaps are counted."""

    def __init__(self, language: Language, pool: Pool) -> None:
        self.album = Album()
        self._pool = pool
        self._language = language
        self._gaps = self._signs = 0

    def entries(self, node: Node, kind: str, group: str) -> list[Entry]:
        """What becomes of an element. NotTaken with the reason when nothing does."""
        if kind not in _OURS:
            raise NotTaken(f"It is of the kind '{short(kind)}', which a lesson does not have.")
        if next(node.all("image_base64"), None):
            raise NotTaken("There is a picture in it, and this is not taken: add the question by hand.")
        name = node.inner("idnumber") or node.inner("name", "text")
        node, picture, told = pictured(node, self.album)
        if kind in CALCULATED:
            self._count(signs_of(node), "formulas")
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
        made, picture = self._made(node, kind, whole)
        told, ours = "truefalse" if kind == "truefalse" else made.kind, ""
        if kind in PLACED and made.kind == "match":
            ours = for_places(self._language)
        card = replace(asked(said, made.question, told, self._language, ours=ours), picture=picture)
        return replace(whole, kind=told, card=card, changed=(*whole.changed, *made.changed))

    def _made(self, node: Node, kind: str, whole: Entry) -> tuple[Made, Picture | None]:
        """The question of an element that is one, and its picture."""
        general, picture = text(node.first("generalfeedback")), whole.card.picture
        if kind == DRAWS:
            return self._pool.drawn(node, whole.category, general), picture
        if kind not in PLACED:
            return made_of(kind, node, general, self._language), picture
        if picture:
            raise NotTaken("There are 2 pictures in it, and a card has one: add the question by hand.")
        self._count(coordinates_of(node), "coordinates")
        return placed(node, kind, general=general, album=self.album, language=self._language)

    def _count(self, signs: int, what: str) -> None:
        self._signs += signs
        if self._signs > _MOST_SIGNS:
            raise NotTaken(f"The {what} before it are as many as are taken of one file: divide the file.")

    def _gapped(self, node: Node, kind: str, whole: Entry) -> list[Entry]:
        asks, markup = source(node.first("questiontext")), within(node)
        pieces, gaps = selected(node, kind, asks) if kind in CHOICES else cloze(asks, markup)
        said = text_of(blanked(pieces, markup), markup)
        self._gaps += len(gaps)
        if self._gaps > MOST_ENTRIES:
            raise Unreadable(TOO_MANY)
        whole = replace(whole, element=self._gaps)
        return entries_of(said, gaps, whole, text(node.first("generalfeedback")), self._language)
