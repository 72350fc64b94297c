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


OfWebinar = Register | GiveUpSeat | TakeSeat | AskTrainer | Rate
