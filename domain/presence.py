"""How long somebody was at a webinar, by what reports say of them, and whether that is enough."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

# How it is known whether somebody was there; what a person says holds over all else.
By = Literal["", "report", "word", "door", "hand"]
ROUNDED: Final = 60  # seconds by which a length in minutes may differ from its two ends
_NONE: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch of time in which somebody was there. `lasted`: not longer than so many seconds, where they came and
    went meanwhile. Without its two ends (of which `ends` may be open) only that is known."""

    begins: datetime | None
    ends: datetime | None = None
    lasted: int | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    begins: datetime
    ends: datetime
    most: timedelta

    @property
    def whole(self) -> bool:
        return self.most >= self.ends - self.begins


def seconds(stays: Iterable[Stay], begins: datetime, ends: datetime) -> int:
    """For how long they were there between these moments: what two devices saw at once counts once."""
    known = list(stays)
    pieces = sorted(_clipped(known, begins, ends), key=lambda each: each.begins)
    timed = sum((_length(cluster) for cluster in _clusters(pieces)), _NONE)
    loose = max((each.lasted or 0 for each in known if each.begins is None), default=0)
    return min(max(int(timed.total_seconds()), loose), int((ends - begins).total_seconds()))


def touches(stay: Stay, begins: datetime, ends: datetime) -> bool:
    """Whether some of it is between these moments."""
    return stay.begins is None or next(_clipped([stay], begins, ends), None) is not None


def enough(seconds: int, least: int) -> bool:
    """Whether it was for as many minutes as it has to be; 0: for any time at all."""
    return seconds >= max(least * 60, 1)


def _clipped(stays: Iterable[Stay], begins: datetime, ends: datetime) -> Iterator[_Piece]:
    for each in stays:
        if each.begins is None:
            continue
        last = each.ends or ends
        first, until = max(each.begins, begins), min(last, ends)
        if until > first:
            said = None if each.lasted is None else timedelta(seconds=each.lasted)
            rounded = said is None or said + timedelta(seconds=ROUNDED) > last - each.begins
            yield _Piece(first, until, until - first if rounded or said is None else min(said, until - first))


def _clusters(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """Those that touch one another, together."""
    together, until = list[_Piece](), None
    for each in pieces:
        if until is not None and each.begins > until:
            yield together
            together, until = [], None
        together.append(each)
        until = each.ends if until is None else max(until, each.ends)
    if together:
        yield together


def _length(cluster: list[_Piece]) -> timedelta:
    """The time of those that are known whole, or that of the longest of the others, where that is more."""
    length, until = _NONE, None
    for each in cluster:
        if each.whole:
            first = each.begins if until is None else max(each.begins, until)
            length += max(each.ends - first, _NONE)
            until = each.ends if until is None else max(until, each.ends)
    return max([length, *(each.most for each in cluster)])
