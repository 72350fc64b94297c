"""What a simulated learner truly remembers: FSRS with parameters of their own, which no schedule knows."""

from datetime import UTC, date, datetime, time
from random import Random
from typing import Final

from fsrs import Card, Rating, Scheduler, State
from fsrs.scheduler import MAX_DIFFICULTY, MIN_DIFFICULTY

from tests.bench.learning.world import Item

_SOME_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Mind:
    """The memories of one learner. The n-th time that a question is asked its luck is the same, whoever asks."""

    def __init__(self, parameters: tuple[float, ...]) -> None:
        """Nothing is known yet."""
        self._forgets = Scheduler(parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
        self._cards = dict[int, Card]()
        self._luck = dict[int, Random]()

    def learn(self, item: Item, day: date) -> bool:
        """Be taught and asked it for the first time; whether the answer is right."""
        card = self._after(Card(item.key, State.Learning, due=_SOME_TIME), item.right_first, day)
        assert card.stability is not None
        assert card.difficulty is not None
        card.stability *= item.stability
        card.difficulty = min(MAX_DIFFICULTY, max(MIN_DIFFICULTY, card.difficulty + item.difficulty))
        self._cards[item.key], self._luck[item.key] = card, Random(item.luck)
        return item.right_first

    def recall(self, key: int, day: date) -> float:
        """The chance that the question would be answered right."""
        return self._forgets.get_card_retrievability(self._cards[key], _moment(day))

    def answer(self, key: int, day: date) -> bool:
        """Be asked; whether the answer is right."""
        right = self._luck[key].random() < self.recall(key, day)
        self._cards[key] = self._after(self._cards[key], right, day)
        return right

    def recalls(self, day: date) -> list[float]:
        """The chance for each question that was taught."""
        return [self.recall(key, day) for key in self._cards]

    def _after(self, card: Card, right: bool, day: date) -> Card:
        return self._forgets.review_card(card, Rating.Good if right else Rating.Again, _moment(day))[0]


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
