"""What the numbers 1, 2, ... stand for after a message: the presses of its buttons, in their order."""

from collections.abc import Sequence

from domain.event import Event, Pressed, Said
from domain.message import Announcement, Feedback, Message, Notice
from domain.question import Question


def offers(message: Message, question: Question | None) -> tuple[str, ...]:
    """The presses that a message offers; `question` is that of its card."""
    if isinstance(message, Notice):
        return tuple(choice.data for choice in message.choices)
    if isinstance(message, Announcement):
        return ()
    if isinstance(message, Feedback) or question is None:
        return (f"{message.step}:next",) if message.step else ()
    return tuple(f"{message.step}:{index}" for index in range(len(question.options)))


def by_number(event: Event, offers: Sequence[str]) -> Event:
    """A bare number as the press that it stands for; several of them ("1 3") as several options of one question.

    What is no number, or none that was offered, stays what it was.
    """
    if not isinstance(event, Said):
        return event
    numbers = event.text.replace(",", " ").split()
    if not numbers or not all(_is_place(number, offers) for number in numbers):
        return event
    chosen = [offers[int(number) - 1].rpartition(":") for number in numbers]
    key, _, last = chosen[0]
    if (
        not key.startswith("/")
        and last.isdecimal()
        and all(each[0] == key and each[2].isdecimal() for each in chosen)
    ):
        return Pressed(f"{key}:=" + ",".join(each[2] for each in chosen))
    return Pressed(offers[int(numbers[0]) - 1]) if len(numbers) == 1 else event


def _is_place(number: str, offers: Sequence[str]) -> bool:
    return number.isascii() and number.isdecimal() and len(number) < 3 and 1 <= int(number) <= len(offers)
