"""Group chats and channels: what is said there to the service, and what of it concerns the service at all."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from domain.language import Language
from domain.message import Notice, notice
from domain.organisation import Organisation
from domain.person import Person

Kind = Literal["group", "channel"]
COMMAND: Final = "/bind"
LASTS: Final = timedelta(minutes=15)  # a code
MOST_TITLE: Final = 80
CROWD: Final = 1_000_000  # so many people a group counts as, where it is asked who has to approve something
_BIND: Final = re.compile(r"/bind(?:@\w{1,64})?\s+([A-Za-z0-9_-]{22})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bound:
    """Somebody has written the code in a group, or in a channel."""

    code: str
    title: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Gone:
    """The service was taken out of the group, or may write there no more."""


@dataclass(frozen=True, slots=True)
class Back:
    """The service may write in the group."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The group has another address now."""

    to: str


OfGroup = Bound | Gone | Back | Moved


def bound(text: str, title: str, kind: Kind) -> Bound | None:
    """What a text in a group means; None for everything that is not exactly the command with a code."""
    found = _BIND.fullmatch(text)
    return Bound(found[1], shown(title), kind) if found else None


def shown(title: str) -> str:
    """A title as it is kept: one line of what can be printed, not too long."""
    plain = "".join(each if each.isprintable() else " " for each in title)
    return " ".join(plain.split())[:MOST_TITLE] or "–"


def reader(house: Organisation, language: Language) -> Person:
    """Whoever reads a group, as the gate sees them: nobody, at the hours and on the working days of its place."""
    return Person(0, house, "", language)


def said(place: str) -> Notice:
    """Said in a group that was bound just now."""
    return notice("group.is_bound", place=place)
