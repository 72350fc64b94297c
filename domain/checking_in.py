"""Saying in the chat that one is there: by the word that the trainer shows at the end, or the code at the door."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from domain import door
from domain.at_webinar import SayHere, WalkIn
from domain.bucket import HOUR, Limit
from domain.effect import Effect, Say
from domain.facts import Facts
from domain.message import Choice, Notice, notice
from domain.roster_cells import folded
from domain.seating import Standing
from domain.studying import MENU, NewKey
from domain.webinar import Shown, Webinar

LONGEST: Final = 40  # characters of a word
MOST_TRIES: Final = 5  # wrong words of one person about one webinar
LATE: Final = timedelta(minutes=30)  # after the end it is still taken
WALK_INS: Final = Limit("walk-in", 5, HOUR)  # wrong words of one person who has no seat
_MINE: Final = Choice("webinars.mine_button", "/webinars mine")
# What came of it.
Came = Literal["done", "at_door", "walked_in", "by_hand", "old", "wrong", "many", "not_now"]
Stays = Literal["no_seat", "full", "old", "many", "not_now"]


def can(webinar: Webinar, now: datetime) -> bool:
    """Whether its word is taken now (door.py says the same of its code)."""
    on = webinar.starts_at <= now <= webinar.ends_at + LATE
    return bool(webinar.word) and webinar.state == "open" and on


def button(shown: Shown, now: datetime) -> tuple[Choice, ...]:
    """A press that tells how, for whoever has a seat."""
    here = shown.mine == "seated" and (can(shown.webinar, now) or door.can(shown.webinar, now))
    return (Choice("webinar.here", "/here"),) if here else ()


def here(facts: Facts, argument: str, new_key: NewKey) -> list[Effect]:
    """The word or the code, for whichever webinar of theirs is on, or where they came without a seat; how, if there is
    none. Whose code it is only the key says, so it may be that of each."""
    mine = [each.webinar for each in facts.webinars if each.mine == "seated"]
    on = [each for each in mine if can(each, facts.now) or door.can(each, facts.now)]
    if not on and folded(argument):
        return [WalkIn(0, " ".join(argument.split())[:LONGEST], new_key())]
    if not on:
        return [Say(notice("here.not_now", _MINE, MENU))]
    if not folded(argument):
        return [Say(notice("here.how", _MINE, MENU))]
    first = _meant(on, argument).id
    others = (each.id for each in on if each.id != first)
    return [SayHere((first, *others), " ".join(argument.split())[:LONGEST], new_key())]


def same(written: str, word: str) -> bool:
    """Whether it is the word, whatever its case, its marks and its punctuation."""
    return bool(folded(word)) and folded(written) == folded(word)


def came(result: Came, webinar: Webinar, *, left: int) -> Notice:
    """What is said about what came of it; `left`: how often they may still try."""
    back = Choice("webinar.back", f"/webinar {webinar.id}")
    return notice(f"here.{result}", back, MENU, left=left)


def without(result: Stays) -> Notice:
    """What is said to whoever has no seat, and gets none."""
    return notice(f"here.{result}", _MINE, MENU)


def may_walk_in(
    webinar: Webinar, mine: Standing | None, *, there: int, free: int, now: datetime
) -> Stays | Literal[""]:
    """Why somebody who is there gets no seat ("": they get one). Nobody does where they have yet to be approved of.
    Before it begins everybody may come who has a seat: one that is `free` is theirs, or held for them. Once it has
    begun, they get one as long as fewer are known to be `there` than there are seats."""
    if webinar.approves and mine not in ("waiting", "offered", "seated"):
        return "no_seat"
    if now < webinar.starts_at:
        return "" if free > 0 or mine == "offered" else "full"
    return "" if there < webinar.capacity else "no_seat"


def _meant(on: Sequence[Webinar], written: str) -> Webinar:
    """The one whose word it is, where several are on; else the first."""
    return next((each for each in on if same(written, each.word)), on[0])
