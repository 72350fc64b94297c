"""What is to be done about something that a person did about a webinar (effect.py)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Register:
    """The person wants a seat at a webinar, or a place on its waiting list; `seed` makes their own link. What became of
    it is said, as with the three that follow."""

    webinar: int
    seed: str


@dataclass(frozen=True, slots=True)
class GiveUpSeat:
    """The person cannot come; or wants no seat any more."""

    webinar: int


@dataclass(frozen=True, slots=True)
class TakeSeat:
    """The person takes the seat that is held for them."""

    webinar: int


@dataclass(frozen=True, slots=True)
class AskTrainer:
    """The person asks the trainer of a webinar something beforehand."""

    webinar: int
    words: str


@dataclass(frozen=True, slots=True)
class Rate:
    """What the person says of a webinar, from 1 to 5."""

    webinar: int
    rating: int


@dataclass(frozen=True, slots=True)
class SayHere:
    """The person is there, as the word or the code that they write is to show, at one of these, where they have a seat;
    or at another one, where they get one, with `seed` for their own link."""

    webinars: tuple[int, ...]
    word: str
    seed: str


@dataclass(frozen=True, slots=True)
class WalkIn:
    """The person has a seat nowhere, and is where this word is shown (0: whichever that is); `seed` makes their own
    link, if they get one."""

    webinar: int
    word: str
    seed: str


@dataclass(frozen=True, slots=True)
class Lead:
    """Whoever was asked to hold it wants to."""

    webinar: int


@dataclass(frozen=True, slots=True)
class Decline:
    """They do not, or not any more; or say why they did not."""

    webinar: int
    why: str


@dataclass(frozen=True, slots=True)
class ShowLed:
    """What they hold: one session, a page of its people; or all of them (0)."""

    webinar: int
    page: int


@dataclass(frozen=True, slots=True)
class ShowRecordings:
    """The recordings that the person may see, or those in which these words are."""

    webinar: int
    words: str


@dataclass(frozen=True, slots=True)
class ShowRecording:
    """One of these."""

    webinar: int


OfRecording = ShowRecordings | ShowRecording
OfTrainer = Lead | Decline | ShowLed
AtWebinar = SayHere | WalkIn
OfWebinar = Register | GiveUpSeat | TakeSeat | AskTrainer | Rate | AtWebinar | OfTrainer | OfRecording
