"""A message in its reader's words, as its messenger can show it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from typing import Final

from bot.announced import Telling, announced
from bot.render import Spoken, render
from bot.voice import Voice
from domain.choosing import variety
from domain.fitting import Capabilities, fit
from domain.message import Announcement, Button, Content, ShowCard
from domain.texts import Texts
from storage import announcements, programmes
from storage.claiming import Claimed
from storage.database import Connection

KEPT: Final = 256


class Words:
    """Renders what was claimed. What many are shown is rendered once for each language and messenger.

    `address` is where everybody reaches the service's pages ("" where nobody knows).
    """

    def __init__(self, texts: Texts, address: str = "") -> None:
        self._texts, self._address = texts, address
        self._made: OrderedDict[Hashable, Content] = OrderedDict()

    def content(self, tx: Connection, claimed: Claimed, can: Capabilities) -> Content:
        """What to send; any exception means that it has no words. A second copy makes no sound."""
        message = claimed.message
        if isinstance(message, Announcement):
            content = self._announcement(tx, message, claimed, can)
        elif isinstance(message, ShowCard) and not message.selected:
            content = self._card(tx, message, claimed, can)
        else:
            content = self._made_for(tx, message, claimed, can, self._which(tx, message))
        return replace(content, silent=True) if claimed.doubtful else content

    def _card(self, tx: Connection, card: ShowCard, claimed: Claimed, can: Capabilities) -> Content:
        """The card as everybody sees it, with the step's own key on its buttons."""
        plain = replace(card, step="")
        which = self._which(tx, card)
        made = self._once(
            (plain, claimed.language, claimed.to.channel, which),
            lambda: self._made_for(tx, plain, claimed, can, which),
        )
        submit = made.submit and Button(made.submit.label, card.step + made.submit.data)
        buttons, more = (
            tuple(Button(each.label, card.step + each.data) for each in given)
            for given in (made.buttons, made.more)
        )
        return replace(made, buttons=buttons, more=more, submit=submit)

    def _which(self, tx: Connection, message: Spoken) -> int:
        """In which order the message's options are shown."""
        if not isinstance(message, ShowCard):
            return 0
        lesson = programmes.version(tx, message.version).lessons[message.lesson]
        question = lesson.texts[0].cards[message.card].question
        return variety(message.step) if question and question.shuffled else 0

    def _made_for(
        self,
        tx: Connection,
        message: Spoken,
        claimed: Claimed,
        can: Capabilities,
        which: int,
    ) -> Content:
        return fit(render(message, partial(programmes.version, tx), self._voice(claimed, can), which), can)

    def _voice(self, claimed: Claimed, can: Capabilities) -> Voice:
        return Voice(self._texts, claimed.language, self._address or ("" if can.home else None))

    def _announcement(
        self, tx: Connection, message: Announcement, claimed: Claimed, can: Capabilities
    ) -> Content:
        alone = claimed.to.person is not None  # in a group nobody confirms or answers anything

        def make() -> Content:
            kept = announcements.get(tx, message.id)
            along = kept.enclosed if alone else replace(kept.enclosed, poll=None)
            telling = Telling(kept.texts, along, kept.confirms and alone, kept.id, message.gone)
            return fit(announced(telling, self._voice(claimed, can)), can)

        known = (message, announcements.revision(tx, message.id))
        return self._once((known, claimed.language, claimed.to.channel, alone), make)

    def _once(self, key: Hashable, make: Callable[[], Content]) -> Content:
        """What was made for this key before, or now; the oldest is forgotten when there are many."""
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = make()
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        return found
