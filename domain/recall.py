"""What a learner may be asked again: which of the questions they know, in which wording, and when to look next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random
from typing import Final

from domain.grading import UNGRADED
from domain.language import Language
from domain.pacing import DAY, good_day, local, moment_of
from domain.person import Person
from domain.programme import Programme
from domain.question import Question
from domain.review import Learner, Waiting, choose, same_question

# After so many questions in a row to which nobody answered: days until the next one. Then none comes by itself.
SILENCE: Final = (1, 7, 14)
Spot = tuple[int, int]  # a lesson and a card in it, both from 0


@dataclass(frozen=True, slots=True)
class Edition:
    """A published version of a programme, and where each question stands that comes back, by its name."""

    version: int
    programme: Programme
    spots: Mapping[str, Spot]
    names: Mapping[Spot, str]

    def question(self, spot: Spot, language: Language) -> Question:
        """The question that stands there."""
        lesson, card = spot
        question = self.programme.lessons[lesson].text(language).cards[card].question
        assert question is not None, "only questions have names"
        return question


@dataclass(frozen=True, slots=True)
class Known:
    """A question that a learner answered before, and where it stood when that was."""

    enrolment: int
    version: int
    spot: Spot
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class Today:
    """What is known when a learner does something about a question that came back.

    `edition` is the one that it was shown from, `withdrawn`: the newest has it no more, or with other right answers.
    `due` is what may be asked besides it, in the newest wording; `asked` has the programme of each question of today.
    """

    learner: Learner
    edition: Edition
    withdrawn: bool = False
    due: tuple[Known, ...] = ()
    asked: tuple[int, ...] = ()


def edition(version: int, programme: Programme) -> Edition:
    """The questions by which something is remembered: those with a score, and not those of a test.

    A question's name is its id; where several lessons have that, the lesson's name stands before it.
    """
    found = [
        (lesson.slug, card.question.id, (number, place))
        for number, lesson in enumerate(programme.lessons)
        if lesson.texts[0].exam is None
        for place, card in enumerate(lesson.texts[0].cards)
        if card.question and card.question.kind not in UNGRADED
    ]
    ids = [id_ for _, id_, _ in found]
    spots = {id_ if ids.count(id_) == 1 else f"{slug}/{id_}": spot for slug, id_, spot in found}
    return Edition(version, programme, spots, {spot: name for name, spot in spots.items()})


def in_newest(known: Known, before: Edition, newest: Edition, language: Language) -> Known | None:
    """The question as it is asked now; None when it is no more.

    When its right answers changed, what is remembered of the old ones says nothing: the next answer is the first.
    """
    if known.version == newest.version:
        return known
    spot = newest.spots.get(known.waiting.question)
    if spot is None:
        return None
    moved = replace(known, version=newest.version, spot=spot)
    if same_question(before.question(known.spot, language), newest.question(spot, language)):
        return moved
    return replace(moved, waiting=replace(known.waiting, memory=replace(known.waiting.memory, answers=0)))


def is_withdrawn(shown: Edition, spot: Spot, newest: Edition, language: Language) -> bool:
    """Whether a question that was shown is asked no more, or has other right answers by now."""
    if shown.version == newest.version:
        return False
    now = newest.spots.get(shown.names.get(spot, ""))
    return now is None or not same_question(shown.question(spot, language), newest.question(now, language))


def pick(due: tuple[Known, ...], learner: Learner, *, at: datetime, asked: tuple[int, ...]) -> Known | None:
    """The one to ask now, if any: none to who wants none, or is left in peace for now (see `choose`)."""
    snoozed = learner.person.snoozed_until
    if not learner.person.reviews or (snoozed is not None and at < snoozed):
        return None
    chosen = choose((each.waiting for each in due), learner, at=at, asked=asked)
    return next((each for each in due if each.waiting in chosen[:1]), None)


def look_again(now: datetime, person: Person, silence: int) -> datetime | None:
    """When the next question comes if this one, the last of so many in a row, is not answered; None: it does not."""
    if silence > len(SILENCE):
        return None
    return _at(local(now, person).date() + SILENCE[max(silence, 1) - 1] * DAY, person)


def look_on(due: date | None, now: datetime, person: Person) -> datetime | None:
    """When to look for a question that is due on this date, once it is enough for today."""
    return None if due is None else _at(max(due, local(now, person).date() + DAY), person)


def chance(person: int, programme: int, question: str, answers: int) -> Random:
    """Luck that is the same each time for this answer."""
    return Random(f"{person}:{programme}:{question}:{answers}")  # noqa: S311 (days, not secrets)


def _at(day: date, person: Person) -> datetime:
    return moment_of(good_day(day, person), person.hour, person)
