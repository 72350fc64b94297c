"""Certificates: how long they are valid, what they say at some date, and when their renewal is announced."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from domain.language import Language
from domain.pacing import DAY
from domain.programme import Programme

RENEWALS: Final = 90, 30, 7  # days before the end at which the renewal is announced
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9-]", re.ASCII)
CertificateState = Literal["valid", "expired", "revoked"]
Of = Literal["programme", "attendance"]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was certified, in the words of that day: that a programme was finished, or that somebody was at a webinar.

    `code` is its secret in the public address (128 bits), `number` what people call it. `name` is the learner's,
    `organisation` who certifies it. `programme` is the title of what it is of, `minutes` how long that takes as its
    author says, or as how many it counts. Dates are the organisation's; the last valid one is `expires_on` (None: it
    does not expire). Of a webinar is said when it was `held_on` and at which `place` ("": online); of a programme
    neither.
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
    held_on: date | None = None
    place: str = ""

    @property
    def of(self) -> Of:
        """What it is of: its words are called so."""
        return "programme" if self.held_on is None else "attendance"

    def state(self, on: date) -> CertificateState:
        """What it is on this date."""
        if self.revoked_on is not None:
            return "revoked"
        return "expired" if self.expires_on is not None and on > self.expires_on else "valid"


def earned(programme: Programme, right: int, graded: int) -> bool:
    """Whether a programme that was finished gives a certificate, with so many right ones of the graded answers.

    Whoever finished one with a final test has passed that, and nothing else is asked for.
    """
    rules = programme.rules
    passed = programme.final_test is not None or right * 100 >= rules.passing * graded
    return rules.valid_months is not None and passed


def number_of(year: int, count: int) -> str:
    """What the `count`-th certificate of a year is called: `2026-000123`."""
    return f"{year}-{count:06d}"


def page_of(code: str) -> str:
    """The path of the public page that says what the certificate with this code is worth."""
    return f"/certificate/{code}"


def file_of(code: str) -> str:
    """The path of the certificate with this code as a file."""
    return f"{page_of(code)}.pdf"


def name_of(number: str) -> str:
    """What the files of the certificate with this number are called, of nothing that could end a header or leave a
    folder."""
    return f"certificate-{_UNSAFE.sub('', number)}"


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


def announced(expires_on: date, on: date) -> int | None:
    """Which announcement belongs to this date, as days before the end: the last one whose date has come.

    None before the first, and when it is over.
    """
    come = [days for days, at in zip(RENEWALS, renewals(expires_on), strict=True) if at <= on]
    return come[-1] if come and on <= expires_on else None


def next_announcement(expires_on: date, on: date) -> date | None:
    """The first date after this one on which the renewal is announced; None when there is none left."""
    return next((at for at in renewals(expires_on) if at > on), None)
