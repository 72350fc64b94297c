"""At the door: who is on the way in, codes by e-mail, what is guessed, and whom it concerns that somebody came."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from actions import tell_person
from domain import at_the_door as to
from domain.at_the_door import AtTheDoor
from domain.guessing import ALARM, HOUR
from domain.mailbox import MAIL, Mailed, secret_of
from domain.message import Notice
from storage import addresses, doorsteps, invitations, outbox, tries
from storage.addresses import Address
from storage.database import Connection
from storage.outbox import New, To

MOVES: Final = timedelta(hours=1)  # so long a code for another messenger is good
ADMITTED: Final = timedelta(days=1)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """Where one turn of a talk does what is done at the door. `key` makes codes of their seeds (empty: no mail goes).

    `new_code` gives 128 random bits in 22 characters.
    """

    tx: Connection
    address: Address
    person: int | None
    now: datetime
    key: bytes
    new_code: Callable[[], str]

    def carry_out(self, effect: AtTheDoor) -> bool:
        """Do it; False when somebody else was first."""
        tx, here = self.tx, self.address.id
        match effect:
            case to.TalkAbout(invitation, agreed_name):
                addresses.talk_about(tx, here, invitation, agreed_name=agreed_name)
            case to.Knock(house, invitation):
                doorsteps.knock(tx, here, house, invitation, self.now)
            case to.SendProof(mailed, email, message):
                return self._send(mailed, email, message)
            case to.MissProof(mailed):
                self._count()
                return doorsteps.count_wrong(tx, here, mailed)
            case to.Prove(mailed):
                return doorsteps.prove(tx, here, mailed)
            case to.Request(name):
                return doorsteps.ask(tx, here, name, self.now)
            case to.CountGuess() | to.Admit() | to.MakeCode() | to.Alert():
                self._concern(effect)
        return True

    def _concern(self, effect: to.CountGuess | to.Admit | to.MakeCode | to.Alert) -> None:
        match effect:
            case to.CountGuess():
                self._count()
            case to.Admit(person):
                ends, code = self.now + ADMITTED, self.new_code()
                admitted = invitations.add(
                    self.tx, person=person, programme=None, code=code, expires_at=ends, way="link"
                )
                addresses.talk_about(self.tx, self.address.id, admitted, agreed_name=False)
            case to.MakeCode(seed):
                self._make_code(seed)
            case to.Alert(invitation):
                tell_person.tried(self.tx, invitation, self.now, mails=bool(self.key))

    def _make_code(self, seed: str) -> None:
        assert self.person is not None, "only who joined moves"
        code, ends = secret_of(self.key, seed, "token"), self.now + MOVES
        invitations.replace_unused(self.tx, self.person, self.now)
        invitations.add(self.tx, person=self.person, programme=None, code=code, expires_at=ends, way="move")

    def _count(self) -> None:
        tries.lock(self.tx)
        tries.add(self.tx, "wrong", tries.place(self.address.id), self.now)
        if tries.count(self.tx, "wrong", self.now - HOUR) == ALARM:
            log.warning("codes are guessed: right ones need a code by e-mail too", within_an_hour=ALARM)

    def _send(self, mailed: Mailed, email: str, message: Notice | None) -> bool:
        for name in (tries.mailbox(email), tries.place(self.address.id)):
            tries.add(self.tx, "mail", name, self.now)
        if message is not None:
            place = addresses.find_or_add(self.tx, MAIL, email, self.address.language, self.now)
            if not place.reachable:  # whoever asks for a code has it tried again
                addresses.reach(self.tx, place.id, reachable=True)
            new = New(To(place.id, MAIL), message, f"door:{mailed.seed}", "code")
            outbox.add(self.tx, new, self.now)
        return doorsteps.mail(self.tx, self.address.id, email, mailed)
