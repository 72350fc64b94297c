"""What shows lessons and announcements as messengers show them; which one it is, whoever assembles decides."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from actions.compose import Composed
from domain.language import Language
from domain.message import Content
from domain.programme import Programme


class Message(Protocol):
    """A message of a lesson."""

    @property
    def card(self) -> int:
        """The number of the card that it shows or explains, from 1."""
        ...

    @property
    def content(self) -> Content:
        """What the messenger shows."""
        ...

    @property
    def after(self) -> str:
        """The answer that it explains; "" for the card itself."""
        ...


class Previews(Protocol):
    """Shows lessons and announcements. It may compute for some milliseconds, so the pages call it in a thread."""

    @property
    def messengers(self) -> Sequence[str]:
        """The names of all messengers."""
        ...

    def show(
        self, programme: Programme, lesson: int, language: Language, messenger: str
    ) -> Iterable[Message]:
        """Every message of a lesson, in its order."""
        ...

    def announcement(self, composed: Composed, language: Language, messenger: str, *, number: int) -> Content:
        """An announcement with this number to somebody who speaks this language."""
        ...
