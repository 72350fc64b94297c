"""Answers as banks have them, each worth a share of the marks, made into questions that are right or wrong."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from domain.grading import number_in
from domain.question import Number, Option, Question, kind_of
from domain.text import Text, join
from lessons.formats.bank import Kind, NotTaken
from lessons.formats.texts import short

MOST_DIGITS: Final = 15
_POWER: Final = re.compile(r"[eE]([+-]?\d{1,2})")
_WILDCARD: Final = re.compile(r"(?<!\\)\*")
CAPITALS: Final = "Capital letters counted in its answers, and now they do not."
_COMMENTS: Final = "What is said about single answers is left out: a lesson has one explanation here."


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be answered, the share of the marks that it earns (1: all, below 0: some are lost), and the comment."""

    text: Text
    worth: float
    comment: Text = Text()


@dataclass(frozen=True, slots=True)
class Made:
    """A question without name and prompt, and in sentences what it lost."""

    question: Question
    changed: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """What kind of entry it is."""
        return "short" if self.question.kind == "text" else self.question.kind

    def told(self, *more: str) -> "Made":
        """The same, with more sentences about what it lost."""
        return replace(self, changed=(*self.changed, *more))


def choice(answers: Sequence[Answer], general: Text, *, one: bool, shuffled: bool = True) -> Made:
    """A choice; `one`: only the answers that earn most are right, else all that earn something."""
    most = max((each.worth for each in answers), default=0)
    if most <= 0:
        raise NotTaken("No answer is marked as right.")
    least = most if one else min(each.worth for each in answers if each.worth > 0)
    options = [Option(each.text, each.worth >= least, each.comment) for each in answers]
    first = next(index for index, option in enumerate(options) if option.correct)
    explained = join(options[first].explanation, general)
    options[first] = replace(options[first], explanation=explained)
    asked = Question("", kind_of(options), Text(), tuple(options), shuffled=shuffled)
    return Made(asked, _partial(answers, least))


def matching(pairs: Sequence[tuple[Text, Text]], general: Text) -> Made:
    """Pairs; a right side without a left one, which some banks have to mislead, is left out."""
    kept = [(left, right) for left, right in pairs if left]
    if any(not right for _, right in kept):
        raise NotTaken("A left side has nothing that belongs to it.")
    lost = tuple(
        f"The right side '{short(right.plain)}' belongs to nothing and is left out."
        for left, right in pairs
        if not left
    )
    options = tuple(Option(Text(left.plain)) for left, _ in kept)
    targets = tuple(Text(right.plain) for _, right in kept)
    return Made(Question("", "match", Text(), options, targets, explanation=general, shuffled=True), lost)


def words(answers: Sequence[Answer], general: Text) -> Made:
    """An answer in words; those that earn less than the best are left out."""
    best = _best(answers)
    if wild := next((each for each in best if _WILDCARD.search(each.text.plain)), None):
        raise NotTaken(f"The answer '{short(wild.text.plain)}' has a *, which stands for any words.")
    accepted = dict.fromkeys(map(_literal, best))
    asked = Question("", "text", Text(), accepted=tuple(accepted), explanation=general)
    return Made(asked, (*_partial(answers, best[0].worth), *_commented(answers)))


def sure_word(answers: Sequence[Answer]) -> Text:
    """The first answer that earns all marks, and is words and no pattern. NotTaken when there is none."""
    sure = (each for each in answers if each.worth >= 1 and not _WILDCARD.search(each.text.plain))
    if not (found := next(sure, None)):
        raise NotTaken("No answer is marked as right.")
    return Text(_literal(found))


def _literal(answer: Answer) -> str:
    return answer.text.plain.replace(r"\*", "*")


def numbers(answers: Sequence[Answer], right: dict[int, Number], general: Text) -> Made:
    """A number; `right` has what the answers say, by their place; those that earn less than the best are left out."""
    best = _best(answers)
    kept = [right[place] for place, each in enumerate(answers) if each in best and place in right]
    if len(kept) < len(best):
        raise NotTaken("Any number (*) is a right answer of it.")
    asked = Question("", "number", Text(), numbers=tuple(dict.fromkeys(kept)), explanation=general)
    return Made(asked, (*_partial(answers, best[0].worth), *_commented(answers)))


def ordered(rows: Sequence[Text], general: Text) -> Made:
    """Lines in their right order."""
    options = tuple(Option(Text(each.plain)) for each in rows)
    return Made(Question("", "order", Text(), options, explanation=general, shuffled=True))


def decimal(source: str) -> Decimal:
    """A number as banks write it: 1 234,5 or 1.2e3 or 10.000000. NotTaken when it is none."""
    found = number_in(source)
    power = _POWER.fullmatch(found[1]) if found else None
    if not found or (found[1] and not power) or len(found[0].as_tuple().digits) > MOST_DIGITS:
        raise NotTaken(f"'{short(source)}' is no number of at most {MOST_DIGITS} digits.")
    value = found[0].scaleb(int(power[1])) if power else found[0]
    return value.normalize() if value else Decimal(0)


def worth_of(percent: str) -> float:
    """The share that a percentage is; 0 where there is none."""
    try:
        return float(percent) / 100
    except ValueError:
        return 0.0


def _best(answers: Sequence[Answer]) -> list[Answer]:
    most = max((each.worth for each in answers), default=0)
    if most <= 0:
        raise NotTaken("No answer is marked as right.")
    return [each for each in answers if each.worth == most]


def _partial(answers: Sequence[Answer], least: float) -> tuple[str, ...]:
    return tuple(
        f"The answer '{short(each.text.plain)}' was right in part, and now it is wrong."
        for each in answers
        if 0 < each.worth < least
    )


def _commented(answers: Sequence[Answer]) -> tuple[str, ...]:
    return (_COMMENTS,) if any(each.comment for each in answers) else ()
