"""What the address of a list asks for: what is looked for, what it is narrowed to, and from where on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from storage.progress import LARGEST_ID

T = TypeVar("T")
LONGEST = 100  # characters that are looked for


@dataclass(frozen=True, slots=True)
class View:
    """What an address asks for; what it cannot ask for is left out, and what it says by itself is not written.

    A list has one of its own, with its `place`, what its words may be (`choices`; any words where there are none), and
    the field that says from where on (`start`), and how many characters its words may have (`longest`). Numbers are
    ids, 0 for none.
    """

    place: ClassVar[str]
    choices: ClassVar[Mapping[str, Collection[str]]] = {}
    start: ClassVar[str] = "before"
    longest: ClassVar[int] = LONGEST

    @classmethod
    def of(cls, request: Request) -> Self:
        """What the request's address asks for."""
        return cls.of_words(request.query_params)

    @classmethod
    def of_words(cls, asked: Mapping[str, str]) -> Self:
        """What these words ask for, by their names."""
        return cls(
            **{each.name: cls._read(each.name, each.default, asked.get(each.name)) for each in fields(cls)}
        )

    @classmethod
    def _read(cls, name: str, default: Any, asked: str | None) -> Any:
        if asked is None:
            return default
        if isinstance(default, int):
            return number(asked) or default
        words = asked.replace("\0", "").strip()[: cls.longest]
        return words if words in cls.choices.get(name, (words,)) else default

    @property
    def narrowed(self) -> bool:
        """It asks for more than the list as it is from its beginning on."""
        return self.link() != self.place

    def link(self, **changes: str | int) -> str:
        """The address of this view with changes; from the beginning on, if not said otherwise."""
        usual = {each.name: each.default for each in fields(self)}
        view = replace(self, **{self.start: usual[self.start], **changes})
        asked = {name: getattr(view, name) for name in usual}
        changed = {name: value for name, value in asked.items() if value != usual[name]}
        return self.place + (f"?{urlencode(changed)}" if changed else "")


def first_of(found: Sequence[T], most: int) -> tuple[Sequence[T], T | None]:
    """The first `most` of one more than these, and the last of them when there are more."""
    return found[:most], found[most - 1] if len(found) > most else None


def number(text: str) -> int:
    """A number of the store; 0 for what is none."""
    fits = text.isascii() and text.isdigit() and len(text) < 11
    return int(text) if fits and int(text) <= LARGEST_ID else 0
