"""How people forget: what a history of answers says of the parameters by which FSRS predicts it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from math import log
from typing import Final

from fsrs import Card, State

from domain.review import midnight, rating_of, scheduler

HELD_OUT: Final = 5  # of so many people one is held out, to try the parameters on
ENOUGH: Final = 512  # answers to predict: fsrs takes a step after so many
ENOUGH_HELD_OUT: Final = 100
_SURE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a question on a date of the person's, and what it was worth."""

    on: date
    worth: float


@dataclass(frozen=True, slots=True)
class History:
    """A person's answers to one question, in their order."""

    person: int
    answers: tuple[Answered, ...]

    @property
    def predictable(self) -> int:
        """How many of them are about something that was remembered from a day before."""
        return sum(
            before.on < after.on for before, after in zip(self.answers, self.answers[1:], strict=False)
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """What came of it: log-losses are means over the answers of those held out; `better`: it is worth keeping."""

    parameters: tuple[float, ...]
    answers: int
    people: int
    before: float
    after: float

    @property
    def better(self) -> bool:
        """Whether these parameters predict better than those before."""
        return self.after < self.before


Fit = Callable[[Sequence[History]], tuple[float, ...]]


def enough(histories: Iterable[History]) -> bool:
    """Whether there is enough to fit parameters to, and enough to try them on."""
    taken, held = _split(histories)
    return _count(taken) >= ENOUGH and _count(held) >= ENOUGH_HELD_OUT


def fitted(histories: Sequence[History], current: tuple[float, ...], fit: Fit) -> Fitted:
    """Parameters fitted to the answers of most people, tried on those of the others. There must be `enough`."""
    taken, held = _split(histories)
    found = fit(taken)
    people = {each.person for each in histories}
    return Fitted(found, _count(histories), len(people), log_loss(held, current), log_loss(held, found))


def log_loss(histories: Iterable[History], parameters: tuple[float, ...]) -> float:
    """The mean over all answers of another day than the one before: 0 is to know all, 0.69 to toss a coin."""
    losses = [loss for each in histories for loss in _losses(each, parameters)]
    return sum(losses) / len(losses)


def _losses(history: History, parameters: tuple[float, ...]) -> Iterable[float]:
    fsrs, before = scheduler(parameters), None
    card = Card(0, State.Learning, due=midnight(history.answers[0].on))
    for each in history.answers:
        at = midnight(each.on)
        if before is not None and each.on > before:
            recalled = fsrs.get_card_retrievability(card, at)
            yield -log(max(_SURE, recalled if each.worth >= 0.5 else 1 - recalled))
        card, _ = fsrs.review_card(card, rating_of(each.worth), at)
        before = each.on


def _split(histories: Iterable[History]) -> tuple[list[History], list[History]]:
    """Those to fit to, and those to try on: nobody is in both."""
    taken, held = list[History](), list[History]()
    for each in histories:
        drawn = sha256(f"{each.person}".encode()).digest()[0] % HELD_OUT
        (taken if drawn else held).append(each)
    return taken, held


def _count(histories: Iterable[History]) -> int:
    return sum(each.predictable for each in histories)
