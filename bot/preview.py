"""A lesson as a messenger shows it, message by message, for its author."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from bot.render import render
from bot.voice import Voice
from domain.fitting import Capabilities, fit
from domain.grading import Given, score
from domain.message import Content, Feedback, ShowCard
from domain.programme import Programme
from domain.question import Question

STEP = "preview"  # stands for the key on the buttons


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the lesson: a card by its number from 1, or what follows when `after` was chosen there."""

    card: int
    content: Content
    after: str = ""


def shown(programme: Programme, lesson: int, voice: Voice, can: Capabilities) -> Iterator[Shown]:
    """Every card of a lesson in a messenger that can do this, each question followed by its explanations."""
    made = partial(render, version=lambda _: programme, voice=voice)
    for number, card in enumerate(programme.lessons[lesson].text(voice.language).cards):
        first = ShowCard(0, lesson, number, STEP, heading=number == 0)
        yield Shown(number + 1, fit(made(first), can))
        for after, given in _answers(card.question) if card.question else ():
            worth = score(card.question, given) if card.question else None
            correct = None if worth is None else worth == 1
            told = Feedback(0, lesson, number, given.chosen, correct, STEP, worth)
            yield Shown(number + 1, fit(made(told), can), after)


def _answers(question: Question) -> list[tuple[str, Given]]:
    """What may be answered: each option where one is chosen; what is entirely right, or any words, elsewhere."""
    if question.kind in ("single", "opinion"):
        return [(name, Given((place,))) for place, name in enumerate(question.names)]
    if question.kind == "multiple":
        return [(" + ".join(question.names[each] for each in question.right), Given(question.right))]
    if question.kind == "order":
        return [("1, 2, 3 …", Given(tuple(range(len(question.options)))))]
    if question.kind == "match":
        return [("→", Given(tuple(map(question.places.index, question.targets))))]
    return [("…", Given(words=_right_words(question)))]


def _right_words(question: Question) -> str:
    if question.kind == "number":
        return f"{question.numbers[0].value:f}"
    return question.accepted[0] if question.accepted else "…"
