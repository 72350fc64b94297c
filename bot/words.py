"""A message in its reader's words, as its messenger can show it."""

from collections import OrderedDict
from dataclasses import replace
from typing import Final

from bot.render import Voice, render
from domain.fitting import Capabilities, fit
from domain.language import DEFAULT, Language
from domain.message import Announcement, Content
from domain.text import Text
from domain.texts import Texts
from storage import announcements, programmes
from storage.database import Connection
from storage.sending import Claimed

KEPT: Final = 64


class Words:
    """Renders what was claimed. An announcement is rendered once for each language and messenger."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._told: OrderedDict[tuple[int, Language, str], Content] = OrderedDict()

    def content(self, tx: Connection, claimed: Claimed, can: Capabilities) -> Content:
        """What to send; any exception means that it has no words. A second copy makes no sound."""
        message = claimed.message
        if isinstance(message, Announcement):
            content = self._announcement(tx, message, claimed, can)
        else:
            voice = Voice(self._texts, claimed.language)
            content = fit(render(message, lambda version: programmes.version(tx, version), voice), can)
        return replace(content, silent=True) if claimed.doubtful else content

    def _announcement(
        self, tx: Connection, message: Announcement, claimed: Claimed, can: Capabilities
    ) -> Content:
        key = (message.id, claimed.language, claimed.to.channel)
        if key not in self._told:
            told = announcements.get(tx, message.id).texts
            words = told.get(claimed.language) or told.get(DEFAULT) or next(iter(told.values()))
            self._told[key] = fit(Content(Text(words)), can)
            if len(self._told) > KEPT:
                self._told.popitem(last=False)
        return self._told[key]
