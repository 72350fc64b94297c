"""Spaced review: when a question comes back to a learner, and which ones are asked today."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from random import Random
from typing import Final, Literal

from fsrs import Card, Rating, Scheduler, State
from fsrs.scheduler import DEFAULT_PARAMETERS, MAX_DIFFICULTY

from domain.grading import plain
from domain.pacing import DAY, day_off, good_day, local
from domain.person import Person
from domain.question import Question
from domain.text import Text

MOST_A_DAY: Final = 3
RETENTION: Final = 0.9
USUAL: Final[tuple[float, ...]] = DEFAULT_PARAMETERS  # what FSRS has found for most people
STABLE: Final = 180  # days in which the chance of recall sinks to 0.9, which is what FSRS calls stability
# Days, from the first to the last: after an answer that was wrong, and ten days after that one's return;
# after one that was partly right; after one that was right, or known.
AFTER_WRONG: Final = 1, 3
AFTER_RETURN: Final = 9, 11
AFTER_PARTLY: Final = 11, 13
AFTER_RIGHT: Final = 22, 26
SPREAD: Final = 14  # days that an interval of FSRS's may be shorter or longer; a tenth of it, if that is less

MemoryState = Literal["learning", "review", "retired", "stopped"]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of a learner's memory of a question: FSRS's stability (in days) and difficulty (1 to 10).

    Dates are the learner's own. `due` is None when it does not come back. `streak` counts the right answers since the
    last that was not, `answers` all of them. In "learning" the next answer is the first after a wrong first one.
    """

    stability: float
    difficulty: float
    reviewed_on: date
    due: date | None
    streak: int
    answers: int
    state: MemoryState


@dataclass(frozen=True, slots=True)
class Learner:
    """Whose memory it is: when they learn, and FSRS's parameters for them (what it has found for most people)."""

    person: Person
    parameters: tuple[float, ...] = USUAL


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that a learner has answered before, in a programme."""

    programme: int
    question: str
    memory: Memory


def first(worth: float, learner: Learner, *, at: datetime, rng: Random) -> Memory:
    """The memory that a first answer leaves.

    What was wrong (worth under 0.5) is due after 1 to 3 days, what was partly right near day 12, what was right (1)
    near day 24: on good days of the learner's, spread by `rng`.
    """
    rating, today = rating_of(worth), local(at, learner.person).date()
    card, _ = _after(Card(0, State.Learning, due=_EPOCH), rating, today, learner)
    days = {Rating.Again: AFTER_WRONG, Rating.Hard: AFTER_PARTLY}.get(rating, AFTER_RIGHT)
    state: MemoryState = "learning" if rating == Rating.Again else "review"
    return _memory(card, today, _day(today, days, learner.person, rng), (int(worth >= 1), 1), state)


def answered(memory: Memory, worth: float, learner: Learner, *, at: datetime, rng: Random) -> Memory:
    """The memory after another answer.

    The first after a wrong one is followed by one ten days later; all others by FSRS, when the chance of recall will
    have sunk to 0.9. One that is stable is not due any more; one that was stopped stays so. A second answer
    on the same day does not change when it comes back, unless it is wrong and the one before was not.
    """
    return _reviewed(memory, rating_of(worth), learner, at, rng)


def known(memory: Memory, learner: Learner, *, at: datetime, rng: Random) -> Memory:
    """The memory after "I know this": it counts as an easy right answer, and comes back near day 24 at the soonest."""
    return _reviewed(memory, Rating.Easy, learner, at, rng)


def stopped(memory: Memory) -> Memory:
    """After "stop this question": it never comes back."""
    return replace(memory, due=None, state="stopped")


def resumed(memory: Memory, learner: Learner, *, at: datetime) -> Memory:
    """After "ask it again after all": one that was stopped is due on the next good day after this one."""
    if memory.state != "stopped":
        return memory
    due = good_day(local(at, learner.person).date() + DAY, learner.person)
    return replace(memory, due=due, state="review")


def recalled(memory: Memory, learner: Learner, on: date) -> float:
    """The chance, as FSRS predicts it, that the question is answered right on this date."""
    return scheduler(learner.parameters).get_card_retrievability(_card(memory), midnight(on))


def choose(
    waiting: Iterable[Waiting], learner: Learner, *, at: datetime, asked: Collection[int] = ()
) -> tuple[Waiting, ...]:
    """Which of them are asked now: at most three a day, and none on a day off.

    `asked` has the programme of each question that was asked today. First come those of which most is lost and which a
    review helps most; programmes take turns. The others wait: FSRS counts the days that really passed, so nothing is
    lost by being late but what was forgotten.
    """
    today = local(at, learner.person).date()
    if day_off(today, learner.person) is not None:
        return ()
    due = [each for each in waiting if each.memory.due is not None and each.memory.due <= today]
    due.sort(key=lambda each: (-_worth_asking(each.memory, learner, today), each.programme, each.question))
    return _in_turns(due, asked)[: max(0, MOST_A_DAY - len(asked))]


def same_question(old: Question, new: Question) -> bool:
    """Whether what is remembered of the old one holds for the new one, both in one language.

    The identifier stayed, and what was a right answer is one still; for what is chosen, no other became one.
    """
    if (old.id, old.kind) != (new.id, new.kind):
        return False
    before, after = _right_answers(old), _right_answers(new)
    return before <= after if old.written else before == after


def _reviewed(memory: Memory, rating: Rating, learner: Learner, at: datetime, rng: Random) -> Memory:
    today = max(memory.reviewed_on, local(at, learner.person).date())
    card, interval = _after(_card(memory), rating, today, learner)
    counts = memory.streak + 1 if rating >= Rating.Good else 0, memory.answers + 1
    if today == memory.reviewed_on and _changes_nothing(memory.state, rating):
        return _memory(card, today, memory.due, counts, memory.state)
    state, days = _next(memory.state, rating, card, interval)
    due = _day(today, days, learner.person, rng) if days else None
    return _memory(card, today, due, counts, state)


def _changes_nothing(state: MemoryState, rating: Rating) -> bool:
    """Whether a second answer on the same day leaves it at the day that the first one led to."""
    return rating in (Rating.Hard, Rating.Good) or (rating == Rating.Again and state == "learning")


def _next(
    state: MemoryState, rating: Rating, card: Card, interval: int
) -> tuple[MemoryState, tuple[int, int] | None]:
    """The state after a review, and the days within which the question is due."""
    if state == "stopped":
        return state, None
    if state == "learning" and rating != Rating.Easy:
        return "review", AFTER_RETURN
    if rating >= Rating.Good and card.stability is not None and card.stability >= STABLE:
        return "retired", None
    spread = min(SPREAD, max(1, interval // 10)) if interval > 2 else 0
    by_fsrs = interval - spread, interval + spread
    return "review", max(by_fsrs, AFTER_RIGHT) if rating == Rating.Easy else by_fsrs


def _day(today: date, days: tuple[int, int], person: Person, rng: Random) -> date:
    """One of the person's good days so many days from today; the next one after them when all of them are off."""
    soonest, latest = days
    dates = [today + number * DAY for number in range(soonest, latest + 1)]
    good = [each for each in dates if day_off(each, person) is None]
    return rng.choice(good) if good else good_day(dates[-1], person)


def rating_of(worth: float) -> Rating:
    """What FSRS calls an answer that is worth so much."""
    return Rating.Again if worth < 0.5 else Rating.Hard if worth < 1 else Rating.Good


def _worth_asking(memory: Memory, learner: Learner, today: date) -> float:
    """What is forgotten, times what a review adds to a question of this difficulty (a factor of FSRS's own)."""
    return (1 - recalled(memory, learner, today)) * (MAX_DIFFICULTY + 1 - memory.difficulty)


def _in_turns(ranked: Sequence[Waiting], asked: Collection[int]) -> tuple[Waiting, ...]:
    """Each programme's first, in this order; then each one's second, and so on, counting those asked today."""
    taken, turns = Counter(asked), list[int]()
    for each in ranked:
        turns.append(taken[each.programme])
        taken[each.programme] += 1
    return tuple(ranked[place] for place in sorted(range(len(ranked)), key=turns.__getitem__))


def _right_answers(question: Question) -> frozenset[object]:
    """What has to be answered, without what never counts in an answer: case, spaces, punctuation at the ends."""
    options = [_said(option.text) for option in question.options]
    match question.kind:
        case "order":
            return frozenset({tuple(options)})
        case "match":
            return frozenset(zip(options, map(_said, question.targets), strict=True))
        case "number":
            return frozenset((each.value, each.tolerance, plain(each.unit)) for each in question.numbers)
        case "text":
            return frozenset(map(plain, question.accepted))
    return frozenset(options[index] for index in question.right)


def _said(text: Text) -> str:
    return plain(text.plain) or text.plain


@lru_cache(maxsize=1_024)
def scheduler(parameters: tuple[float, ...]) -> Scheduler:
    """FSRS with these parameters, without its steps of minutes and its luck."""
    return Scheduler(parameters, RETENTION, learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def _after(card: Card, rating: Rating, today: date, learner: Learner) -> tuple[Card, int]:
    """The card after this answer, and the days until FSRS wants the next."""
    moment = midnight(today)
    card, _ = scheduler(learner.parameters).review_card(card, rating, moment)
    return card, (card.due - moment).days


def midnight(day: date) -> datetime:
    """FSRS counts whole days between moments; ours are dates, so that an earlier hour does not make a day less."""
    return datetime.combine(day, time(), UTC)


def _card(memory: Memory) -> Card:
    return Card(
        0, State.Review, None, memory.stability, memory.difficulty, _EPOCH, midnight(memory.reviewed_on)
    )


def _memory(card: Card, today: date, due: date | None, counts: tuple[int, int], state: MemoryState) -> Memory:
    assert card.stability is not None
    assert card.difficulty is not None
    return Memory(card.stability, card.difficulty, today, due, *counts, state)
