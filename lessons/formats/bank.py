"""What is read of a question bank: entries that can become cards, and what was refused, each with its line."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar, get_args

from domain.language import Language
from domain.programme import Card, LessonText

Kind = Literal[
    "single", "multiple", "truefalse", "opinion", "order", "match", "number", "short", "open", "description"
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MOST_ENTRIES: Final = 2_000
TOO_MANY: Final = f"The file has more than {MOST_ENTRIES:,} questions: divide it into smaller files."
_Any = TypeVar("_Any")


class NotTaken(Exception):
    """Why one question is not taken: a sentence that says what it has that a lesson cannot have."""


class Unreadable(Exception):
    """Why a whole file is not read, or nothing is written: one sentence that says what to do.

    `rule` names the reason where it has to be told in other languages.
    """

    def __init__(self, said: str, rule: str = "damaged") -> None:
        super().__init__(said)
        self.rule: Final = rule


@dataclass(frozen=True, slots=True)
class Entry:
    """A question, or a text between questions (kind "description"), that begins at `line` of its file.

    `name` and `category` are what the bank calls it and its group, or "". `changed`: sentences about what was left out.
    `element`: entries of one number are taken all or none; 0: it stands alone.
    """

    line: int
    kind: Kind
    card: Card
    category: str = ""
    name: str = ""
    changed: tuple[str, ...] = ()
    element: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """A sentence about the entry at `line`."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Bank:
    """All that a file holds: every entry of it is in one of the first two. `notes` are about the file itself.

    `pictures`: the bytes of the pictures of its cards, by their names.
    """

    entries: tuple[Entry, ...]
    refused: tuple[Told, ...] = ()
    notes: tuple[Told, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filed:
    """A lesson and the name of its file without language."""

    slug: str
    text: LessonText


Divide = Callable[[Sequence[Entry], str, Language], list[Filed]]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write questions down.

    `recognises`: whether the beginning of a text looks like it. `read` raises Unreadable, and nothing else. `write`
    raises NotTaken for a card that the format does not have; it is None where lessons cannot be exported to it.
    `divide` makes lessons of the entries, named after the title given; None: as questions are, by their categories.
    """

    name: str
    recognises: Callable[[str], bool]
    read: Callable[[bytes, Language], Bank]
    write: Callable[[Sequence[LessonText], Language], bytes] | None = None
    divide: Divide | None = None


def counted(parts: Iterable[_Any], *, besides: int = 0) -> Iterator[_Any]:
    """The parts of a file, one after another. Unreadable when there are more than are read of one file.

    `besides`: how many of them are no questions.
    """
    for number, part in enumerate(parts, 1 - besides):
        if number > MOST_ENTRIES:
            raise Unreadable(TOO_MANY)
        yield part
