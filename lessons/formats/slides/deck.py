"""What is taken of a slide, before it is a card."""

from dataclasses import dataclass
from typing import Literal

from domain.programme import Picture
from domain.text import Text

Sign = Literal["", "•", "1."]  # before a paragraph: none, a point, its number


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; `depth` counts from 0 and means something only with a sign."""

    text: Text
    sign: Sign = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide that is shown. `lost`: in sentences, what of it was not taken."""

    number: int
    title: Text
    lines: tuple[Line, ...]
    notes: Text = Text()
    pictures: tuple[Picture, ...] = ()
    lost: tuple[str, ...] = ()
    section: str = ""
