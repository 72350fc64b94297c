"""What is known of somebody at the door: an organisation's link, an address that was written, a code, a request."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from domain.guessing import UNGUARDED, Guard
from domain.mailbox import Mailed
from domain.organisation import Organisation
from domain.person import Person

LINK: Final = "j_"  # what an organisation's link shows in place of an invitation's code


@dataclass(frozen=True, slots=True)
class JoinLink:
    """The link of an organisation, by which those come in who have no code. `takes`: who shows it learns elsewhere, and
    works there too."""

    house: Organisation
    open: bool
    takes: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """An e-mail address to which a code may go.

    `known`: the roster has it, or the organisation takes everybody of its domain. `sent` are the moments at which codes
    went there, or were asked for by this account, within the last hour, the newest first.
    """

    email: str
    known: bool
    sent: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where somebody stands on the way in. `house` is the organisation whose link they opened.

    `invitation` is one whose code was shown and is not enough just now (None: they came by the link). `mailed` is the
    code that was sent to `email`, `person` whom the roster has there (None: nobody), `known` as in Written. `proved`:
    they typed it, and are asked for their name; `asked`: a coordinator decides.
    """

    house: Organisation
    invitation: int | None = None
    email: str = ""
    mailed: Mailed | None = None
    person: Person | None = None
    known: bool = False
    proved: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Doorway:
    """All of that for one reply; `key` makes codes of their seeds (empty where no mail is sent)."""

    link: JoinLink | None = None
    arrival: Arrival | None = None
    written: Written | None = None
    guard: Guard = UNGUARDED
    key: bytes = field(default=b"", repr=False)


NOWHERE: Final = Doorway()
