"""Previews of lessons and announcements for those who write them, made as messages are made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.announced import announced, press_of
from bot.channel import PREVIEWED, capabilities_of
from bot.preview import Shown, shown
from bot.voice import Voice
from domain.fitting import fit
from domain.language import Language
from domain.message import Content
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

    def announcement(
        self, texts: Mapping[Language, str], language: Language, messenger: str, *, link: str, confirms: bool
    ) -> Content:
        """An announcement to somebody who speaks this language."""
        press = press_of(0) if confirms else ""
        content = announced(texts, Voice(self.texts, language), link=link, press=press)
        return fit(content, capabilities_of(messenger))
