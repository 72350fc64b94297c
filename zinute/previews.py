"""Previews of lessons for their authors, made as messages are made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channel import PREVIEWED, capabilities_of
from bot.preview import Shown, shown
from bot.voice import Voice
from domain.language import Language
from domain.programme import Programme
from domain.texts import Texts


@dataclass(frozen=True, slots=True)
class Maker:
    """Shows lessons as each messenger that there is would, also as those that are not on here."""

    texts: Texts

    @property
    def messengers(self) -> Sequence[str]:
        """The names of all messengers."""
        return PREVIEWED

    def show(self, programme: Programme, lesson: int, language: Language, messenger: str) -> Iterator[Shown]:
        """Every message of a lesson, in its order."""
        return shown(programme, lesson, Voice(self.texts, language), capabilities_of(messenger))
