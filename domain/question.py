"""A question of any kind, and what may be answered. What an answer is worth is in grading.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from domain.text import Text

QuestionKind = Literal["single", "multiple", "opinion", "order", "match", "number", "text", "open"]
WRITTEN: Final = frozenset({"number", "text", "open"})  # answered in words, not by choosing


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose (in matching: the left side of a row); its explanation is shown when it was chosen.

    `leads_to` is the index of the card that follows this choice in a branching scenario. `picture`: the option is the
    picture of this name, and its text says what that shows.
    """

    text: Text
    correct: bool = False
    explanation: Text = Text()
    leads_to: int | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A right number: what differs from `value` by at most `tolerance` is right, with or without the unit."""

    value: Decimal
    tolerance: Decimal = Decimal(0)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt and its options. `id` keeps the question's memory when its wording changes.

    single, multiple, opinion: `options`. order: `options` in their right order. match: `targets[i]` belongs to
    `options[i]`. number: `numbers`. text: `accepted` (`forgiving`: marks on letters and a small typing error do not
    count). open: nothing; a person reads the answer. `explanation` is shown after any answer. `shuffled`: each
    learner sees the options in an order of their own. `about`: the lesson that teaches it, by its slug ("" where none
    is named).
    """

    id: str
    kind: QuestionKind
    prompt: Text
    options: tuple[Option, ...] = ()
    targets: tuple[Text, ...] = ()
    numbers: tuple[Number, ...] = ()
    accepted: tuple[str, ...] = ()
    forgiving: bool = False
    explanation: Text = Text()
    shuffled: bool = False
    about: str = ""

    @property
    def right(self) -> tuple[int, ...]:
        """Indexes of the right options, rising; none where nothing is chosen, and for an opinion."""
        return tuple(index for index, option in enumerate(self.options) if option.correct)

    @property
    def places(self) -> tuple[Text, ...]:
        """Matching: the different right sides, each once, in the order of their first row."""
        return tuple(dict.fromkeys(self.targets))

    @property
    def pictured(self) -> bool:
        """Whether its options are pictures: the card's own picture shows them all, numbered from 1."""
        return any(option.picture for option in self.options)

    @property
    def names(self) -> tuple[str, ...]:
        """What its options are called where they are told: their texts, those of pictures with their numbers."""
        texts = [option.text.plain for option in self.options]
        return (
            tuple(f"{number}. {text}" for number, text in enumerate(texts, 1))
            if self.pictured
            else tuple(texts)
        )

    @property
    def written(self) -> bool:
        """Whether it is answered in words."""
        return self.kind in WRITTEN


def kind_of(options: Iterable[Option]) -> QuestionKind:
    """One right option is single choice, several are multiple choice, none is an opinion."""
    right = sum(option.correct for option in options)
    return "opinion" if right == 0 else "single" if right == 1 else "multiple"
