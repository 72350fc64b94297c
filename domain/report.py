"""A copy of a person's data to read: what `certificates/own_data.py` sets on paper."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.language import Language
from domain.message import Weekdays


@dataclass(frozen=True, slots=True)
class Written:
    """Something that a person wrote, and under what."""

    on: date
    under: str
    words: str


Word = Literal["agreed", "asked", "declined"]  # what the person said of working somewhere too


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A further organisation: what it says of the person's work there ("": nothing), and what they said themselves."""

    organisation: str
    job: str
    number: str
    hired_on: str
    left_on: str
    tags: str
    word: Word


@dataclass(frozen=True, slots=True)
class Report:
    """What is kept of a person, in their language.

    `notice` is the version and date of the privacy notice that held when they joined; `studies` are titles with lessons
    done of so many, and right ones of graded answers; `addresses` messengers and keys; `tables` how many rows each has.
    `everything`: it is the person's own copy, and not what a coordinator sees of them.
    """

    language: Language
    name: str
    organisation: str
    contact: str
    made_at: datetime
    email: str
    job: str
    tags: str
    further: tuple[Elsewhere, ...]
    joined: date | None
    notice: tuple[int, date] | None
    hour: str
    days: Weekdays
    leave: tuple[date, date] | None
    addresses: tuple[tuple[str, str], ...]
    studies: tuple[tuple[str, int, int, int, int], ...]
    certificates: tuple[tuple[str, str, date], ...]
    written: tuple[Written, ...]
    tables: tuple[tuple[str, int], ...]
    everything: bool = True
