"""Previews of lessons and announcements for those who write them, made as messages are made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actions.compose import Composed
from bot.announced import Telling, announced
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
    address: str = ""

    @property
    def messengers(self) -> Sequence[str]:
        """The names of all messengers."""
        return PREVIEWED

    def show(self, programme: Programme, lesson: int, language: Language, messenger: str) -> Iterator[Shown]:
        """Every message of a lesson, in its order."""
        return shown(programme, lesson, Voice(self.texts, language), capabilities_of(messenger))

    def announcement(self, composed: Composed, language: Language, messenger: str, *, number: int) -> Content:
        """An announcement with this number to somebody who speaks this language."""
        can = capabilities_of(messenger)
        voice = Voice(self.texts, language, self.address or ("" if can.home else None))
        told = Telling(composed.texts, composed.enclosed, composed.confirms, number)
        return fit(announced(told, voice), can)
