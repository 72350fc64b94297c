"""What the numbers 1, 2, ... stand for after a message: the presses of its buttons, in their order."""

from collections.abc import Sequence
from typing import Final

from domain.choosing import AGAIN, OK, again, choices, ready, variety
from domain.event import Event, Pressed, Said
from domain.message import Announcement, Excerpt, Feedback, Issued, Message, Notice, OwnData, Posted
from domain.question import Question
from domain.reviewing import WAYS_OUT

_CHOICES: Final = (Notice, Excerpt)
_NOTHING: Final = (Announcement, Issued, OwnData, Posted)


def offers(message: Message, question: Question | None) -> tuple[str, ...]:
    """The presses that a message offers; `question` is that of its card.

    Those of a card stand in place of all before it, even when it has none (a question that is answered in words).
    """
    if isinstance(message, _CHOICES):
        return tuple(choice.data for choice in message.choices if not choice.url)
    if isinstance(message, _NOTHING):
        return ()
    if isinstance(message, Feedback) or question is None:
        return (f"{message.step}:next",) if message.step else ()
    offered = choices(question, message.selected, variety(message.step))
    offered = (*offered, OK) if ready(question, message.selected) else offered
    offered = (*offered, AGAIN) if again(question, message.selected) else offered
    if message.purpose == "review" and not question.written:  # a number that is written is an answer
        offered = (*offered, *WAYS_OUT)
    return tuple(f"{message.step}:{choice}" for choice in offered)


def by_number(event: Event, offers: Sequence[str]) -> Event:
    """A bare number as the press that it stands for; several of them ("1 3") as several options of one question.

    What is no number, or none that was offered, stays what it was.
    """
    if not isinstance(event, Said):
        return event
    numbers = event.text.replace(",", " ").split()
    if not numbers or not all(_is_place(number, offers) for number in numbers):
        return event
    presses = [offers[int(number) - 1] for number in numbers]
    parts = [press.rpartition(":") for press in presses]
    key, _, first = parts[0]
    if len(presses) == 1 and (key.startswith("/") or not first.isdecimal()):
        return Pressed(presses[0])
    indexes = [choice.rpartition(".")[2] for _, _, choice in parts]
    options = all(each[0] == key for each in parts) and all(index.isdecimal() for index in indexes)
    return Pressed(f"{key}:={','.join(indexes)}") if options and not key.startswith("/") else event


def _is_place(number: str, offers: Sequence[str]) -> bool:
    return number.isascii() and number.isdecimal() and len(number) < 3 and 1 <= int(number) <= len(offers)
