"""The pictures that a programme has where its lessons are changed one by one: published ones, and those beside them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from domain.programme import LessonText, Picture, Programme
from lessons.rules import shown
from lessons.shelf import Drawn, Shelf, UnusableError

NAMED: Final = 5
Digests = tuple[str, ...]


def _no_bytes(digests: Digests) -> Drawn:
    raise LookupError(digests)


@dataclass(frozen=True, slots=True)
class Beside:
    """What authors have put beside the published pictures.

    `draw` makes the one picture of those with these digests, of which nothing else is known here; LookupError when the
    bytes of one of them are not there.
    """

    pictures: Sequence[Picture] = ()
    draw: Callable[[Digests], Drawn] = _no_bytes


class KnownPictures(Shelf):
    """The pictures that a programme has, by their names; no others can be had."""

    def __init__(self, programme: Programme, first: LessonText | None, beside: Beside) -> None:
        """Of two with the same name, it is that of the text `first`."""
        super().__init__(Path())
        own = [first] if first else []
        texts = [text for lesson in programme.lessons for text in lesson.texts]
        self._draw = beside.draw
        self._names = list[str]()
        for picture in [*pictures(texts), *beside.pictures, *pictures(own)]:
            self.put(picture)
            self._names.append(picture.name)
        for names, picture in _sets([*texts, *own]):
            self.put_set(names, picture)

    def together(self, pictures: Sequence[Picture], alt: str) -> Picture:
        """Pictures whose bytes are in the store as one."""
        try:
            drawn = self._draw(tuple(picture.digest for picture in pictures))
        except LookupError:
            raise UnusableError(
                "picture-missing", "One of these pictures was removed, so upload it once more."
            ) from None
        return replace(drawn.picture, alt=alt)

    def _load(self, name: str) -> Picture:
        names = ", ".join(list(dict.fromkeys(self._names))[:NAMED])
        instead = f" Pictures that it has: {names}." if names else ""
        raise UnusableError(
            "picture-missing",
            f"The programme has no picture '{shown(name)}', so upload it below, or take one that it has.{instead}",
        )


def pictures(texts: Iterable[LessonText]) -> list[Picture]:
    """The pictures that these texts name; not those that were drawn together of options."""
    cards = (card for text in texts for card in text.cards)
    return [card.picture for card in cards if card.picture and not (card.question and card.question.pictured)]


def option_names(texts: Iterable[LessonText]) -> set[str]:
    """The names of the pictures that are options in these texts."""
    return {name for names, _ in _sets(texts) for name in names}


def _sets(texts: Iterable[LessonText]) -> Iterator[tuple[tuple[str, ...], Picture]]:
    """The pictures that are the options of a question, by their names, and the one that was drawn of them."""
    for card in (card for text in texts for card in text.cards):
        if card.picture and card.question and card.question.pictured:
            yield tuple(option.picture for option in card.question.options), card.picture
