"""What is done about somebody who comes in (actions/arrive.py): effects like those of domain/effect.py."""

from dataclasses import dataclass

from domain.mailbox import Mailed
from domain.message import Notice


@dataclass(frozen=True, slots=True)
class TalkAbout:
    """The talk is about this invitation from now on (or about none)."""

    invitation: int | None
    agreed_name: bool = False


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody is on the way in: by the link of an organisation, or by an invitation that is not enough just now."""

    house: int
    invitation: int | None = None


@dataclass(frozen=True, slots=True)
class SendProof:
    """A code goes to this e-mail address, in this message (None: nobody is known there, and nothing is sent)."""

    mailed: Mailed
    address: str
    message: Notice | None


@dataclass(frozen=True, slots=True)
class MissProof:
    """Something else than this code was typed by somebody on the way in."""

    mailed: Mailed


@dataclass(frozen=True, slots=True)
class Prove:
    """This code was typed: it is worth nothing any more, and who typed it reads the mailbox."""

    mailed: Mailed


@dataclass(frozen=True, slots=True)
class Admit:
    """The roster knows whom the mailbox belongs to: the talk is about an invitation of theirs from now on."""

    person: int


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody whom the roster does not know asks a coordinator to be let in, by this name."""

    name: str


@dataclass(frozen=True, slots=True)
class CountGuess:
    """A code was shown that is none."""


@dataclass(frozen=True, slots=True)
class Alert:
    """The code of a used invitation was shown by somebody else: its person is told."""

    invitation: int


@dataclass(frozen=True, slots=True)
class MakeCode:
    """Make an invitation of the person's own, for another messenger; its code comes of this seed."""

    seed: str


AtTheDoor = (
    TalkAbout | Knock | SendProof | MissProof | Prove | Admit | Request | CountGuess | Alert | MakeCode
)
