"""A question, its options, and whether an answer is right."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from domain.text import Text

QuestionKind = Literal["single", "multiple", "opinion"]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; its explanation is shown when it was chosen."""

    text: Text
    correct: bool = False
    explanation: Text = Text()


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt and its options. `id` keeps the question's memory when its wording changes."""

    id: str
    kind: QuestionKind
    prompt: Text
    options: tuple[Option, ...]

    @property
    def right(self) -> tuple[int, ...]:
        """Indexes of the right options, rising; none for an opinion."""
        return tuple(index for index, option in enumerate(self.options) if option.correct)


def kind_of(options: Iterable[Option]) -> QuestionKind:
    """One right option is single choice, several are multiple choice, none is an opinion."""
    right = sum(option.correct for option in options)
    return "opinion" if right == 0 else "single" if right == 1 else "multiple"


def grade(question: Question, chosen: tuple[int, ...]) -> bool | None:
    """Whether exactly the right options were chosen; None for an opinion, which has no right ones."""
    return None if question.kind == "opinion" else tuple(sorted(chosen)) == question.right
