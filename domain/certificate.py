"""Certificates: how long they are valid, what they say at some date, and when their renewal is announced."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from domain.language import Language
from domain.pacing import DAY

RENEWALS: Final = 90, 30, 7  # days before the end at which the renewal is announced
CertificateState = Literal["valid", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was certified, in the words of that day.

    `code` is its secret in the public address (128 bits), `number` what people call it. `name` is the learner's,
    `minutes` how long the programme takes as its author says. Dates are the organisation's; the last valid one is
    `expires_on` (None: it does not expire).
    """

    code: str
    number: str
    name: str
    organisation: str
    programme: str
    language: Language
    minutes: int
    issued_on: date
    expires_on: date | None = None
    revoked_on: date | None = None

    def state(self, on: date) -> CertificateState:
        """What it is on this date."""
        if self.revoked_on is not None:
            return "revoked"
        return "expired" if self.expires_on is not None and on > self.expires_on else "valid"


def expiry(issued_on: date, months: int) -> date | None:
    """The last valid date after so many months; None for 0. The 31st becomes the last day of a shorter month."""
    if not months:
        return None
    years, month = divmod(issued_on.month - 1 + months, 12)
    first = date(issued_on.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    last = (following - DAY).day
    return first.replace(day=min(issued_on.day, last))


def renewals(expires_on: date) -> tuple[date, ...]:
    """The dates on which the renewal is announced, the earliest first."""
    return tuple(expires_on - days * DAY for days in RENEWALS)
