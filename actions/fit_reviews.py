"""Fit FSRS's parameters to what people here answered, and keep them when they predict better than those before."""

from collections.abc import Sequence

from domain.forgetting import Fit, Fitted, History, enough, fitted
from domain.review import midnight, rating_of
from storage import forgetting
from storage.database import Connection


class TooLittle(Exception):
    """There is too little history to fit anything to."""


class NoOptimizer(Exception):
    """fsrs's optimizer, which is optional, is not installed."""


def look(tx: Connection) -> tuple[list[History], tuple[float, ...]]:
    """What there is to fit to, and what is used now."""
    return forgetting.histories(tx), forgetting.current(tx)


def fit_reviews(histories: Sequence[History], current: tuple[float, ...], fit: Fit) -> Fitted:
    """Fitted parameters and what they are worth; raises TooLittle."""
    if not enough(histories):
        raise TooLittle
    return fitted(histories, current, fit)


def by_optimizer(histories: Sequence[History]) -> tuple[float, ...]:
    """Parameters as fsrs's own optimizer finds them; raises NoOptimizer."""
    from fsrs import ReviewLog
    from fsrs.optimizer import Optimizer

    logs = [
        ReviewLog(number, rating_of(each.worth), midnight(each.on), None)
        for number, history in enumerate(histories)
        for each in history.answers
    ]
    try:
        return tuple(Optimizer(logs).compute_optimal_parameters())
    except ImportError as error:
        raise NoOptimizer from error
