"""Checking in at the door of a session by the code that is shown there: what it is, for how long, and when it is taken.

A code on a screen is another one each minute, so that a photograph of it is soon worth nothing. One on paper is good
for the whole session, until its coordinator takes it back. Nobody makes either without the service's key.
"""

import hmac
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

from domain.code import grouped, letters_in
from domain.webinar import Webinar

EARLY: Final = timedelta(minutes=30)  # before the start it is taken
BEFORE: Final = timedelta(hours=2)  # before the start a screen is put up, and nobody touches it
STEP: Final = 60  # seconds of a code on a screen
OLD: Final = 15  # steps for which one that is over is known as such
LETTERS: Final = 8  # 40 bits
LINK: Final = "here_"  # before the code in a messenger's link
_CODE: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")
Read = Literal["right", "old", "no"]


def can(webinar: Webinar, now: datetime) -> bool:
    """Whether one checks in at its door now: it is held at a place, and is on, or is about to be."""
    on = webinar.starts_at - EARLY <= now < webinar.ends_at
    return bool(webinar.venue) and webinar.state == "open" and on


def is_up(webinar: Webinar, now: datetime) -> bool:
    """Whether a screen at its door stays signed in by itself: while it is about to be held, or is."""
    return webinar.state == "open" and webinar.starts_at - BEFORE <= now < webinar.ends_at


def step(now: datetime) -> int:
    """The number of the minute."""
    return int(now.timestamp()) // STEP


def on_screen(key: bytes, webinar: Webinar, number: int) -> str:
    """The code that a screen shows in the step with this number."""
    return _code(key, f"{webinar.id}:{number}")


def on_paper(key: bytes, webinar: Webinar) -> str:
    """The code of the paper that was made last; "" where there is none."""
    return _code(key, f"{webinar.id}:paper:{webinar.paper}") if webinar.paper else ""


def read(key: bytes, webinar: Webinar, written: str, now: datetime) -> Read:
    """What a code is worth that somebody wrote while one checks in there: "right" now, or in the step before; "old"
    shortly afterwards."""
    typed, number = letters_in(written), step(now)
    if not key or len(typed) != LETTERS or not can(webinar, now):
        return "no"
    good = (on_screen(key, webinar, number), on_screen(key, webinar, number - 1), on_paper(key, webinar))
    if any(_same(typed, each) for each in good):
        return "right"
    return "old" if any(_same(typed, each) for each in _before(key, webinar, number)) else "no"


def is_code(shown: str) -> bool:
    """Whether this is written as such codes are."""
    return _CODE.fullmatch(shown) is not None


def page(code: str) -> str:
    """The path of the page that the picture at the door opens."""
    return f"/webinar/door/{code}"


def _before(key: bytes, webinar: Webinar, number: int) -> Iterator[str]:
    return (on_screen(key, webinar, number - back) for back in range(2, OLD + 1))


def _same(typed: str, code: str) -> bool:
    return hmac.compare_digest(typed, code.replace("-", ""))


def _code(key: bytes, said: str) -> str:
    digest = hmac.digest(key, f"door:{said}".encode(), "sha256")
    return grouped(int.from_bytes(digest[:5], "big"), LETTERS)
