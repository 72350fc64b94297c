"""Organisations, who may see what of them, and names as they are shown to a stranger."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Final, Literal, NamedTuple, Self

from domain.days_off import Span
from domain.language import LANGUAGES, Language

Right = Literal["see", "act", "write", "manage", "audit"]


class Office(NamedTuple):
    """When messages that come by themselves may go on a working day: from `opens` until `closes`, in this zone."""

    zone: str
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Organisation:
    """An institution, with what holds in it, set there or above it. `contact` is whom its people ask, in words that can
    stand in a sentence.

    `sector` is where it belongs ("libraries"; "" when nobody said): programmes for it are shown to its people first.
    `cap` is how many messages come by themselves on one day at most, `keep` for how many years it is kept what somebody
    learned after they did so last. `messengers` are the channels that its people may use; none: all that there are. An
    announcement to more than `approver_above` people is approved by a second person; 0: none is. `languages` are those
    that are offered; none named: all of ours. `days_off` are its own, besides the public holidays. `above` is
    what it is a part of.
    """

    id: int
    name: str
    country: str
    zone: str
    language: Language
    contact: str
    sector: str = ""
    opens: time = time(8)
    closes: time = time(18)
    cap: int = 3
    keep: int = 3
    messengers: tuple[str, ...] = ()
    approver_above: int = 0
    languages: tuple[Language, ...] = ()
    days_off: tuple[Span, ...] = ()
    above: int | None = None

    @property
    def offers(self) -> tuple[Language, ...]:
        """The languages that its people may choose from."""
        return self.languages or LANGUAGES

    @property
    def office(self) -> Office:
        """Its hours."""
        return Office(self.zone, self.opens, self.closes)


@dataclass(frozen=True, slots=True)
class Home:
    """What is usual in a country."""

    zone: str
    language: Language


HOME: Final[dict[str, Home]] = {
    "LT": Home("Europe/Vilnius", "lt"),
    "PL": Home("Europe/Warsaw", "pl"),
    "NO": Home("Europe/Oslo", "nb"),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks, in which organisations they may do something, and what. Made by the authenticator only.

    `rights` are held in all of `organisations`, or only where `where` says. "write" is the right to change the
    programmes that these organisations own. `everywhere`: these are all that there are, by a role that has every right.
    """

    person: int
    organisations: frozenset[int]
    rights: frozenset[Right] = frozenset({"see"})
    where: Mapping[Right, frozenset[int]] = field(default_factory=dict, hash=False)
    everywhere: bool = False

    def at(self, right: Right) -> frozenset[int]:
        """The organisations in which they hold the right."""
        if right not in self.rights:
            return frozenset()
        return self.organisations & self.where.get(right, self.organisations)

    def only(self, right: Right) -> Self:
        """The same, and nothing of organisations in which they do not hold the right."""
        return replace(self, organisations=self.at(right))

    def there(self, organisation: int) -> Self:
        """The same at this organisation alone, if it is one of theirs."""
        return replace(self, organisations=self.organisations & {organisation})


def masked(name: str) -> str:
    """A name that its owner recognises and a stranger cannot use: `Jo••• Ka•••`; of a short word, one letter."""
    return " ".join(f"{word[: 2 if len(word) > 3 else 1]}•••" for word in name.split())
