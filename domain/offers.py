"""What the numbers 1, 2, ... stand for after a message: the presses of its buttons, in their order."""

from domain.message import Feedback, Message, Notice
from domain.question import Question


def offers(message: Message, question: Question | None) -> tuple[str, ...]:
    """The presses that a message offers; `question` is that of its card."""
    if isinstance(message, Notice):
        return tuple(choice.data for choice in message.choices)
    if isinstance(message, Feedback) or question is None:
        return (f"{message.step}:next",) if message.step else ()
    return tuple(f"{message.step}:{index}" for index in range(len(question.options)))
