"""Listening: whether words that come now are an answer to the question that waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, get_args

from domain.facts import Step
from domain.message import Kind, Message, Notice, ShowCard

SITTING: Final = timedelta(days=3)  # over a weekend; a question of last week is on nobody's mind
LOOKED_AT: Final = 8  # messages; so many remarks in a row are no talk about a question
_BACK: Final = "/continue"
_ASIDE: Final = frozenset({_BACK, "/menu"})


@dataclass(frozen=True, slots=True)
class Told:
    """A message that somebody was sent, and when it was written."""

    message: Message
    kind: Kind
    at: datetime


def between(step: Step) -> tuple[Kind, ...]:
    """The kinds of messages that can come between a question and its answer.

    In a test only what somebody did themselves can: their time runs, and an announcement takes no answer from them.
    """
    return ("reply",) if step.purpose == "test" else get_args(Kind)


def awaited(step: Step, told: Iterable[Told], now: datetime) -> bool:
    """Whether words are an answer at this step: its question is what the person was shown last, in this sitting.

    `told` is what they were sent at the place where they write, of the kinds that can come `between`, the newest first.
    A remark on what they did that only leads back to the question (a refusal, an old button) does not; whatever else
    was opened, and whatever came by itself, does.
    """
    for each in told:
        if now - each.at > SITTING:
            return False
        if isinstance(each.message, ShowCard):
            return each.message.step == step.key
        if each.kind != "reply" or not _remark(each.message):
            return False
    return False


def _remark(message: Message) -> bool:
    """Whether it opens nothing: it has no buttons, or those that lead back."""
    if not isinstance(message, Notice) or message.step:
        return False
    presses = {choice.data for choice in message.choices}
    return not presses or (_BACK in presses and presses <= _ASIDE)
