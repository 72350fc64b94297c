"""Who of those who are registered a row of a report is: by their own link, by their address, or as a person says."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from domain.meeting_report import Entry, Rule
from domain.presence import Stay, touches
from domain.roster_cells import folded

# What becomes of a row, in the order in which a page shows them.
Fate = Literal["decide", "taken", "merged", "outside", "no_seat", "stranger", "unreadable"]
FATES: Final[tuple[Fate, ...]] = (
    *("decide", "taken", "merged", "outside", "no_seat", "stranger", "unreadable"),
)
# How somebody was recognised: by their link, by their address, by whoever looked; "": not yet.
How = Literal["", "mark", "email", "person"]
NAME: Final = "{name}"
MARK: Final = "{mark}"
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH: Final = 8
_MARK: Final = re.compile(rf"(?<![A-Z0-9])Z([{_SIGNS}]{{{_LENGTH}}})(?![A-Z0-9])")
_WORD: Final = re.compile(r"[^\W_]+")
_ASIDE: Final = re.compile(r"[(\[](.*?)[)\]]")


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who registered, by their person's id, and where they work; `seated`: they had a seat."""

    person: int
    name: str
    email: str
    seed: str
    place: int = 0
    seated: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What is said of a row: whose it is (None: nobody's, or nobody has said), how that is known, and who it may be."""

    entry: Entry
    fate: Fate
    person: int | None = None
    how: How = ""
    perhaps: tuple[int, ...] = ()
    why: Rule = ""


def mark(seed: str) -> str:
    """What somebody's own link adds to their name, so that a report tells who it is. It opens nothing."""
    number = int.from_bytes(hashlib.sha256(f"mark:{seed}".encode()).digest()[:5], "big")
    return "Z" + "".join(_SIGNS[number >> 5 * place & 31] for place in range(_LENGTH))


def own_link(link: str, name: str, seed: str) -> str:
    """The link of a meeting for one person: their name with their mark, or the mark, where it has a place for them."""
    own = mark(seed)
    return link.replace(NAME, _quoted(f"{name} {own}")).replace(MARK, own)


def _quoted(words: str) -> str:
    """As a part of an address (RFC 3986, 2.1)."""
    kept = (chr(each) if chr(each).isalnum() and each < 128 else f"%{each:02X}" for each in words.encode())
    return "".join(kept)


class Guests:
    """Those who registered, to be found by what a report says of somebody."""

    def __init__(self, guests: Iterable[Guest]) -> None:
        self._all: Final = {each.person: each for each in guests}
        self._marks: Final = _by(self._all, lambda each: (mark(each.seed),))
        self._seeds: Final = {each.seed: each.person for each in self._all.values()}
        self._emails: Final = {each.email: each.person for each in self._all.values() if each.email}
        self._names: Final = _by(self._all, lambda each: _names(each.name))

    def find(self, entry: Entry) -> tuple[int | None, How]:
        """Whose row it is beyond doubt, and how that is known."""
        said = f"{entry.name} {entry.keys}"
        marked = {who for each in _MARK.findall(said.upper()) for who in self._marks.get(f"Z{each}", ())}
        marked |= {self._seeds[word] for word in entry.keys.split() if word in self._seeds}
        if len(marked) == 1:
            return marked.pop(), "mark"
        if not marked and entry.email in self._emails:
            return self._emails[entry.email], "email"
        return None, ""

    def perhaps(self, entry: Entry) -> tuple[int, ...]:
        """Those of the same name, after whoever is found otherwise by now."""
        who, _ = self.find(entry)
        found = (who for each in _names(entry.name) for who in self._names.get(each, ()))
        return tuple(dict.fromkeys([*([who] if who else []), *found]))

    def seated(self, person: int) -> bool:
        """Whether they had a seat."""
        return person in self._all and self._all[person].seated


def recognise(
    entries: Sequence[Entry],
    guests: Guests,
    session: tuple[datetime, datetime],
    said: Mapping[int, tuple[int | None, How]],
    *,
    settled: bool,
) -> list[Known]:
    """What becomes of each row; `said`: whose the rows of these lines are, and how that is known, as it was kept.
    Once that is `settled`, nobody is recognised any more but by whoever looks."""
    taken, found = set[int](), list[Known]()
    for entry in entries:
        if entry.problem:
            found.append(Known(entry, "unreadable", why=entry.problem))
            continue
        nobody: tuple[int | None, How] = (None, "")
        who, how = said.get(entry.line) or (nobody if settled else guests.find(entry))
        if who is None:
            perhaps = () if how == "person" else guests.perhaps(entry)
            found.append(Known(entry, "decide" if perhaps else "stranger", None, how, perhaps))
        elif not guests.seated(who):
            found.append(Known(entry, "no_seat", who, how))
        elif not entry.again and not touches(stay_of(entry), *session):
            found.append(Known(entry, "outside", who, how))
        else:
            found.append(Known(entry, "merged" if entry.again or who in taken else "taken", who, how))
            if not entry.again:
                taken.add(who)
    return found


def stay_of(entry: Entry) -> Stay:
    """The time that a row tells of."""
    return Stay(entry.begins, entry.ends, entry.lasted)


def alike(entry: Entry) -> tuple[str, str, str]:
    """What is the same for all rows of whoever is written so: what is decided for one holds for all."""
    return entry.name, entry.email, entry.keys


def _by(guests: Mapping[int, Guest], keys: Callable[[Guest], Iterable[str]]) -> dict[str, list[int]]:
    found = defaultdict[str, list[int]](list)
    for each in guests.values():
        for key in keys(each):
            found[key].append(each.person)
    return dict(found)


def _names(name: str) -> tuple[str, ...]:
    """A name as it is compared, whatever the order of its words: without what is in brackets, and that by itself."""
    said = (_ASIDE.sub(" ", name), *_ASIDE.findall(name))
    return tuple(
        dict.fromkeys(key for each in said if (key := " ".join(sorted(map(folded, _WORD.findall(each))))))
    )
