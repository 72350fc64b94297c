"""An answer as it is put together: press after press, or typed at once."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from domain.question import Question

VARIETIES: Final = (
    8  # orders in which one question is shown: enough to hide places, few enough to be kept ready
)
AGAIN: Final = "again"
OK: Final = "ok"
_PLACED: Final = frozenset({"order", "match"})  # what is chosen has its place: first, second, ...


@dataclass(frozen=True, slots=True)
class Picked:
    """What is chosen so far, and whether that is the answer.

    multiple: rising; order: in the order of choosing; match: for each row so far the index of a right side.
    """

    chosen: tuple[int, ...]
    complete: bool


def pick(question: Question, chosen: tuple[int, ...], choice: str) -> Picked | None:
    """What follows a choice ("2", "1.2", "ok", "again", "=0,2") when so much is chosen; None when it makes no sense.

    "1.2" was shown when one was chosen: it changes nothing once there are more, or fewer.
    """
    placed = question.kind in _PLACED
    if choice == AGAIN:
        return Picked((), complete=False) if placed else None
    return _place(question, chosen, choice) if placed else _choose(question, chosen, choice)


def named(question: Question, choice: str) -> tuple[int, ...]:
    """`"1"` and `"=2,0"` as indexes in this order; empty when any of them is none."""
    parts = choice.removeprefix("=").split(",")
    if not all(part.isascii() and part.isdecimal() and len(part) < 3 for part in parts):
        return ()
    indexes = tuple(map(int, parts))
    return indexes if max(indexes) < count(question) else ()


def choices(question: Question, chosen: tuple[int, ...], which: int) -> tuple[str, ...]:
    """What a press on each of `left` sends. Where places count it says for which it is meant."""
    place = f"{len(chosen)}." if question.kind in _PLACED else ""
    return tuple(f"{place}{index}" for index in left(question, chosen, which))


def count(question: Question) -> int:
    """How many pieces there are to choose from."""
    return len(question.places if question.kind == "match" else question.options)


def pieces(question: Question) -> tuple[str, ...]:
    """What there is to choose from, in the order of the file: options, and in matching the right sides."""
    texts = question.places if question.kind == "match" else tuple(option.text for option in question.options)
    return tuple(text.plain for text in texts)


def left(question: Question, chosen: tuple[int, ...], which: int) -> tuple[int, ...]:
    """What can be chosen now, in this one of the orders in which the question is shown."""
    if ready(question, chosen):
        return ()
    shown = shown_order(question, which)
    return tuple(index for index in shown if index not in chosen) if _once(question) else shown


def ready(question: Question, chosen: tuple[int, ...]) -> bool:
    """Whether every place is taken, so that "ok" makes it the answer."""
    return question.kind in _PLACED and len(chosen) == len(question.options)


def again(question: Question, chosen: tuple[int, ...]) -> bool:
    """Whether the learner can begin anew with what is chosen so far."""
    return bool(chosen) and question.kind in _PLACED


def variety(step: str) -> int:
    """Which of the orders is shown at a step: the same each time, another for other learners."""
    return sha256(step.encode()).digest()[0] % VARIETIES


def shown_order(question: Question, which: int) -> tuple[int, ...]:
    """The pieces' indexes in one of the orders; what is to be put in order is never shown in the right one."""
    if not question.shuffled:
        return tuple(range(count(question)))
    return _mixed(f"{question.id}:{which}", count(question), question.kind == "order")


@lru_cache(maxsize=4_096)
def _mixed(seed: str, count: int, never_sorted: bool) -> tuple[int, ...]:
    order = sorted(range(count), key=lambda index: sha256(f"{seed}:{index}".encode()).digest())
    return (*order[1:], order[0]) if never_sorted and order == sorted(order) else tuple(order)


def _choose(question: Question, chosen: tuple[int, ...], choice: str) -> Picked | None:
    many = question.kind == "multiple"
    if choice == OK:
        return Picked(chosen, complete=True) if chosen and many else None
    indexes = set(named(question, choice))
    if indexes and many and choice.isdecimal():
        return Picked(tuple(sorted({*chosen} ^ indexes)), complete=False)
    whole = len(indexes) == 1 or (indexes and many)
    return Picked(tuple(sorted(indexes)), complete=True) if whole else None


def _place(question: Question, chosen: tuple[int, ...], choice: str) -> Picked | None:
    if choice == OK:
        return Picked(chosen, complete=True) if ready(question, chosen) else None
    when, _, name = choice.rpartition(".")
    indexes = named(question, name)
    if indexes and when and when != str(len(chosen)):
        return Picked(chosen, complete=False)
    return _put(question, chosen, indexes) if indexes else None


def _put(question: Question, chosen: tuple[int, ...], indexes: tuple[int, ...]) -> Picked | None:
    """These pieces in the places that follow, or in all of them when there are so many.

    Several that were typed at once and leave no place empty are the answer; after a single one there is still "ok".
    """
    places = len(question.options)
    put = indexes if len(indexes) == places else (*chosen, *indexes)
    if len(put) > places or (_once(question) and len(set(put)) < len(put)):
        return None
    if question.kind == "order" and len(put) == places - 1:  # the last piece goes to the last place by itself
        put = (*put, *(set(range(places)) - {*put}))
    return Picked(put, complete=len(put) == places and len(indexes) > 1)


def _once(question: Question) -> bool:
    """Whether what is chosen cannot be chosen for another place."""
    one_to_one = question.kind == "match" and len(question.places) == len(question.targets)
    return question.kind == "order" or one_to_one
